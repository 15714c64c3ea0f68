import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handOf } from '../../core/binder/keys/signing-hand.ts';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { withModifiedClient } from '../support/modified-client.ts';
import { faultOf, finish, OWNER } from '../support/workspaces.ts';
import { type Contents, contentsOf, dishonest, rewritten } from './contents.ts';
import { drawing, embedded, fileSpec, latin, Pdf, stream } from './pdf.ts';
import { makeRealBinder, REVIEWER, type RealBinder } from './real-binder.ts';

let binder: RealBinder;

beforeAll(async () => {
  binder = await makeRealBinder();
  await binder.workspace.as(REVIEWER);
});
afterAll(() => binder.workspace.close());

const countersign = (path: string) =>
  finish(binder.workspace.api, binder.workspace.api.binders.countersign({ file: { path }, as: 'reviewer' }));

/** What somebody does to the once-signed file on its way to the reviewer. */
const FORGERIES: Readonly<Record<string, (pdf: Pdf, binder: RealBinder) => Buffer>> = {
  'an attachment replaced': (pdf, { evidence }) =>
    pdf.update({ [pdf.attachment(evidence).file]: embedded(latin('user,role\nmallory,owner\n')) }).bytes,
  'an attachment pointed to another file': (pdf, { evidence }) =>
    pdf.update({
      [pdf.attachment(evidence).spec]: fileSpec(evidence, pdf.free),
      [pdf.free]: embedded(latin('forged')),
    }).bytes,
  'an attachment replaced in the bytes that were signed': (pdf) =>
    pdf.patch('PNG not really', 'PNG yes really').bytes,
  'the manifest replaced': (pdf) =>
    pdf.update({ [pdf.attachment('manifest.json').file]: embedded(latin('{}')) }).bytes,
  'what a page shows': (pdf) =>
    pdf.update({ [pdf.refIn(pdf.pages[2] ?? 0, 'Contents')]: drawing('satisfied') }).bytes,
  'a stamp put on a page': (pdf) =>
    pdf.update({
      ...pdf.annotated(pdf.pages[2] ?? 0, pdf.free),
      [pdf.free]: `<< /Type /Annot /Subtype /Stamp /Rect [0 0 595 842] /AP << /N ${pdf.free + 1} 0 R >> >>`,
      [pdf.free + 1]: stream('/Type /XObject /Subtype /Form /BBox [0 0 9 9]', latin('1 g')),
    }).bytes,
  'a stranger’s signature over a forged attachment': (pdf, { evidence, stranger }) =>
    pdf
      .update({ [pdf.attachment(evidence).file]: embedded(latin('forged')) })
      .sign(stranger, { field: 'Spare1' }).bytes,
  'another preparer who left evidence out': (_, all) =>
    dishonest(all, ({ manifest, unlisted }) => {
      manifest.files = manifest.files.filter(({ name }) => name !== all.evidence);
      manifest.counts.files -= 1;
      unlisted.add(all.evidence);
    }),
  'a sign-off told as void': (_, all) =>
    dishonest(all, ({ extract }) => {
      for (const signOff of extract.signOffs) signOff.voided = true;
    }),
  'every sign-off left out': (_, all) =>
    dishonest(all, ({ extract, manifest }) => {
      Object.assign(extract, { signOffs: [], signed: {} });
      manifest.counts.signOffs = 0;
    }),
  'no signature at all': (_, { unsigned }) => unsigned,
};

describe('what the preparer signed, on its way to the reviewer', () => {
  it('is countersigned as it is', async () => {
    const path = binder.workspace.file('honest.pdf', binder.once);
    await countersign(path);
    const report = await verifyBinder(path, { trust: binder.trust });
    expect(report.verdict).toBe('valid');
    expect(report.signatures.map(({ field }) => field)).toEqual(['Preparer', 'Reviewer']);
    expect(contentsOf(readFileSync(path)).manifest).toEqual(contentsOf(binder.once).manifest);
  });

  it.each(Object.keys(FORGERIES))('is refused with %s, and stays as it was', async (forgery) => {
    const bytes = FORGERIES[forgery]?.(new Pdf(binder.once), binder) ?? binder.once;
    expect(bytes.equals(binder.once)).toBe(false);
    const path = binder.workspace.file(join('forged.pdf'), '');
    writeFileSync(path, bytes);
    const before = readdirSync(dirname(path)).sort();
    expect(await faultOf(countersign(path))).toMatchObject({
      code: 'rule-broken',
      rule: 'verify-before-signing',
      because: expect.stringContaining('not valid and was not signed'),
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(dirname(path)).sort()).toEqual(before);
  });

  it('is refused where its own preparer signed something else under the same state of the ledger', async () => {
    const { workspace } = binder;
    const forged = rewritten(binder, ({ manifest }) => Object.assign(manifest, { kind: 'release' }));
    const path = workspace.file('again.pdf', forged.bytes);
    await withModifiedClient(workspace, OWNER, async ({ ws }) => {
      const { signer, vouch } = await handOf(ws);
      const said = { reason: 'I prepared this', capacityText: 'Preparer', at: new Date() };
      await signPdf(path, { ...said, field: 'Preparer', signer, vouch, certification: true });
    });
    const bytes = readFileSync(path);
    expect((await verifyBinder(path, { trust: binder.trust })).verdict).toBe('valid');
    await workspace.as(REVIEWER);
    expect(await faultOf(countersign(path))).toMatchObject({
      code: 'rule-broken',
      rule: 'verify-before-signing',
      because: expect.stringContaining('another file was exported'),
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it.each([
    ['the same contents', () => {}],
    ['another kind', ({ manifest }: Contents) => Object.assign(manifest, { kind: 'release' })],
  ])('is refused under a stranger’s signature in its preparer’s place, with %s', async (_, edit) => {
    const bytes = dishonest(binder, edit);
    const path = binder.workspace.file('stranger.pdf', bytes);
    expect((await verifyBinder(path)).verdict).toBe('valid-unknown-signer');
    expect(await faultOf(countersign(path))).toMatchObject({
      code: 'rule-broken',
      rule: 'verify-before-signing',
      because: expect.stringContaining(
        'in the name of Mallory did not do so with the certificate of the member',
      ),
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});
