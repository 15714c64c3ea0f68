import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { reconsider } from '../../../../core/ledger/reconsider.ts';
import { frameworkBlobs } from '../../../../core/workspace/open-workspace.ts';
import { signedAssessment } from '../../../../db/projection/kinds/assessment.ts';
import { get } from '../../../../db/sql.ts';
import { assessmentId, deriveId } from '../../../../shared/domain/identity.ts';
import { signOffDigest } from '../../../../shared/domain/sign-off.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { type ModifiedClient, type Wish, withModifiedClient } from '../../../support/modified-client.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';
import { problemsOf, verifyBytes } from './verify/verify.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Ann: 'auditor', Rita: 'reviewer' }, ['Payroll']);
  await w.api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen.' });
  await w.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  await w.as('Rita');
  await w.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
});
afterEach(() => w.close());

async function composed(more: object = {}) {
  await w.as('Ada');
  const out = w.file('binder.pdf', '');
  await finish(w.api, w.api.binders.compose({ out, force: true, ...more }));
  return verifyBytes(readFileSync(out));
}

/** Writes what they like, as another copy would judge it. */
async function writes(member: string, action: string, wishes: (client: ModifiedClient) => Wish[]) {
  await withModifiedClient(w, member, (client) => client.write(action, wishes(client)));
  await withModifiedClient(w, 'Ada', async ({ ws }) => {
    await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
    reconsider(ws);
  });
}

const tie = (evidence: string, check: string): Wish => ({
  record: `link:${deriveId(sha256, 'link', evidence, check)}`,
  field: 'state',
  value: { evidence, assessment: check, on: true },
});

function placeOf({ ws }: ModifiedClient): { engagement: string; subject: string } {
  const [engagement, subject] = ['engagement', 'subject'].map(
    (table) => get<{ id: string }>(ws.db, `SELECT id FROM ${table}`)?.id ?? '',
  );
  return { engagement: engagement ?? '', subject: subject ?? '' };
}

const files = (name: string): Json => ({
  revision: 1,
  files: [{ name, sha256: 'a'.repeat(64), bytes: 3, mediaType: 'text/plain' }],
});

const CASES: Readonly<Record<string, (client: ModifiedClient) => Wish[]>> = {
  'a link to evidence that never was': ({ check }) => [tie('ab'.repeat(16), check('AC-1'))],
  'a link to evidence of a made-up id': ({ check }) => [tie('never\nwas', check('AC-1'))],
  'evidence without a word of its files': ({ check }) => [
    { record: `evidence:${'ab'.repeat(16)}`, field: 'title', value: 'Empty' },
    tie('ab'.repeat(16), check('AC-1')),
  ],
  'evidence of no files': ({ check }) => [
    { record: `evidence:${'ab'.repeat(16)}`, field: 'title', value: 'Empty' },
    { record: `evidence:${'ab'.repeat(16)}`, field: 'files', value: { revision: 1, files: [] } },
    tie('ab'.repeat(16), check('AC-1')),
  ],
  'evidence under a made-up id': ({ check }) => [
    { record: 'evidence:made up', field: 'title', value: 'Made up' },
    { record: 'evidence:made up', field: 'files', value: files('made-up.txt') },
    tie('made up', check('AC-1')),
  ],
  'evidence under the name of what every record has': ({ check }) => [
    { record: 'evidence:__proto__', field: 'title', value: 'Made up' },
    { record: 'evidence:__proto__', field: 'files', value: files('made-up.txt') },
    tie('__proto__', check('AC-1')),
  ],
  'evidence under the reference of other evidence': ({ check }) =>
    ['00', '01'].flatMap((end) => [
      { record: `evidence:${'ab'.repeat(15)}${end}`, field: 'title', value: `Twin ${end}` },
      { record: `evidence:${'ab'.repeat(15)}${end}`, field: 'files', value: files(`twin-${end}.txt`) },
      tie(`${'ab'.repeat(15)}${end}`, check('AC-1')),
    ]),
  'one file told under two sizes': ({ check }) => {
    const [record, told] = [
      `evidence:${'ab'.repeat(16)}`,
      { sha256: 'a'.repeat(64), mediaType: 'text/plain' },
    ];
    const value = { revision: 1, files: [3, 5].map((bytes) => ({ ...told, name: `${bytes}.txt`, bytes })) };
    return [
      { record, field: 'title', value: 'Two sizes' },
      { record, field: 'files', value },
      tie('ab'.repeat(16), check('AC-1')),
    ];
  },
  'a check of a control that no framework has': (client) => {
    const { engagement, subject } = placeOf(client);
    const record = `assessment:${assessmentId(sha256, engagement, 'nothing', subject)}`;
    const about = { engagement, target: 'nothing', targetKind: 'control', subject };
    return [
      { record, field: 'about', value: about },
      { record, field: 'result', value: 'satisfied' },
    ];
  },
  'a check of a subject that nobody has': (client) => {
    const { engagement } = placeOf(client);
    const target = get<{ id: string }>(client.ws.db, "SELECT id FROM control WHERE label = 'AC-2'")?.id ?? '';
    const record = `assessment:${assessmentId(sha256, engagement, target, 'nobody')}`;
    const about = { engagement, target, targetKind: 'control', subject: 'nobody' };
    return [
      { record, field: 'about', value: about },
      { record, field: 'result', value: 'satisfied' },
    ];
  },
  'a control told as an item': (client) =>
    misnamed(client, "SELECT id FROM control WHERE label = 'AC-1'", 'item'),
  'a control nobody worked told as an item': (client) =>
    misnamed(client, "SELECT id FROM control WHERE label = 'AC-2'", 'item'),
  'an item told as a control': (client) => misnamed(client, 'SELECT id FROM item ORDER BY ord', 'control'),
};

