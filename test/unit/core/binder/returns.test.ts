import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedactionRequest } from '../../../../shared/contract/proof.ts';
import { LedgerExtract, Manifest, VerifyReport } from '../../../../shared/domain/binder.ts';
import type { BinderDiffResult } from '../../../../shared/domain/binder-diff.ts';
import type { BinderProfile } from '../../../../shared/domain/binder-profile.ts';
import { faultOf, finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';
import { run, textOf } from './compose/composed.ts';

/** Long enough for several lines, and in several scripts. */
const WORDS = `The sample of March lacks Mrs Example. ${'Say how each account was drawn, and by whom. '.repeat(12)}Δείξε τη λίστα, 監査の記録も。`;
const EARLIER = 'Extend the sample to forty accounts.';
const LIST_WORDS = 'The third step was done by nobody, so it seems.';

let w: TestWorkspace;
let checklist: { id: string; title: string };
beforeAll(async () => {
  w = await makeEngagement({ Rita: 'reviewer' }, ['Payroll']);
  const [first] = (await w.api.checklists.list({})).rows;
  checklist = { id: first?.id ?? '', title: first?.title ?? '' };
  for (const [note, why] of [
    ['Seen four accounts.', EARLIER],
    ['Seen forty accounts.', WORDS],
  ] as const) {
    const { api } = w;
    await api.assessments.set({ control: 'AC-1', result: 'satisfied', note });
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    const rita = await w.as('Rita');
    await rita.review.return({ kind: 'assessment', id: 'AC-1', note: why });
    await w.as('Ada');
  }
  const { checklist: list } = await w.api.checklists.get({ checklist: checklist.id });
  for (const { id } of list.rows)
    await w.api.checklists.set({ item: id, result: 'satisfied', note: 'Done.' });
  await w.api.review.sign({ kind: 'checklist', id: checklist.id, as: 'preparer' });
  const rita = await w.as('Rita');
  await rita.review.return({ kind: 'checklist', id: checklist.id, note: LIST_WORDS });
  await w.as('Ada');
});
afterAll(() => w.close());

const fileOf = (name: string) => join(w.home, `${name}.pdf`);

async function compose(name: string, profile: BinderProfile, redact: RedactionRequest[] = []) {
  const out = fileOf(name);
  await finish(w.api, w.api.binders.compose({ out, profile, redact, force: true }));
  const report = VerifyReport.parse(await finish(w.api, w.api.binders.verify({ file: { path: out } })));
  const read = (attached: string): string => {
    const at = new RegExp(`(\\d+): ${attached}`).exec(run('pdfdetach', '-list', out))?.[1] ?? '';
    run('pdfdetach', '-save', at, '-o', join(w.home, attached), out);
    return readFileSync(join(w.home, attached), 'utf8');
  };
  const manifest = Manifest.parse(JSON.parse(read('manifest.json')));
  const extract = LedgerExtract.parse(JSON.parse(read('ledger-extract.json')));
  return { report, manifest, extract, twin: read('assessment-results.json'), text: textOf(out) };
}

const words = (text: string) => text.replaceAll(/\s+/gu, ' ');
const isTold = (text: string, said: string) => words(text).includes(words(said));
const minute = /Returned by Rita, \d{4}-\d\d-\d\d \d\d:\d\d UTC/;

describe('what was returned, and why', () => {
  test.each<BinderProfile>(['full', 'reviewer', 'customer'])(
    'stands in full where the sign-offs do, in the profile %s',
    async (profile) => {
      const { report, text, extract, twin, manifest } = await compose(profile, profile);
      expect(report).toMatchObject({ verdict: 'valid-unknown-signer', problems: [] });
      expect(text).toMatch(minute);
      for (const said of [EARLIER, WORDS, LIST_WORDS]) expect(isTold(text, said), said).toBe(true);
      // The older one first, as the sign-offs stand.
      expect(text.indexOf(EARLIER)).toBeLessThan(text.indexOf('The sample of March'));
      const told = extract.signOffs.filter(({ verdict }) => verdict === 'returned');
      expect(told.map(({ note }) => note).sort()).toEqual([EARLIER, LIST_WORDS, WORDS].sort());
      expect(extract.signOffs.filter(({ verdict, note }) => verdict === 'signed' && note !== '')).toEqual([]);
      const [observation] = JSON.parse(twin)['assessment-results'].results[0].observations;
      expect(observation.remarks).toMatch(minute);
      expect(observation.remarks).toContain(EARLIER);
      expect(observation.remarks).toContain(WORDS);
      expect(manifest.omitted.filter(({ id }) => id === 'returns')).toEqual([]);
    },
  );

  test('is counted where a profile leaves out what it is of', async () => {
    const { report, text, manifest } = await compose('summary', 'summary');
    expect(report).toMatchObject({ problems: [] });
    for (const said of [EARLIER, LIST_WORDS]) expect(isTold(text, said)).toBe(false);
    expect(manifest.omitted).toContainEqual(
      expect.objectContaining({ kind: 'pages', label: '3 returns of reviewers', reason: 'profile' }),
    );
  });

  test('is in the report of what differs between two binders', async () => {
    await compose('full', 'full');
    const out = fileOf('later');
    const { api } = w;
    await api.assessments.set({ control: 'CM-1', result: 'satisfied', note: 'Seen.' });
    await api.review.sign({ kind: 'assessment', id: 'CM-1', as: 'preparer' });
    const rita = await w.as('Rita');
    await rita.review.return({ kind: 'assessment', id: 'CM-1', note: 'Seen by whom?' });
    await w.as('Ada');
    await finish(w.api, w.api.binders.compose({ out, force: true }));
    const { diff } = await finish<BinderDiffResult>(
      w.api,
      w.api.binders.diff({ before: { path: fileOf('full') }, after: { path: out } }),
    );
    const added = diff.rows.filter(({ part }) => part === 'sign-offs').map(({ after }) => after);
    expect(added).toContainEqual(
      expect.stringMatching(/^returned by Rita at [\d-]{10} \d\d:\d\d UTC: Seen by whom\?$/),
    );
  });
});

describe('what was returned and is redacted', () => {
  const redact: RedactionRequest[] = [{ what: 'return', of: 'AC-1', reason: 'Names of staff' }];

  test('can be found by its words and by where it stands', async () => {
    const told = async (text: string) =>
      (await w.api.binders.returns({ text })).map(({ label, subjectName }) => `${label} · ${subjectName}`);
    expect(await told('Mrs Example')).toEqual(['AC-1 Policy · Payroll']);
    expect(await told('third step')).toEqual([`${checklist.title} · Payroll`]);
    expect(await told('nobody wrote this')).toEqual([]);
  });

  test('is nowhere in the binder, listed by name, and the binder is valid and derives from the full one', async () => {
    await compose('full', 'full');
    const { report, text, manifest, extract, twin } = await compose('redacted', 'full', redact);
    expect(report).toMatchObject({
      verdict: 'valid-unknown-signer',
      problems: [],
      signOffs: { redacted: 2, hidden: ['Rita returned AC-1 · Payroll', 'Rita returned AC-1 · Payroll'] },
    });
    expect(report.notProven.join(' ')).toContain('Told by whoever composed the binder: Rita returned AC-1');
    for (const content of [text, JSON.stringify(extract), JSON.stringify(manifest), twin])
      for (const said of ['Mrs Example', EARLIER]) expect(content.includes(said)).toBe(false);
    expect(isTold(text, LIST_WORDS)).toBe(true);
    for (const content of [text, twin]) expect(content).toContain('[Redacted. Reason: Names of staff]');
    const list = manifest.redaction?.list ?? [];
    expect(list.map(({ kind, label, bytes }) => [kind, label.replace(/, [\d-]{10}.*/, ''), bytes])).toEqual([
      ['return', 'Return of AC-1 · Payroll by Rita', Buffer.byteLength(EARLIER)],
      ['return', 'Return of AC-1 · Payroll by Rita', Buffer.byteLength(WORDS)],
    ]);
    expect(text).toContain('Return of AC-1 · Payroll by Rita');
    // What was signed is shown all the same.
    expect(Object.keys(extract.signed)).toHaveLength(3);
    const against = VerifyReport.parse(
      await finish(
        w.api,
        w.api.binders.verify({ file: { path: fileOf('redacted') }, against: { path: fileOf('full') } }),
      ),
    ).against;
    expect(against?.derivation).toMatchObject({ derives: true, redactions: 2, undeclared: [] });
  });

  test('goes with the note of its check, each listed, since that stands in what was returned', async () => {
    await compose('full', 'full');
    const note: RedactionRequest = { what: 'note', of: 'AC-1', reason: 'A name' };
    const { report, text, manifest, twin } = await compose('note', 'full', [note]);
    expect(report).toMatchObject({
      verdict: 'valid-unknown-signer',
      problems: [],
      signOffs: { redacted: 4 },
    });
    for (const said of ['Mrs Example', EARLIER, 'Seen forty'])
      expect([text.includes(said), twin.includes(said)]).toEqual([false, false]);
    expect(manifest.redaction?.list.map(({ kind }) => kind)).toEqual(['note', 'return', 'return']);
    const both = await compose('both', 'full', [note, ...redact]);
    expect(both.report).toMatchObject({ problems: [] });
    expect(both.manifest.redaction?.list.map(({ reason }) => reason)).toEqual([
      'A name',
      'Names of staff',
      'Names of staff',
    ]);
  });

  test('may be of a checklist, by its title, and of nothing that was not returned', async () => {
    const { report, text } = await compose('list', 'full', [
      { what: 'return', of: checklist.title, reason: 'Says who' },
    ]);
    expect(report).toMatchObject({ problems: [] });
    expect(isTold(text, LIST_WORDS)).toBe(false);
    expect(text).toContain('[Redacted. Reason: Says who]');
    const none = compose('none', 'full', [{ what: 'return', of: 'AC-2', reason: 'None' }]);
    expect(await faultOf(none)).toMatchObject({ code: 'not-found', what: 'return to redact' });
  });
});
