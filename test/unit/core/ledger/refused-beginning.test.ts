import { afterEach, beforeEach, expect, test } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { all } from '../../../../db/sql.ts';
import { check, Fleet, linkOf, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
let pat: Replica;
let cem: Replica;
const [taken, left] = [check(1), check(2)];

/** Pat begins two checks that the owner never heard of, and Cem takes one of them up. */
beforeEach(() => {
  fleet = new Fleet();
  pat = fleet.join('Pat', 'auditor');
  cem = fleet.join('Cem', 'auditor');
  [owner] = fleet.replicas as [Replica];
  append(
    pat,
    'assess.many@1',
    [taken, left].flatMap(({ record, about }) => [
      { record, field: 'about', value: about },
      { record, field: 'result', value: 'satisfied' },
    ]),
  );
  receiveSegments(cem, fleet.carry(pat));
});
afterEach(() => fleet.close());

const TAKEN_UP = {
  'gave it a result': () =>
    append(cem, 'assess@1', [
      { record: taken.record, field: 'about', value: taken.about },
      { record: taken.record, field: 'result', value: 'not-satisfied' },
    ]),
  'tied evidence to it': () => {
    const link = linkOf('ab'.repeat(16), taken.id, true);
    append(cem, 'evidence.link@1', [
      { record: taken.record, field: 'about', value: taken.about },
      { record: link.record, field: 'state', value: link.value },
    ]);
  },
};

const checksAt = ({ db }: Replica) =>
  all<{ id: string; target: string; result: string }>(db, 'SELECT id, target, result FROM assessment');

test.each(Object.keys(TAKEN_UP) as (keyof typeof TAKEN_UP)[])(
  'a check begun by refused work stands at every copy where somebody %s, in whatever order they hear of it',
  (what) => {
    TAKEN_UP[what]();
    append(owner, 'member.role@1', [
      {
        record: `member:${pat.writer.member}`,
        field: 'role',
        value: { role: 'none', cutoff: { [owner.writer.id]: 1 } },
      },
    ]);
    // The owner and a fourth copy hear of the end first, Cem of the work; the fourth hears of what Pat wrote last.
    const dana = fleet.join('Dana', 'auditor');
    const [ofPat, ofCem] = [pat, cem].map((one) => fleet.carry(one));
    receiveSegments(owner, [...(ofPat ?? []), ...(ofCem ?? [])]);
    receiveSegments(cem, fleet.carry(owner));
    for (const one of [...(ofCem ?? [])].reverse()) receiveSegments(dana, [one]);
    for (const one of ofPat ?? []) receiveSegments(dana, [one]);
    receiveSegments(dana, fleet.carry(owner));
    for (const replica of [owner, cem, dana])
      expect(checksAt(replica)).toEqual([
        {
          id: taken.id,
          target: 't1',
          result: what === 'gave it a result' ? 'not-satisfied' : 'not-reviewed',
        },
      ]);
    expect(fleet.state(dana)).toBe(fleet.state(owner));
    expect(fleet.state(cem)).toBe(fleet.state(owner));
    // Who works on it again says what it is of, and it is a check like any other.
    append(owner, 'assess@1', [
      { record: taken.record, field: 'about', value: taken.about },
      { record: taken.record, field: 'note', value: 'Looked at again.' },
    ]);
    receiveSegments(dana, fleet.carry(owner));
    expect(fleet.state(dana)).toBe(fleet.state(owner));
    expect(checksAt(dana)).toHaveLength(1);
  },
);
