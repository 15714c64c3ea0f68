import { expect, test } from 'vitest';
import { Chains } from '../../../../../core/binder/verify/chains.ts';
import { Findings } from '../../../../../core/binder/verify/findings.ts';
import { EntryForm, type KnownEntry, positionOf } from '../../../../../core/binder/verify/ledger-entries.ts';
import { checkOwnReviews } from '../../../../../core/binder/verify/own-review.ts';
import { Pasts } from '../../../../../core/binder/verify/past.ts';
import { Placing } from '../../../../../core/binder/verify/placing.ts';
import type { ExtractSignOff } from '../../../../../shared/domain/binder.ts';
import { ledgerModel } from './ledger-files.ts';

const { extract } = ledgerModel('ab'.repeat(32));

type Told = Pick<ExtractSignOff, 'id' | 'capacity' | 'by' | 'writer' | 'seq'> &
  Partial<ExtractSignOff> & { readonly after?: readonly string[] };

function found(told: readonly Told[]): string[] {
  const [any] = extract.signOffs;
  const entries = new Map<string, KnownEntry>();
  if (!any) throw new Error('nothing was signed off');
  const signOffs = told.map(({ after = [], ...one }) => {
    const [entry] = extract.entries;
    const form = EntryForm.parse(entry?.entry);
    const values = [{ salt: '', value: { after } }];
    const known = { form, extract: { entry: {}, hash: '', values }, sound: true };
    entries.set(positionOf(one.writer, one.seq), known);
    return { ...any, byName: 'Ada', ...one };
  });
  const findings = new Findings();
  const pasts = new Pasts(entries, [], new Placing(extract, new Chains({ chains: [] })));
  checkOwnReviews({ ...extract, signOffs }, entries, pasts, findings);
  return findings.list().map(({ code, where }) => `${code} @ ${where}`);
}

const prepared: Told = { id: 'p', capacity: 'preparer', by: 'ada', writer: 'w', seq: 1 };
const review: Told = { id: 'r', capacity: 'reviewer', by: 'ada', writer: 'w', seq: 2, after: ['p'] };
const OWN = ['own-review @ sign-off AC-2 · Payroll as reviewer'];

test('who had signed as preparer and accepts the same values is named', () => {
  expect(found([prepared, review])).toEqual(OWN);
  expect(found([prepared, { ...review, writer: 'other', seq: 1 }])).toEqual(OWN);
  expect(found([prepared, { ...review, after: [] }])).toEqual(OWN);
  expect(found([prepared, { ...review, capacity: 'approver' }])).toEqual([
    'own-review @ sign-off AC-2 · Payroll as approver',
  ]);
});

test('somebody else’s review, a return, a rework and what did not know of each other are not', () => {
  expect(found([prepared, { ...review, by: 'rita', writer: 'v' }])).toEqual([]);
  expect(found([prepared, { ...review, verdict: 'returned' }])).toEqual([]);
  expect(found([prepared, { ...review, digest: 'cd'.repeat(32) }])).toEqual([]);
  expect(found([prepared, { ...review, record: 'another' }])).toEqual([]);
  expect(
    found([
      { ...prepared, seq: 3 },
      { ...review, after: [] },
    ]),
  ).toEqual([]);
  expect(found([prepared, { ...review, writer: 'other', after: [] }])).toEqual([]);
});