const OUTSIDE = ['a check of a control that no framework has', 'an item told as a control'];
const NOT_THERE = [
  'a link to evidence that never was',
  'a link to evidence of a made-up id',
  'evidence without a word of its files',
  'evidence of no files',
];

function misnamed(client: ModifiedClient, sql: string, targetKind: string): Wish[] {
  const { engagement, subject } = placeOf(client);
  const target = get<{ id: string }>(client.ws.db, sql)?.id ?? '';
  const record = `assessment:${assessmentId(sha256, engagement, target, subject)}`;
  return [
    { record, field: 'about', value: { engagement, target, targetKind, subject } },
    { record, field: 'result', value: 'satisfied' },
  ];
}

test.each(Object.keys(CASES))('%s makes no binder bad', async (what) => {
  const wishes = CASES[what];
  if (wishes === undefined) throw new Error('there is no such case');
  await writes('Ann', 'evidence.add@1', wishes);
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  // The vault has nothing of files that were made up; they are left out by name.
  const omitted = report.manifest?.omitted.filter(({ reason }) => reason !== 'missing');
  expect(omitted).toEqual(
    OUTSIDE.includes(what)
      ? [expect.objectContaining({ kind: 'check', reason: 'unfounded', label: 'A check by Ann' })]
      : [],
  );
  expect(/evidence exists which Ann tied/.test(report.notProven.join())).toBe(NOT_THERE.includes(what));
  if ((NOT_THERE.includes(what) && what !== 'evidence of no files') || OUTSIDE.includes(what))
    expect(report.signOffs).toMatchObject({ total: 2, recomputed: 2 });
});

test('an item told as a control counts once somebody records it as the item that it is', async () => {
  await writes('Ann', 'evidence.add@1', (client) =>
    misnamed(client, 'SELECT id FROM item ORDER BY ord', 'control'),
  );
  await w.as('Ada');
  const { rows } = await w.api.checklists.list({});
  const { checklist } = await w.api.checklists.get({ checklist: rows[0]?.id ?? '' });
  const [item] = checklist.rows;
  await w.api.assessments.set({ control: item?.id ?? '', result: 'satisfied' });
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.manifest?.omitted).toEqual([]);
});

