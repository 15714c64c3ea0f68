import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { signedAssessment } from '../../../../db/projection/kinds/assessment.ts';
import { get } from '../../../../db/sql.ts';
import { signOffDigest } from '../../../../shared/domain/sign-off.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { endAccessBefore } from '../../../support/ending-access.ts';
import { type ModifiedClient, type Wish, withModifiedClient } from '../../../support/modified-client.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';
import { problemsOf, verifyBytes } from './verify/verify.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Pat: 'auditor', Rita: 'reviewer' }, ['Payroll']);
  await w.api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen.' });
  await w.as('Pat');
  await w.api.assessments.set({ control: 'AC-1', note: 'Pat wrote this.' });
  await w.as('Ada');
  await w.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
});
afterEach(() => w.close());

/** Ends Pat's access as of before Pat wrote, as a copy does that had not heard of it; or leaves Pat the right to read. */
const endAccess = (role = 'none') => endAccessBefore(w, 'Pat', role);

async function composed(more: object = {}) {
  await w.as('Ada');
  const out = w.file('binder.pdf', '');
  await finish(w.api, w.api.binders.compose({ out, force: true, ...more }));
  return verifyBytes(readFileSync(out));
}

test.each(['accepted', 'returned'])(
  'what was %s over the words of somebody whose access had ended is void, and the binder is valid',
  async (verdict) => {
    await w.as('Rita');
    if (verdict === 'accepted') await w.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
    else await w.api.review.return({ kind: 'assessment', id: 'AC-1', note: 'Say more.' });
    await endAccess();
    const report = await composed();
    expect(problemsOf(report)).toEqual([]);
    expect(report.proven.join('\n')).toContain('but for 1 entry that counts for nothing here');
    expect(report.signOffs).toMatchObject({ total: 2, voided: 2, recomputed: 0 });
    expect(problemsOf(await composed({ profile: 'summary' }))).toEqual([]);
    const redact = [{ what: 'note' as const, of: 'AC-1', reason: 'Names of staff' }];
    expect(problemsOf(await composed({ redact }))).toEqual([]);
  },
);

test('what is signed anew after that stands', async () => {
  await endAccess();
  await w.as('Ada');
  await w.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  await w.as('Rita');
  await w.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 3, voided: 1, recomputed: 2 });
});

/** What an action that touches work may touch beside it. */
const BESIDE: Readonly<Record<string, (client: ModifiedClient) => Wish>> = {
  'a reason why it came late': ({ ws }) => {
    const { id = '' } = get<{ id: string }>(ws.db, 'SELECT id FROM engagement') ?? {};
    const { seq = 0 } =
      get<{ seq: number }>(ws.db, 'SELECT max(seq) seq FROM entry WHERE writer = ?', ws.writer.id) ?? {};
    const value = { engagement: id, record: `engagement:${id}`, reason: 'The list came late.', seq: seq + 1 };
    return { record: `late:${factId(sha256, 'late', ws.writer.id, value)}`, field: 'fact', value };
  },
  'a review note': () => ({ record: 'note:any', field: 'answer', value: 'An answer' }),
  'the period of the engagement': ({ ws }) => {
    const { id = '' } = get<{ id: string }>(ws.db, 'SELECT id FROM engagement') ?? {};
    return { record: `engagement:${id}`, field: 'period', value: { from: null, to: null } };
  },
};

test.each(Object.keys(BESIDE))(
  'work of somebody whose access had ended that stands in one entry with %s makes no binder bad',
  async (what) => {
    await withModifiedClient(w, 'Pat', (client) => {
      const more = BESIDE[what]?.(client);
      if (more === undefined) throw new Error('there is no such case');
      const action = more.record.startsWith('late:') ? 'assess@1' : 'conflict.resolve@1';
      const note = { record: `assessment:${client.check('AC-1')}`, field: 'note', value: 'Pat again.' };
      client.write(action, [note, more]);
    });
    await w.as('Ada');
    await w.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    await endAccess();
    const report = await composed();
    expect(problemsOf(report)).toEqual([]);
    expect(report.signOffs).toMatchObject({ total: 2, voided: 2, recomputed: 0 });
    expect(problemsOf(await composed({ profile: 'summary' }))).toEqual([]);
  },
);

