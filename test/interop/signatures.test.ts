import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeBinder } from '../../core/binder/compose/compose-binder.ts';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import { sampleBinderModel } from '../support/binder-model.ts';
import { runTool } from '../support/outside-tools.ts';
import { plainPdf } from '../support/plain-pdf.ts';
import { companySigner, type KnownSigner, memberSigner } from '../support/signers.ts';

const attachment = randomBytes(20_000);

let folder: string;
/** The time every signer claims: just after the last certificate was made, so that all are in force. */
let at: Date;
let preparer: KnownSigner;
let reviewer: KnownSigner;
let approver: KnownSigner;
/** The file after the first, second and third signature. */
let signed: readonly [string, string, string];

const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-signatures-'));
  preparer = memberSigner('Zoë Ångström');
  reviewer = await companySigner('Rui Company', folder);
  approver = memberSigner('山田 محمد 😀');
  at = new Date();
  signed = [inFolder('one.pdf'), inFolder('two.pdf'), inFolder('three.pdf')];
  const common = { at, reason: 'I stand for what this binder says.' };
  await writeFile(signed[0], plainPdf({ attachment }));
  await signPdf(signed[0], {
    ...common,
    field: 'Preparer',
    signer: preparer.signer,
    capacityText: 'Preparer',
    certification: true,
  });
  await copyFile(signed[0], signed[1]);
  await signPdf(signed[1], {
    ...common,
    field: 'Reviewer',
    signer: reviewer.signer,
    capacityText: 'Reviewer',
  });
  await copyFile(signed[1], signed[2]);
  await signPdf(signed[2], {
    ...common,
    field: 'Approver',
    signer: approver.signer,
    capacityText: 'Approver',
    lockAll: true,
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** How often a sentence stands in what a tool says. */
const times = (output: string, sentence: string) => output.split(sentence).length - 1;

describe('outside tools read the signatures', () => {
  it.each([1, 2, 3])('pdfsig calls each of %i signatures valid, and the last one total', async (count) => {
    const { output } = await runTool('pdfsig', '-nocert', signed[count - 1] ?? '');
    expect({
      valid: times(output, 'Signature is Valid.'),
      padesBaseline: times(output, 'Signature Type: ETSI.CAdES.detached'),
      total: times(output, '\n  - Total document signed'),
      partial: times(output, 'Not total document signed'),
      empty: times(output, 'The signature form field is not signed.'),
    }).toEqual({ valid: count, padesBaseline: count, total: 1, partial: count - 1, empty: 6 - count });
    const last = output.split(/Signature #\d+:/)[count];
    expect(last).toContain('Total document signed');
  });

  it.each([1, 2, 3])('qpdf finds no fault in the file with %i signatures', async (count) => {
    const { code, output } = await runTool('qpdf', '--check', signed[count - 1] ?? '');
    expect({ code, clean: output.includes('No syntax or stream encoding errors found') }).toEqual({
      code: 0,
      clean: true,
    });
  });

  it('mutool calls every signature valid, and the document unchanged since the last', async () => {
    const { output } = await runTool('mutool', 'sign', '-v', signed[2]);
    expect({
      valid: times(output, 'The signature is valid'),
      unchanged: times(output, 'The document is unchanged since signing.'),
      unsigned: times(output, 'Signature is not signed.'),
    }).toEqual({ valid: 2, unchanged: 1, unsigned: 3 });
    expect((await runTool('mutool', 'info', signed[2])).code).toBe(0);
  });

  it('shows name and time in pdfsig as the signer claimed them', async () => {
    const [, day, month, year, time] = at.toUTCString().split(' ');
    const { output } = await runTool('pdfsig', '-nocert', signed[2]);
    expect(output).toContain('Signer Certificate Common Name: Zoë Ångström');
    expect(output).toContain('Signer Certificate Common Name: 山田 محمد 😀');
    expect(times(output, `Signing Time: ${month} ${day} ${year} ${time}`)).toBe(3);
  });
});

/** A signature and what it signs, taken out by nothing but its byte range. */
async function takeOut(path: string, nth: number): Promise<{ cms: string; content: string }> {
  const bytes = await readFile(path);
  const ranges = [...bytes.toString('latin1').matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+)\]/g)];
  const [, end, restart, length] = (ranges[nth] ?? []).map(Number);
  if (end === undefined || restart === undefined || length === undefined)
    throw new Error('no such signature');
  const der = Buffer.from(bytes.toString('latin1', end + 1, restart - 1), 'hex');
  const [cms, content] = [inFolder(`${nth}.der`), inFolder(`${nth}.bin`)];
  await writeFile(cms, der);
  await writeFile(
    content,
    Buffer.concat([bytes.subarray(0, end), bytes.subarray(restart, restart + length)]),
  );
  return { cms, content };
}

async function opensslVerify(nth: number, trustPem: string, contentOf = signed[2]) {
  const { cms } = await takeOut(signed[2], nth);
  const { content } = await takeOut(contentOf, nth);
  const trust = inFolder(`${nth}.pem`);
  await writeFile(trust, trustPem);
  return runTool(
    'openssl',
    ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', content],
    ...['-CAfile', trust, '-cades', '-out', '/dev/null'],
  );
}

