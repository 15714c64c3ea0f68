import { afterEach, beforeEach, expect, test } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { sealOpen } from '../../../../core/ledger/seal.ts';
import { sealedUpTo, segments } from '../../../../db/queries/ledger.ts';
import { SEGMENT_MAX_BYTES, SEGMENT_MAX_ENTRIES } from '../../../../shared/ledger/segment.ts';
import { check, Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
const { record, about } = check(1);
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
  append(owner, 'assess@1', [{ record, field: 'about', value: about }]);
  sealOpen(owner);
});
afterEach(() => fleet.close());

const note = (value: string) => append(owner, 'assess@1', [{ record, field: 'note', value }]);
const counts = () => segments(owner.db).map(({ count }) => count);
const sealed = () => sealedUpTo(owner.db, owner.writer.id);

test('a segment is sealed once it holds as many entries as it may, and what was undone is not counted', () => {
  const before = counts();
  const undone = new Error('undone');
  const undo = owner.db.transaction(() => {
    for (let n = 0; n < 50; n += 1) note(`undone ${n}`);
    throw undone;
  });
  for (let n = 0; n < SEGMENT_MAX_ENTRIES; n += 1) {
    if (n % 200 === 100) expect(undo).toThrow(undone);
    note(`said ${n}`);
  }
  expect(counts()).toEqual(before);
  note('one more');
  expect(counts()).toEqual([...before, SEGMENT_MAX_ENTRIES]);
  expect(sealOpen(owner)).toBe(1);
});

test('or as many bytes, and begins to count anew where somebody else sealed', () => {
  const third = 'x'.repeat(Math.floor(SEGMENT_MAX_BYTES / 3));
  const at = sealed();
  note(`a${third}`);
  note(`b${third}`);
  expect(sealed()).toBe(at);
  note(`c${third}`);
  expect(sealed()).toBe(at + 2);
  sealOpen(owner);
  note(`d${third}`);
  note(`e${third}`);
  expect(sealed()).toBe(at + 3);
  note(`f${third}`);
  expect(sealed()).toBe(at + 5);
});
