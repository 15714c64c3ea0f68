import { afterEach, beforeEach, expect, test } from 'vitest';
import { append } from '../../../core/ledger/append.ts';
import { sha256 } from '../../../core/ledger/keys.ts';
import { receiveSegments } from '../../../core/ledger/receive.ts';
import { cutAt, replayingUpTo } from '../../../db/projection/as-of.ts';
import { drained } from '../../../db/projection/rebuild.ts';
import { check, Fleet, type Replica } from '../../support/replicas.ts';

const DAY = 86_400_000;
const { record, about, id } = check(1);

let fleet: Fleet;
let owner: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
});
afterEach(() => fleet.close());

const note = (replica: Replica, value: string) =>
  append(replica, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'note', value },
  ]);

/** The note as the ledger of a replica told it at the end of a day. */
function noteOn(replica: Replica, day: string): unknown {
  const db = fleet.scratch();
  const ctx = { db, sha256, framework: () => null };
  drained(replayingUpTo(replica.db, cutAt(replica.db, day), ctx));
  return db.prepare('SELECT note FROM assessment WHERE id = ?').pluck().get(id);
}

test('a past day is told by the entries dated up to its end', () => {
  note(owner, 'on the first of March');
  owner.skew(DAY);
  note(owner, 'on the second');
  expect(noteOn(owner, '2026-02-28')).toBeUndefined();
  expect(noteOn(owner, '2026-03-01')).toBe('on the first of March');
  expect(noteOn(owner, '2026-03-02')).toBe('on the second');
});

test('the whole ledger replayed by its last day is what stands', () => {
  note(owner, 'one');
  const ben = fleet.join('Ben', 'auditor');
  note(ben, 'two');
  const db = fleet.scratch();
  const cut = cutAt(ben.db, '2026-03-01');
  const entries = drained(replayingUpTo(ben.db, cut, { db, sha256, framework: () => null }));
  expect(entries).toBe(ben.db.prepare('SELECT count(*) FROM entry').pluck().get());
  expect(fleet.state({ ...ben, db })).toBe(fleet.state(ben));
});

test('what an entry builds on comes with it, even where a clock was ahead', () => {
  const ben = fleet.join('Ben', 'auditor');
  owner.skew(30 * DAY);
  note(owner, 'written with a clock of the end of March');
  receiveSegments(ben, fleet.carry(owner));
  note(ben, 'written after it, with a clock of the first of March');
  expect(noteOn(ben, '2026-03-01')).toBe('written after it, with a clock of the first of March');
  const cut = cutAt(ben.db, '2026-03-01');
  expect(cut[owner.writer.id]).toBe(
    ben.db.prepare('SELECT max(seq) FROM entry WHERE writer = ?').pluck().get(owner.writer.id),
  );
});
