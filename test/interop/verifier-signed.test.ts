import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import type { SignatureField } from '../../core/binder/sign/signer.ts';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { runTool } from '../support/outside-tools.ts';
import { companySigner, type KnownSigner, memberSigner } from '../support/signers.ts';
import { BinderFile, embedded, OBJ } from '../unit/core/binder/verify/binder-file.ts';
import { problemsOf } from '../unit/core/binder/verify/verify.ts';

let folder = '';
let ada: KnownSigner;
let grace: KnownSigner;
let lin: KnownSigner;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-verifier-'));
  [ada, lin] = [memberSigner('Ada Ångström'), memberSigner('山田')];
  grace = await companySigner('Grace', folder);
});
afterAll(() => rm(folder, { recursive: true }));

const path = (): string => join(folder, 'binder.pdf');

async function sign(field: SignatureField, { signer }: KnownSigner, lockAll = false): Promise<void> {
  const common = { at: new Date(), reason: 'I stand for it.', capacityText: field, lockAll };
  await signPdf(path(), { ...common, field, signer, certification: field === 'Preparer' });
}

describe('a binder signed as the product signs', () => {
  it('is valid after each of three signatures, and trusted through the certificates given', async () => {
    await writeFile(path(), BinderFile.make().bytes);
    const trust = [ada.trustPem, grace.trustPem, lin.trustPem];
    for (const [field, signer] of [
      ['Preparer', ada],
      ['Reviewer', grace],
      ['Approver', lin],
    ] as const) {
      await sign(field, signer, field === 'Approver');
      const report = await verifyBinder(path(), { trust });
      expect(problemsOf(report)).toEqual([]);
      expect(report.verdict).toBe('valid');
      expect(report.signatures.at(-1)).toMatchObject({
        field,
        by: signer.signer.name,
        coversWholeFile: true,
      });
    }
    expect((await verifyBinder(path())).verdict).toBe('valid-unknown-signer');
    expect(
      (await verifyBinder(path(), { trust: [grace.trustPem] })).signatures.map((s) => s.trusted),
    ).toEqual([false, true, false]);
  });

  it('agrees with OpenSSL about the signature it extracts', async () => {
    await writeFile(path(), BinderFile.make().bytes);
    await sign('Preparer', ada);
    const bytes = await readFile(path());
    const [, gap = 0, gapEnd = 0] =
      /\/ByteRange\s*\[(\d+) (\d+) (\d+)/.exec(bytes.toString('latin1'))?.slice(1).map(Number) ?? [];
    const der = Buffer.from(bytes.toString('latin1', gap + 1, gapEnd - 1), 'hex');
    await writeFile(join(folder, 'sig.der'), der);
    await writeFile(join(folder, 'content'), Buffer.concat([bytes.subarray(0, gap), bytes.subarray(gapEnd)]));
    await writeFile(join(folder, 'ca.pem'), ada.trustPem);
    const { output } = await runTool(
      'openssl',
      ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', join(folder, 'sig.der')],
      ...['-content', join(folder, 'content'), '-CAfile', join(folder, 'ca.pem'), '-out', '/dev/null'],
    );
    expect(output).toContain('CAdES Verification successful');
    expect((await verifyBinder(path())).signatures[0]?.valid).toBe(true);
  });

  it('is invalid when an attachment was swapped before the reviewer signed, which pdfsig does not see', async () => {
    await writeFile(path(), BinderFile.make().bytes);
    await sign('Preparer', ada);
    const signed = await readFile(path());
    const startxref = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(signed.toString('latin1'))?.[1]);
    const forged = Buffer.concat([
      Buffer.from(`\n${OBJ.file(0)} 0 obj\n`),
      embedded(Buffer.from('user,role\nmallory,owner\n')),
      Buffer.from('\nendobj\n'),
    ]);
    const at = signed.length + forged.length;
    const entry = `${String(signed.length + 1).padStart(10, '0')} 00000 n \n`;
    const table = `xref\n${OBJ.file(0)} 1\n${entry}trailer\n<< /Size 1000 /Root 1 0 R /Info 3 0 R /Prev ${startxref} /ID [<0102> <0102>] >>\nstartxref\n${at}\n%%EOF\n`;
    await writeFile(path(), Buffer.concat([signed, forged, Buffer.from(table)]));
    await sign('Reviewer', grace);
    const report = await verifyBinder(path());
    expect(problemsOf(report)).toContain('attachment-changed @ attachment access.csv');
    expect(report.verdict).toBe('invalid');
    const { output } = await runTool('pdfsig', path());
    expect(output).toContain('Total document signed');
  });
});