/** What somebody writes of an item in one entry with the name of evidence that the binder shows. */
const OF_AN_ITEM: Readonly<Record<string, (item: string, client: ModifiedClient) => Wish[]>> = {
  'a note on a check that nobody began': (item) => [
    { record: `assessment:${item}`, field: 'note', value: 'Nobody began this.' },
  ],
  'evidence of a check that nobody began': (item, { ws }) => [
    tie(get<{ id: string }>(ws.db, 'SELECT id FROM evidence')?.id ?? '', item),
  ],
  'an item told as a control': (_, client) => misnamed(client, 'SELECT id FROM item ORDER BY ord', 'control'),
};

test.each(Object.keys(OF_AN_ITEM))('%s, beside evidence that is shown, makes no binder bad', async (what) => {
  await w.as('Ann');
  await w.api.evidence.add({ files: [{ path: w.file('one.txt', 'One') }], links: [{ control: 'AC-1' }] });
  await w.as('Ada');
  const { rows } = await w.api.checklists.list({});
  const { checklist } = await w.api.checklists.get({ checklist: rows[0]?.id ?? '' });
  await w.api.assessments.set({ control: checklist.rows[1]?.id ?? '', result: 'satisfied' });
  await w.api.review.sign({ kind: 'checklist', id: rows[0]?.id ?? '', as: 'preparer' });
  await writes('Ann', 'evidence.add@1', (client) => {
    const { engagement, subject } = placeOf(client);
    const target = get<{ id: string }>(client.ws.db, 'SELECT id FROM item ORDER BY ord')?.id ?? '';
    const evidence = get<{ id: string }>(client.ws.db, 'SELECT id FROM evidence')?.id ?? '';
    const more = OF_AN_ITEM[what]?.(assessmentId(sha256, engagement, target, subject), client) ?? [];
    return [{ record: `evidence:${evidence}`, field: 'title', value: 'Another name' }, ...more];
  });
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 3, voided: 2, recomputed: 1 });
  expect(problemsOf(await composed({ profile: 'summary' }))).toEqual([]);
});

test('evidence that is shown and tied to a check of nothing is in the binder, and supports what is there', async () => {
  await w.as('Ann');
  await w.api.evidence.add({ files: [{ path: w.file('one.txt', 'One') }], links: [{ control: 'AC-1' }] });
  const { rows } = await w.api.evidence.list({});
  const evidence = rows[0]?.id ?? '';
  await writes('Ann', 'evidence.add@1', (client) => {
    const { engagement, subject } = placeOf(client);
    const check = assessmentId(sha256, engagement, 'nothing', subject);
    const value = { engagement, target: 'nothing', targetKind: 'control', subject };
    return [{ record: `assessment:${check}`, field: 'about', value }, tie(evidence, check)];
  });
  for (const profile of ['full', 'customer', 'reviewer', 'summary'])
    expect(problemsOf(await composed({ profile }))).toEqual([]);
  const { links } = await w.api.evidence.get({ evidence });
  expect(links.map(({ label }) => label).sort()).toEqual(['AC-1', 'Unknown']);
});

test('evidence that is attached under the reference of other evidence makes no binder bad', async () => {
  await w.as('Ann');
  await w.api.evidence.add({ files: [{ path: w.file('one.txt', 'One') }], links: [{ control: 'AC-1' }] });
  const { rows } = await w.api.evidence.list({});
  const [one] = rows;
  const [file] = one?.files ?? [];
  if (one === undefined || file === undefined) throw new Error('no evidence was added');
  const twin = `${one.id.slice(0, -1)}${one.id.endsWith('0') ? '1' : '0'}`;
  const { name, sha256: hash, bytes, mediaType } = file;
  await writes('Ann', 'evidence.add@1', ({ check }) => [
    { record: `evidence:${twin}`, field: 'title', value: 'Twin' },
    {
      record: `evidence:${twin}`,
      field: 'files',
      value: { revision: 1, files: [{ name, sha256: hash, bytes, mediaType }] },
    },
    tie(twin, check('AC-1')),
  ]);
  expect(problemsOf(await composed())).toEqual([]);
});

