import { afterEach, beforeEach, expect, it } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { roleOfWriter } from '../../../../core/ledger/grants.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { verifyLedgerTables, verifyRebuild } from '../../../../core/ledger/verify.ts';
import { knownVector } from '../../../../db/queries/ledger.ts';
import { memberById } from '../../../../db/queries/people.ts';
import type { Vector } from '../../../../shared/ledger/entry.ts';
import { settle } from '../../../fuzz/history.ts';
import { Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
beforeEach(() => {
  fleet = new Fleet();
});
afterEach(() => fleet.close());

const give = (by: Replica, to: Replica, role: string, cutoff: Vector = knownVector(by.db)) =>
  append(by, 'member.role@1', [
    { record: `member:${to.writer.member}`, field: 'role', value: { role, cutoff } },
  ]);

it('whoever is lowered by one whom an admin raised after losing their own access goes on as before', () => {
  const [owner] = fleet.replicas as [Replica];
  const nora = fleet.join('Nora', 'admin');
  const ben = fleet.join('Ben', 'auditor');
  const cem = fleet.join('Cem', 'auditor');
  settle(fleet, fleet.replicas);
  give(owner, nora, 'viewer');
  give(nora, ben, 'admin', {});
  receiveSegments(ben, fleet.carry(nora));
  give(ben, cem, 'viewer');
  settle(fleet, fleet.replicas);
  for (const replica of fleet.replicas) {
    expect(memberById(replica.db, ben.writer.member)?.role).toBe('auditor');
    expect(memberById(replica.db, cem.writer.member)?.role).toBe('auditor');
    expect(fleet.state(replica)).toBe(fleet.state(owner));
    expect(verifyLedgerTables(replica).intact).toBe(true);
    expect(verifyRebuild(replica, fleet.scratch()).differences).toEqual([]);
  }
  expect([roleOfWriter(ben), roleOfWriter(cem)]).toEqual(['auditor', 'auditor']);
});
