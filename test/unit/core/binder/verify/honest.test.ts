import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyBinder } from '../../../../../core/binder/verify/index.ts';
import { FaultError } from '../../../../../shared/fault.ts';
import { BinderFile, OBJ, stream } from './binder-file.ts';
import { makeSigner } from './signer.ts';
import { problemsOf, verifyBytes } from './verify.ts';

const ada = makeSigner('Ada');
const grace = makeSigner('Grace', { rsa: true });
const root = makeSigner('Root', { authority: true });
const inter = makeSigner('Office', { authority: true, issuer: root, rsa: true });
const lin = makeSigner('Lin', { issuer: inter });

describe('an honest binder', () => {
  it.each([1, 2, 3])('is valid with %i signatures of trusted people', async (count) => {
    const file = BinderFile.make();
    [ada, grace, lin].slice(0, count).forEach((signer, field) => {
      file.sign(signer, { field });
    });
    const report = await verifyBytes(file.bytes, { trust: [ada.pem, grace.pem + root.pem] });
    expect(problemsOf(report)).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(report.signatures.map((s) => s.coversWholeFile)).toEqual(
      [true, true, true].slice(0, count).fill(false, 0, -1),
    );
    expect(report.signatures.every((s) => s.valid && s.trusted && s.coversRevision)).toBe(true);
    expect(report.signatures.map((s) => s.by)).toEqual(['Ada', 'Grace', 'Lin'].slice(0, count));
  });

  it('says who signed as what, when, with which certificate', async () => {
    const report = await verifyBytes(BinderFile.make().sign(ada).bytes);
    expect(report.signatures[0]).toMatchObject({
      field: 'Preparer',
      by: 'Ada',
      capacity: 'preparer',
      at: '2026-01-05T12:00:00.000Z',
      algorithm: 'ECDSA P-256 with SHA-256',
      trusted: false,
    });
    expect(report.signatures[0]?.certificatePem.replace(/\s/g, '')).toBe(ada.pem.replace(/\s/g, ''));
    expect(report.verdict).toBe('valid-unknown-signer');
  });

  it('has its files, sign-offs and ledger entries recomputed', async () => {
    const report = await verifyBytes(BinderFile.make().sign(ada).bytes);
    expect(report.manifest).toMatchObject({
      title: 'Access review 2026',
      files: 5,
      included: 3,
      mismatches: [],
    });
    expect(report.manifest?.omitted).toHaveLength(1);
    expect(report.signOffs).toEqual({ total: 1, recomputed: 1, voided: 0, mismatched: [] });
    expect(report.checkpoint).toMatchObject({ valid: true, entries: 11, proofsChecked: 4, signedBy: 'Ada' });
  });

  it('promises no identity behind an unknown certificate and no time', async () => {
    const report = await verifyBytes(BinderFile.make().sign(ada).bytes);
    expect(report.notProven.join(' ')).toContain('That Ada really signed');
    expect(report.notProven.join(' ')).toContain('signers’ own clocks');
    expect(report.proven.join(' ')).toContain('All 5 embedded files');
  });

  it('is valid through a chain that ends at an authority given as trusted, and not through another', async () => {
    const { bytes } = BinderFile.make().sign(lin);
    expect((await verifyBytes(bytes, { trust: [root.pem] })).verdict).toBe('valid');
    expect((await verifyBytes(bytes, { trust: [inter.pem] })).verdict).toBe('valid');
    expect((await verifyBytes(bytes, { trust: [ada.pem] })).verdict).toBe('valid-unknown-signer');
    expect((await verifyBytes(bytes)).verdict).toBe('valid-unknown-signer');
  });

  it('may gain validation data, and nothing is said against it', async () => {
    const file = BinderFile.make().sign(ada);
    const dss = { [OBJ.catalog]: file.text(OBJ.catalog).replace(/>>$/, '/DSS 400 0 R >>') };
    const data = { 400: '<< /Type /DSS /Certs [401 0 R] >>', 401: stream('', ada.certificate) };
    const report = await verifyBytes(file.sign(grace, { field: 1, extra: { ...dss, ...data } }).bytes);
    expect(problemsOf(report)).toEqual([]);
  });

  it('may have unchanged objects written again', async () => {
    const file = BinderFile.make().sign(ada);
    const again = {
      [OBJ.page(1)]: file.text(OBJ.page(1)),
      [OBJ.content(2)]: file.objects.get(OBJ.content(2)) ?? '',
    };
    expect(problemsOf(await verifyBytes(file.sign(grace, { field: 1, extra: again }).bytes))).toEqual([]);
  });

  it('is valid again when it is cut back to what the first signer signed', async () => {
    const once = BinderFile.make().sign(ada);
    const length = once.bytes.length;
    const { bytes } = once.sign(grace, { field: 1 });
    expect((await verifyBytes(bytes.subarray(0, length))).verdict).toBe('valid-unknown-signer');
  });

  it('reports progress and stops when told to', async () => {
    const { bytes } = BinderFile.make().sign(ada);
    const phases = new Set<string>();
    await verifyBytes(bytes, { onProgress: ({ phase }) => phases.add(phase) });
    expect([...phases]).toEqual(['digests', 'attachments', 'structure']);
    const stopped = verifyBytes(bytes, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ fault: { code: 'cancelled' } });
  });
});

describe('what is no binder', () => {
  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text', Buffer.from('Dear auditor, find attached')],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['zeros', Buffer.alloc(5000)],
  ])('%s is refused', async (_, bytes) => {
    await expect(verifyBytes(bytes)).rejects.toMatchObject({ fault: { code: 'invalid-input' } });
  });

  it('a missing file and a folder are refused as unavailable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bindery-verify-'));
    try {
      await expect(verifyBinder(join(folder, 'none.pdf'))).rejects.toMatchObject({
        fault: { code: 'unavailable' },
      });
      await expect(verifyBinder(folder)).rejects.toBeInstanceOf(FaultError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('a trusted certificate that is none is refused', async () => {
    const { bytes } = BinderFile.make().sign(ada);
    for (const pem of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
      await expect(verifyBytes(bytes, { trust: [pem] })).rejects.toMatchObject({
        fault: { code: 'invalid-input' },
      });
    }
  });

  it('a binder without a signature is named so', async () => {
    const report = await verifyBytes(BinderFile.make().bytes);
    expect(report.verdict).toBe('invalid');
    expect(problemsOf(report)).toEqual(['not-signed @ file']);
  });

  it('a signed PDF without a manifest is named so', async () => {
    const report = await verifyBytes(BinderFile.make({ files: () => [] }).sign(ada).bytes);
    expect(report.verdict).toBe('invalid');
    expect(problemsOf(report)).toEqual(['not-a-binder @ manifest']);
    expect(report.manifest).toBeNull();
  });

  it('a PDF without anything behind its header gets a report', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bindery-verify-'));
    try {
      const path = join(folder, 'cut.pdf');
      await writeFile(path, '%PDF-1.7\n%%EOF\n');
      const report = await verifyBinder(path);
      expect(report.verdict).toBe('invalid');
      expect(problemsOf(report)).toEqual(['damaged-structure @ end of the file']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