describe('a composed binder', () => {
  let binder: string;
  let composed: Buffer;

  beforeAll(async () => {
    binder = inFolder('binder.pdf');
    await composeBinder(sampleBinderModel(), binder);
    composed = await readFile(binder);
    const common = { at, reason: 'I stand for what this binder says.' };
    const first = { field: 'Preparer', capacityText: 'Preparer', signer: preparer.signer } as const;
    await signPdf(binder, { ...common, ...first, certification: true });
    const second = { field: 'Reviewer', capacityText: 'Reviewer', signer: reviewer.signer } as const;
    await signPdf(binder, { ...common, ...second });
  });

  it('is certified by the preparer and signed by the reviewer, and every tool agrees', async () => {
    const pdfsig = (await runTool('pdfsig', '-nocert', binder)).output;
    const qpdf = await runTool('qpdf', '--check', binder);
    const mutool = (await runTool('mutool', 'sign', '-v', binder)).output;
    expect({
      pdfsigValid: times(pdfsig, 'Signature is Valid.'),
      pdfsigTotal: times(pdfsig, '\n  - Total document signed'),
      qpdf: { code: qpdf.code, clean: qpdf.output.includes('No syntax or stream encoding errors found') },
      mutoolValid: times(mutool, 'The signature is valid'),
      mutoolUnchanged: times(mutool, 'The document is unchanged since signing.'),
    }).toEqual({
      pdfsigValid: 2,
      pdfsigTotal: 1,
      qpdf: { code: 0, clean: true },
      mutoolValid: 1,
      mutoolUnchanged: 1,
    });
  });

  it('lists the same attachments before and after, and its bytes begin as they were composed', async () => {
    const unsigned = inFolder('unsigned.pdf');
    await writeFile(unsigned, composed);
    const list = async (path: string) => (await runTool('pdfdetach', '-list', path)).output;
    expect(await list(binder)).toBe(await list(unsigned));
    expect((await readFile(binder)).subarray(0, composed.length).equals(composed)).toBe(true);
  });

  it('shows both signers on the last page, and nobody in the empty fields', async () => {
    const { output } = await runTool('pdftotext', '-layout', binder, '-');
    const page = output.split('\f').find((text) => text.includes('Further signature 1')) ?? '';
    expect(page).toMatch(/Zoë Ångström +Rui Company/);
    expect(times(page, 'Not signed')).toBe(4);
  });
});

describe('OpenSSL checks the bare signatures as CAdES', () => {
  it.each([
    ['the preparer on P-256', 0, () => preparer],
    ['the reviewer on RSA with an authority', 1, () => reviewer],
    ['the approver on P-256', 2, () => approver],
  ])('accepts %s', async (_, nth, known) => {
    const { code, output } = await opensslVerify(nth, known().trustPem);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('successful') });
  });

  it('refuses a signature whose signer is not the trusted one', async () => {
    expect((await opensslVerify(0, reviewer.trustPem)).code).not.toBe(0);
  });

  it('refuses a signature over other bytes', async () => {
    const changed = inFolder('changed.pdf');
    const bytes = await readFile(signed[2]);
    bytes.write('W', bytes.indexOf('/MediaBox') + 1, 'latin1');
    await writeFile(changed, bytes);
    expect((await opensslVerify(0, preparer.trustPem, changed)).code).not.toBe(0);
    const { output } = await runTool('pdfsig', '-nocert', changed);
    expect(times(output, 'Signature is Valid.')).toBe(0);
  });

  it('finds exactly the signed attributes of the PAdES baseline', async () => {
    const { cms } = await takeOut(signed[2], 0);
    const { output } = await runTool(
      'openssl',
      'cms',
      '-cmsout',
      '-print',
      '-noout',
      '-inform',
      'DER',
      '-in',
      cms,
    );
    const attributes = output.slice(
      output.indexOf('signedAttrs:'),
      output.indexOf('signatureAlgorithm:', output.indexOf('signedAttrs:')),
    );
    const names = [...attributes.matchAll(/object: (\S+)/g)].map(([, name]) => name).sort();
    expect(names).toEqual(['contentType', 'id-smime-aa-signingCertificateV2', 'messageDigest']);
    expect(output).toMatch(/unsignedAttrs:\s+<ABSENT>/);
  });
});

describe('what was in the document stays as it was', () => {
  it('gives the attachment back byte for byte after three signatures', async () => {
    const out = inFolder('evidence.bin');
    await runTool('pdfdetach', '-save', '1', '-o', out, signed[2]);
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(await readFile(out))).toBe(digest(attachment));
  });

  it('keeps every byte of the version each signer saw', async () => {
    const [one, two, three] = await Promise.all(signed.map((path) => readFile(path)));
    expect(one && two?.subarray(0, one.length).equals(one)).toBe(true);
    expect(two && three?.subarray(0, two.length).equals(two)).toBe(true);
  });

  it('shows each signer on their panel in embedded fonts, whatever the script', async () => {
    const { output: text } = await runTool('pdftotext', '-layout', signed[2], '-');
    expect(text).toContain('Zoë Ångström');
    expect(text).toContain(`Preparer · ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`);
    expect(text).toContain('Reason: I stand for what this binder says.');
    for (const part of ['山田', 'محمد', '😀']) expect(text).toContain(part);
    const { output: fonts } = await runTool('pdffonts', signed[2]);
    const rows = fonts
      .split('\n')
      .slice(2)
      .filter((row) => row !== '');
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(rows.filter((row) => !/ yes yes yes /.test(row))).toEqual([]);
  });
});