test('a late sign-off of somebody whose access had ended, which a later one names, makes no binder bad', async () => {
  const { assessment } = await w.api.assessments.set({ control: 'AC-2', result: 'satisfied' });
  await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  await withModifiedClient(w, 'Pat', (client) => {
    const late = BESIDE['a reason why it came late']?.(client);
    const signed = signedAssessment(client.ws.db, assessment.id);
    if (late === undefined || signed === null) throw new Error('AC-2 was never worked');
    const value = {
      ...{ kind: 'assessment', capacity: 'preparer', verdict: 'signed', note: '', record: assessment.id },
      ...{ digest: signOffDigest(sha256, signed), after: [], passphraseSetByOther: false },
      signed: signed as unknown as Json,
    };
    const id = factId(sha256, 'signoff', client.ws.writer.id, value);
    client.write('review.sign@1', [{ record: `signoff:${id}`, field: 'fact', value }, late]);
  });
  await w.as('Rita');
  await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'reviewer' });
  await endAccess();
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs.baseless).toBeUndefined();
});

let check: string;

/** What Pat does with evidence while Pat may, and Ada and Rita sign over. */
const EVIDENCE: Readonly<Record<string, () => Promise<void>>> = {
  'added evidence': async () => {
    await w.api.evidence.add({ files: [{ path: w.file('pat.txt', 'Pat') }], links: [{ control: 'AC-2' }] });
  },
  'added a link': async () => {
    await w.api.evidence.link({ evidence: await evidenceNamed('late.txt'), control: 'AC-2' });
  },
  'took evidence off': async () => {
    await w.api.evidence.unlink({ evidence: await evidenceNamed('ada.txt'), assessment: check });
  },
  'named evidence anew': async () => {
    await w.api.evidence.update({ evidence: await evidenceNamed('ada.txt'), title: 'Pat was here' });
  },
  'dated evidence': async () => {
    await w.api.evidence.update({ evidence: await evidenceNamed('ada.txt'), expires: '2027-01-01' });
  },
  'revised evidence': async () => {
    const evidence = await evidenceNamed('ada.txt');
    await w.api.evidence.revise({ evidence, files: [{ path: w.file('pat.txt', 'Pat') }] });
  },
  'removed evidence': async () => {
    await w.api.evidence.remove({ evidence: await evidenceNamed('ada.txt'), evenIfLinked: true });
  },
};

async function evidenceNamed(name: string): Promise<string> {
  const { rows } = await w.api.evidence.list({});
  const found = rows.find(({ files }) => files.some((file) => file.name === name));
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.id;
}

test.each(Object.keys(EVIDENCE))(
  'what was signed after somebody %s whose access had ended is void, and the binder is valid',
  async (what) => {
    const { assessment } = await w.api.assessments.set({ control: 'AC-2', result: 'satisfied' });
    check = assessment.id;
    await w.api.evidence.add({ files: [{ path: w.file('ada.txt', 'Ada') }], links: [{ control: 'AC-2' }] });
    await w.api.evidence.add({ files: [{ path: w.file('late.txt', 'Late') }] });
    await w.as('Pat');
    await EVIDENCE[what]?.();
    await w.as('Ada');
    await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
    await w.as('Rita');
    await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'reviewer' });
    await endAccess();
    const report = await composed();
    expect(problemsOf(report)).toEqual([]);
    expect(report.signOffs).toMatchObject({ total: 3, voided: 3, recomputed: 0 });
    expect(report.proven.join('\n')).toContain('but for 2 entries that count for nothing here');
    expect(problemsOf(await composed({ profile: 'summary' }))).toEqual([]);
    expect(problemsOf(await composed({ withhold: [await evidenceNamed('ada.txt')] }))).toEqual([]);
  },
);

