import { afterEach, beforeEach, expect, it } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { verifyLedgerTables } from '../../../../core/ledger/verify.ts';
import { conflictsOf } from '../../../../db/queries/history.ts';
import { knownVector } from '../../../../db/queries/ledger.ts';
import { check, Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
let ben: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
  ben = fleet.join('Ben', 'auditor');
});
afterEach(() => fleet.close());

const { record, about, id } = check(1);

function note(replica: Replica, value: string): void {
  append(replica, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'note', value },
  ]);
}

it('a second history written after access ended does not count, and takes nothing away from the first', () => {
  const copy = fleet.copyOf(ben, 'Ben again');
  note(ben, 'seen by the owner');
  receiveSegments(owner, fleet.carry(ben));
  append(owner, 'member.role@1', [
    {
      record: `member:${ben.writer.member}`,
      field: 'role',
      value: { role: 'none', cutoff: knownVector(owner.db) },
    },
  ]);
  note(copy, 'under the same number');
  receiveSegments(owner, fleet.carry(copy));
  receiveSegments(copy, [...fleet.carry(owner), ...fleet.carry(ben)]);
  for (const replica of [owner, copy]) {
    expect(replica.db.prepare('SELECT note FROM assessment WHERE id = ?').pluck().get(id)).toBe(
      'seen by the owner',
    );
    expect(conflictsOf(replica.db, record)).toEqual([]);
    expect(
      verifyLedgerTables(replica)
        .problems.map(({ code }) => code)
        .sort(),
    ).toEqual(['fork', 'quarantine-entry']);
  }
  expect(fleet.state(copy)).toBe(fleet.state(owner));
});
