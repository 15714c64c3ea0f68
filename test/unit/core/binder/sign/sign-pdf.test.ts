import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSignatureFields, signPdf } from '../../../../../core/binder/sign/sign-pdf.ts';
import type { SignRequest } from '../../../../../core/binder/sign/sign-request.ts';
import { CONTENTS_BYTES, SIGNATURE_FIELDS } from '../../../../../core/binder/sign/signer.ts';
import { type Fault, FaultError } from '../../../../../shared/fault.ts';
import { plainPdf } from '../../../../support/plain-pdf.ts';
import { memberSigner } from '../../../../support/signers.ts';

const AT = new Date('2026-03-04T05:06:07Z');
const { signer } = memberSigner('Ada Lovelace', AT);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-sign-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function fileOf(bytes: Buffer): Promise<string> {
  files += 1;
  const path = join(folder, `${files}.pdf`);
  await writeFile(path, bytes);
  return path;
}

const request = (field: SignRequest['field'], more: Partial<SignRequest> = {}): SignRequest => ({
  field,
  signer,
  reason: 'Checked',
  at: AT,
  capacityText: field,
  ...more,
});

async function faultOf(work: Promise<unknown>): Promise<Fault | 'none'> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  return 'none';
}

describe('signing a binder', () => {
  it('fills one field after the other and leaves the earlier bytes alone', async () => {
    const original = plainPdf();
    const path = await fileOf(original);
    const outcome = await signPdf(path, request('Reviewer'));
    const bytes = await readFile(path);
    expect(bytes.subarray(0, original.length).equals(original)).toBe(true);
    expect(outcome.bytes).toBe(bytes.length);
    const signed = (name: string) => (name === 'Reviewer' ? bytes.length : null);
    expect(await listSignatureFields(path)).toEqual(
      SIGNATURE_FIELDS.map((name) => ({ name, signed: name === 'Reviewer', end: signed(name) })),
    );
  });

  it('covers every byte but the signature itself', async () => {
    const path = await fileOf(plainPdf());
    const { byteRange, bytes } = await signPdf(path, request('Preparer'));
    const [start, end, restart, length] = byteRange;
    expect([start, restart - end, restart + length]).toEqual([0, CONTENTS_BYTES * 2 + 2, bytes]);
    const text = (await readFile(path)).toString('latin1');
    expect(text.slice(end, restart)).toMatch(/^<30[0-9a-f]+0+>$/);
    expect(text).toContain(`/ByteRange [${byteRange.join(' ')}]`);
  });

  it('writes what the signer claims into the signature, in any script', async () => {
    const path = await fileOf(plainPdf());
    const named = { ...signer, name: '山田 (a\\b)' };
    await signPdf(path, request('Preparer', { signer: named, reason: 'Geprüft', location: 'Kyōto' }));
    const text = (await readFile(path)).toString('latin1');
    const utf16 = (value: string) =>
      `<FEFF${Buffer.from(value, 'utf16le').swap16().toString('hex').toUpperCase()}>`;
    expect(text).toContain('/M (D:20260304050607Z)');
    expect(text).toContain(`/Name ${utf16(named.name)}`);
    expect(text).toContain(`/Reason ${utf16('Geprüft')}`);
    expect(text).toContain(`/Location ${utf16('Kyōto')}`);
  });

  it('keeps the document’s id and names each revision anew', async () => {
    const path = await fileOf(plainPdf());
    await signPdf(path, request('Preparer'));
    await signPdf(path, request('Reviewer'));
    const ids = [...(await readFile(path)).toString('latin1').matchAll(/\/ID \[<(\w+)> <(\w+)>\]/g)];
    expect(new Set(ids.map(([, document]) => document)).size).toBe(1);
    expect(new Set(ids.map(([, , revision]) => revision)).size).toBe(3);
  });

  it('is not led astray by texts that look like its own placeholders', async () => {
    const trap = `/ByteRange [0 ${Array(3).fill('9'.repeat(10)).join(' ')}] /Contents <${'0'.repeat(CONTENTS_BYTES * 2)}>`;
    const path = await fileOf(plainPdf({ fieldEntries: `/TU (${trap})` }));
    const { byteRange, bytes } = await signPdf(path, request('Preparer', { reason: trap }));
    expect(byteRange[2] + byteRange[3]).toBe(bytes);
    const text = (await readFile(path)).toString('latin1');
    expect(text.slice(byteRange[1], byteRange[2])).toMatch(/^<30[0-9a-f]+0+>$/);
    expect(text.lastIndexOf('/SubFilter', byteRange[1])).toBeGreaterThan(byteRange[1] - 200);
  });

  it('signs a field that cannot be seen without drawing a panel', async () => {
    const path = await fileOf(plainPdf({ fieldEntries: '/Rect [0 0 0 0]' }));
    await signPdf(path, request('Preparer'));
    expect((await readFile(path)).toString('latin1')).not.toContain('/AP');
    expect((await listSignatureFields(path))[0]).toMatchObject({ name: 'Preparer', signed: true });
  });
});