test.each([0, 77])(
  'a file that is here and is told as one of %i bytes makes no binder bad',
  async (bytes) => {
    await w.as('Ann');
    await w.api.evidence.add({ files: [{ path: w.file('one.txt', 'One') }], links: [{ control: 'AC-1' }] });
    const { rows } = await w.api.evidence.list({});
    const [file] = rows[0]?.files ?? [];
    if (file === undefined) throw new Error('no evidence was added');
    const { sha256: hash, mediaType } = file;
    await writes('Ann', 'evidence.add@1', ({ check }) => [
      { record: `evidence:${'ab'.repeat(16)}`, field: 'title', value: 'Another size' },
      {
        record: `evidence:${'ab'.repeat(16)}`,
        field: 'files',
        value: { revision: 1, files: [{ name: 'other.txt', sha256: hash, bytes, mediaType }] },
      },
      tie('ab'.repeat(16), check('AC-1')),
    ]);
    const report = await composed();
    expect(problemsOf(report)).toEqual([]);
    expect(report.manifest?.omitted).toEqual([
      expect.objectContaining({ kind: 'file', reason: 'missing', bytes }),
    ]);
    for (const profile of ['summary', 'customer'])
      expect(problemsOf(await composed({ profile }))).toEqual([]);
    const redact = [{ what: 'file' as const, of: rows[0]?.id ?? '', reason: 'Names of staff' }];
    expect(problemsOf(await composed({ redact }))).toEqual([]);
  },
);

test.each(['Some words.', 'Seen.'])(
  'a sign-off with words (%s) makes no redacted binder bad',
  async (note) => {
    await w.as('Ada');
    await w.api.assessments.set({ control: 'AC-1', note: 'Seen.' });
    await writes('Rita', 'review.sign@1', ({ ws, check }) => {
      const record = check('AC-1');
      const signed = signedAssessment(ws.db, record);
      if (signed === null) throw new Error('AC-1 was never worked');
      const value = {
        ...{ kind: 'assessment', capacity: 'reviewer', verdict: 'signed', note, record, after: [] },
        ...{ digest: signOffDigest(sha256, signed), passphraseSetByOther: false },
        signed: signed as unknown as Json,
      };
      return [{ record: `signoff:${factId(sha256, 'signoff', ws.writer.id, value)}`, field: 'fact', value }];
    });
    const redact = [{ what: 'note' as const, of: 'AC-1', reason: 'Names of staff' }];
    expect(problemsOf(await composed({ redact }))).toEqual([]);
  },
);

test.each([
  ['signed', 'review.sign@1', 'Rita signed AC-1 · Payroll as reviewer'],
  ['returned', 'review.return@1', 'Rita returned AC-1 · Payroll'],
])('what was %s over values that never stood makes no binder bad', async (verdict, action, words) => {
  await writes('Rita', action, ({ ws, check }) => {
    const record = check('AC-1');
    const now = signedAssessment(ws.db, record);
    if (now === null) throw new Error('AC-1 was never worked');
    const signed = { ...now, note: 'Nobody wrote this.' };
    const value = {
      ...{ kind: 'assessment', capacity: 'reviewer', verdict, note: '', record, after: [] },
      ...{ digest: signOffDigest(sha256, signed), passphraseSetByOther: false },
      signed: signed as unknown as Json,
    };
    return [{ record: `signoff:${factId(sha256, 'signoff', ws.writer.id, value)}`, field: 'fact', value }];
  });
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 3, recomputed: 2, voided: 1 });
  expect(report.signOffs.unfounded).toEqual([words]);
  expect(report.notProven.join()).toContain(`That what ${words} was ever there`);
  expect(problemsOf(await composed({ profile: 'summary' }))).toEqual([]);
  const redact = [{ what: 'note' as const, of: 'AC-1', reason: 'Names of staff' }];
  expect(problemsOf(await composed({ redact }))).toEqual([]);
});
