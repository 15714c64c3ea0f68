import { expect, test } from 'vitest';
import { Chains } from '../../../../../core/binder/verify/chains.ts';
import { EntryForm, type KnownEntry, positionOf } from '../../../../../core/binder/verify/ledger-entries.ts';
import { LedgerValues } from '../../../../../core/binder/verify/ledger-values.ts';
import { Pasts } from '../../../../../core/binder/verify/past.ts';
import { Placing } from '../../../../../core/binder/verify/placing.ts';
import { recordOf } from '../../../../../core/binder/verify/recompute.ts';
import { sinceSigned } from '../../../../../core/binder/verify/since.ts';
import { ledgerModel, sealOf } from './ledger-files.ts';

const { extract } = ledgerModel('ab'.repeat(32));
const [now = nothing()] = Object.values(extract.signed).filter((one) => one.kind === 'assessment');
const signed = { ...now, note: 'As it was signed.' };

function nothing(): never {
  throw new Error('nothing was signed off');
}

type Wrote = { writer: string; seq: number; at: number; note?: string; over?: [string, number][] };

function entry({ writer, seq, at, note, over = [] }: Wrote): KnownEntry {
  const op = { record: `assessment:${recordOf(signed)}`, field: 'note', parents: over, hash: '0'.repeat(64) };
  const form = EntryForm.parse({
    ...extract.entries[0]?.entry,
    ...{ writer, seq, time: `2026-01-03T10:00:0${at}.000Z-0000` },
    ops: note === undefined ? [] : [op],
  });
  const values = note === undefined ? [] : [{ salt: '', value: note }];
  return { form, extract: { entry: {}, hash: '', values }, sound: true };
}

function since(wrote: readonly Wrote[], seals = extract.seals.slice(0, 0)) {
  const signOff = entry({ writer: 'ada', seq: 5, at: 5 });
  const all = [...wrote.map(entry), signOff];
  const entries = new Map(all.map((one) => [positionOf(one.form.writer, one.form.seq), one]));
  const pasts = new Pasts(entries, [], new Placing({ ...extract, seals }, new Chains({ chains: [] })));
  const ledger = new LedgerValues(all);
  const refused = new LedgerValues([]);
  return sinceSigned(
    signOff.form,
    { signed, now },
    { ledger, refused, pasts, withheld: new Set(), facts: [] },
  );
}

const was: Wrote = { writer: 'ada', seq: 2, at: 2, note: signed.note };
const over: [string, number][] = [['ada', 2]];
const UNEXPLAINED = { unexplained: 'the note' };

test('what the same writer or a later entry wrote explains what differs', () => {
  expect(since([was, { writer: 'ada', seq: 6, at: 6, note: now.note, over }])).toBe('entries');
  expect(since([was, { writer: 'mia', seq: 1, at: 7, note: now.note, over }])).toBe('entries');
});

test('an entry of before explains nothing', () => {
  expect(since([{ writer: 'ada', seq: 1, at: 1, note: now.note }])).toEqual(UNEXPLAINED);
  expect(since([{ writer: 'mia', seq: 1, at: 1, note: now.note }])).toEqual(UNEXPLAINED);
  expect(since([])).toEqual(UNEXPLAINED);
});

test('an offline edit dated earlier explains it where what was signed is here, and the signer is not seen to have had it', () => {
  const offline = { writer: 'mia', seq: 1, at: 4, note: now.note, over };
  expect(since([was, offline])).toBe('apart');
  const heads = { mia: [1, '0'.repeat(64)] as [number, string] };
  const seal = sealOf(extract.entries.slice(0, 1), { header: { writer: 'ada', from: 5, count: 1, heads } });
  expect(since([was, offline], [seal])).toEqual(UNEXPLAINED);
});