describe('what a signature allows afterwards', () => {
  it('certifies with the first signature only', async () => {
    const path = await fileOf(plainPdf());
    await signPdf(path, request('Preparer', { certification: true }));
    const text = (await readFile(path)).toString('latin1');
    expect(text).toMatch(/\/TransformMethod \/DocMDP[\s\S]*\/P 2\b/);
    expect(text).toMatch(/\/Perms <<\n\/DocMDP \d+ 0 R\n>>/);
    const second = signPdf(path, request('Reviewer', { certification: true }));
    expect(await faultOf(second)).toMatchObject({ code: 'conflict' });
    await signPdf(path, request('Reviewer'));
  });

  it('takes no signature after the one declared last', async () => {
    const path = await fileOf(plainPdf());
    await signPdf(path, request('Approver', { lockAll: true }));
    expect(await faultOf(signPdf(path, request('Recipient')))).toEqual({
      code: 'conflict',
      detail: 'The signature in Approver was declared the last one.',
    });
  });

  it('takes no signature in a document certified against every change', async () => {
    const certified =
      '<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >>';
    const path = await fileOf(
      plainPdf({ fields: ['Preparer'], fieldEntries: `/V ${certified}`, alsoEmpty: ['Reviewer'] }),
    );
    expect(await faultOf(signPdf(path, request('Reviewer')))).toMatchObject({ code: 'conflict' });
  });
});

describe('refusals leave the file as it was', () => {
  it.each([
    ['a field that is signed already', 'Preparer', 'conflict'],
    ['a field the document does not have', 'Spare2', 'not-found'],
  ] as const)('%s', async (_, field, code) => {
    const path = await fileOf(plainPdf({ fields: ['Preparer', 'Reviewer'] }));
    await signPdf(path, request('Preparer'));
    const before = await readFile(path);
    expect(await faultOf(signPdf(path, request(field)))).toMatchObject({ code });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  it('names the free fields where the wanted one is signed', async () => {
    const path = await fileOf(plainPdf({ fields: ['Preparer', 'Reviewer', 'Spare1'] }));
    await signPdf(path, request('Reviewer'));
    expect(await faultOf(signPdf(path, request('Reviewer')))).toEqual({
      code: 'conflict',
      detail: 'The field Reviewer is already signed.',
      candidates: ['Preparer', 'Spare1'],
    });
  });

  it('when the token refuses to sign', async () => {
    const original = plainPdf();
    const path = await fileOf(original);
    const refusing = { ...signer, sign: () => Promise.reject(new Error('PIN refused')) };
    await expect(signPdf(path, request('Preparer', { signer: refusing }))).rejects.toThrow('PIN refused');
    expect((await readFile(path)).equals(original)).toBe(true);
  });

  it('when the file grew while the token was asked', async () => {
    const original = plainPdf();
    const path = await fileOf(original);
    const slow = {
      ...signer,
      sign: async (bytes: Uint8Array) => {
        await writeFile(path, 'x', { flag: 'a' });
        return signer.sign(bytes);
      },
    };
    expect(await faultOf(signPdf(path, request('Preparer', { signer: slow })))).toMatchObject({
      code: 'conflict',
    });
    expect((await stat(path)).size).toBe(original.length + 1);
  });

  it('when the certificate is not in force at the time the signature would claim', async () => {
    const original = plainPdf();
    const path = await fileOf(original);
    for (const at of [new Date('2026-03-04T04:06:06Z'), new Date('2036-03-04T05:06:08Z')]) {
      expect(await faultOf(signPdf(path, request('Preparer', { at })))).toEqual({
        code: 'rule-broken',
        rule: 'certificate-in-force',
        because: 'The certificate of Ada Lovelace is valid from 2026-03-04 to 2036-03-04 only.',
      });
    }
    expect((await readFile(path)).equals(original)).toBe(true);
    await signPdf(path, request('Preparer', { at: new Date('2036-03-04T05:06:07Z') }));
  });

  it('when it is cancelled or the certificates do not fit', async () => {
    const original = plainPdf();
    const path = await fileOf(original);
    const cancelled = signPdf(path, request('Preparer', { signal: AbortSignal.abort() }));
    expect(await faultOf(cancelled)).toEqual({ code: 'cancelled' });
    const [leaf] = signer.certificates;
    const many = { ...signer, certificates: Array.from({ length: 60 }, () => leaf ?? Buffer.of()) };
    expect(await faultOf(signPdf(path, request('Preparer', { signer: many })))).toMatchObject({
      code: 'invalid-input',
    });
    expect((await readFile(path)).equals(original)).toBe(true);
  });

  it('when the disk takes only a part of the signature', async () => {
    const original = plainPdf();
    const path = await fileOf(original);
    const module = (file: string) => new URL(`../../../../../${file}`, import.meta.url).href;
    const script = `
      const { signPdf } = await import('${module('core/binder/sign/sign-pdf.ts')}');
      const { memberSigner } = await import('${module('test/support/signers.ts')}');
      const { signer } = memberSigner('Ada');
      const request = { field: 'Preparer', signer, reason: 'r', at: new Date(), capacityText: 'Preparer' };
      await signPdf(process.argv[1], request).catch((error) => console.log(JSON.stringify(error.fault)));
    `;
    // No file may grow beyond 16 KiB: the write stops in the middle, as on a full disk.
    const command = `ulimit -f 16 && exec "$0" --input-type=module -e "$1" "$2"`;
    const output = await new Promise<string>((resolve) => {
      execFile('bash', ['-c', command, process.execPath, script, path], (_, stdout) => resolve(stdout));
    });
    expect(JSON.parse(output)).toMatchObject({ code: 'unavailable', what: 'disk' });
    expect((await readFile(path)).equals(original)).toBe(true);
  });

  it('when there is no file', async () => {
    const missing = join(folder, 'missing.pdf');
    expect(await faultOf(signPdf(missing, request('Preparer')))).toEqual({
      code: 'not-found',
      what: 'file',
      id: missing,
    });
  });
});