/** What others do with a check that Pat began, before Pat's access ends as of before that. */
const TAKEN_UP: Readonly<Record<string, () => Promise<void>>> = {
  'gave it a result': async () => {
    await w.api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: 'Ada says no.' });
    await signBoth();
  },
  'tied evidence to it': async () => {
    await w.api.evidence.add({ files: [{ path: w.file('ada.txt', 'Ada') }], links: [{ control: 'AC-2' }] });
    await signBoth();
  },
  'signed it': () => signBoth(),
};

async function signBoth(): Promise<void> {
  await w.as('Ada');
  await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  await w.as('Rita');
  await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'reviewer' });
}

test.each(Object.keys(TAKEN_UP))(
  'a check that somebody began whose access had ended stands where others %s',
  async (what) => {
    await w.as('Pat');
    await w.api.assessments.set({ control: 'AC-2', result: 'satisfied', note: 'Pat began.' });
    await w.as('Ada');
    await TAKEN_UP[what]?.();
    await endAccess();
    const report = await composed();
    expect(problemsOf(report)).toEqual([]);
    const isWorked = what === 'gave it a result';
    expect(report.signOffs).toMatchObject({
      total: 3,
      voided: isWorked ? 1 : 3,
      recomputed: isWorked ? 2 : 0,
    });
    expect(report.signOffs.unfounded).toBeUndefined();
    const engagement = (await w.api.engagements.list({})).rows[0]?.id ?? '';
    const { rows } = await w.api.controls.list({ engagement });
    expect(rows.find(({ label }) => label === 'AC-2')).toMatchObject({
      result: isWorked ? 'not-satisfied' : 'not-reviewed',
      status: isWorked ? 'accepted' : 'draft',
    });
    for (const profile of ['summary', 'customer', 'reviewer'])
      expect(problemsOf(await composed({ profile }))).toEqual([]);
    const redact = [{ what: 'note' as const, of: 'AC-2', reason: 'Names of staff' }];
    if (isWorked) expect(problemsOf(await composed({ redact }))).toEqual([]);
    // It goes on as any other.
    await w.api.assessments.set({ control: 'AC-2', result: 'satisfied' });
    expect(problemsOf(await composed())).toEqual([]);
  },
);

test('a checklist signed over items of somebody whose access had ended is void, not one over nothing', async () => {
  const { rows } = await w.api.checklists.list({});
  const id = rows[0]?.id ?? '';
  const { checklist } = await w.api.checklists.get({ checklist: id });
  await w.as('Pat');
  await w.api.assessments.set({ control: checklist.rows[0]?.id ?? '', result: 'satisfied' });
  await w.as('Ada');
  await w.api.assessments.set({ control: checklist.rows[1]?.id ?? '', result: 'satisfied' });
  await w.api.review.sign({ kind: 'checklist', id, as: 'preparer' });
  await endAccess();
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 2, voided: 2 });
  expect(report.signOffs.unfounded).toBeUndefined();
});

test.each(['none', 'viewer', 'reviewer'])(
  'a sign-off of somebody who is %s since before, which a later one names, makes no redacted binder bad',
  async (role) => {
    await w.api.assessments.set({
      control: 'AC-2',
      result: 'satisfied',
      note: 'Seen by somebody of the team.',
    });
    await w.as('Pat');
    await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
    await w.as('Rita');
    await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'reviewer' });
    await endAccess(role);
    const redact = [{ what: 'note' as const, of: 'AC-2', reason: 'Names of staff' }];
    for (const more of [{}, { redact }]) {
      const report = await composed(more);
      expect(problemsOf(report)).toEqual([]);
      expect(report.signOffs.total).toBe(2);
    }
  },
);
