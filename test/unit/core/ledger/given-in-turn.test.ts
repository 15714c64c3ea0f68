import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { roleOfWriter } from '../../../../core/ledger/grants.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { verifyLedgerTables, verifyRebuild } from '../../../../core/ledger/verify.ts';
import { knownVector } from '../../../../db/queries/ledger.ts';
import { memberById } from '../../../../db/queries/people.ts';
import type { Vector } from '../../../../shared/ledger/entry.ts';
import { settle } from '../../../fuzz/history.ts';
import { Fleet, type Replica, writeNote } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
let ben: Replica;
let cem: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
  [ben, cem] = [fleet.join('Ben', 'auditor'), fleet.join('Cem', 'auditor')];
});
afterEach(() => fleet.close());

const give = (by: Replica, to: Replica, role: string, cutoff: Vector = knownVector(by.db)) =>
  append(by, 'member.role@1', [
    { record: `member:${to.writer.member}`, field: 'role', value: { role, cutoff } },
  ]);

/** Everybody hears from everybody, and all say the same of whom they may do what. */
function demandRoles(...roles: readonly (readonly [Replica, string])[]): void {
  settle(fleet, fleet.replicas);
  for (const replica of fleet.replicas) {
    for (const [of, role] of roles)
      expect(memberById(replica.db, of.writer.member)?.role, of.name).toBe(role);
    expect(fleet.state(replica)).toBe(fleet.state(owner));
    expect(verifyLedgerTables(replica).intact).toBe(true);
    expect(verifyRebuild(replica, fleet.scratch()).differences).toEqual([]);
  }
  for (const [of, role] of roles) expect(roleOfWriter(of), `${of.name} may`).toBe(role);
}

const shownNote = ({ db }: Replica) => db.prepare('SELECT note FROM assessment').pluck().all();

describe('whoever is lowered goes on as before', () => {
  it('by one whom an admin raised after losing their own access', () => {
    const nora = fleet.join('Nora', 'admin');
    settle(fleet, fleet.replicas);
    give(owner, nora, 'viewer');
    give(nora, ben, 'admin', {});
    receiveSegments(ben, fleet.carry(nora));
    give(ben, cem, 'viewer');
    demandRoles([ben, 'auditor'], [cem, 'auditor']);
  });

  it('by one whom an admin ended while the owner, apart, raised them', () => {
    const nora = fleet.join('Nora', 'admin');
    settle(fleet, fleet.replicas);
    give(nora, ben, 'none');
    give(owner, ben, 'admin', {});
    receiveSegments(ben, fleet.carry(owner));
    give(ben, cem, 'viewer');
    demandRoles([ben, 'none'], [cem, 'auditor']);
    give(owner, cem, 'reviewer');
    demandRoles([cem, 'reviewer']);
  });

  it('by one who was lowered by whoever had lost their access, in turn', () => {
    const admins = ['Nora', 'Olaf', 'Pia'].map((name) => fleet.join(name, 'admin'));
    const [nora, olaf, pia] = admins as [Replica, Replica, Replica];
    settle(fleet, fleet.replicas);
    give(owner, nora, 'viewer');
    give(nora, olaf, 'viewer');
    give(olaf, pia, 'viewer');
    give(pia, cem, 'viewer');
    // Nora's counts for nothing, so Olaf's does, and Pia's does not.
    demandRoles([nora, 'viewer'], [olaf, 'admin'], [pia, 'viewer'], [cem, 'auditor']);
  });
});

it('an admin who was lowered and given their role back takes rights as before', () => {
  const nora = fleet.join('Nora', 'admin');
  settle(fleet, fleet.replicas);
  give(owner, nora, 'viewer');
  give(owner, nora, 'admin', {});
  receiveSegments(nora, fleet.carry(owner));
  give(nora, cem, 'viewer');
  writeNote(cem, 'Not having heard');
  demandRoles([nora, 'admin'], [cem, 'viewer']);
  expect(shownNote(owner)).toEqual([]);
});

/** Two owners raise Ben and Cem, who each hear of their own alone. */
function raiseApart(): void {
  const olga = fleet.join('Olga', 'owner');
  settle(fleet, fleet.replicas);
  give(owner, ben, 'admin', {});
  give(olga, cem, 'admin', {});
  receiveSegments(ben, fleet.carry(owner));
  receiveSegments(cem, fleet.carry(olga));
}

it('two whom owners raised apart and who lower each other are lowered both, until they are given another role', () => {
  raiseApart();
  give(ben, cem, 'viewer');
  give(cem, ben, 'viewer');
  demandRoles([ben, 'viewer'], [cem, 'viewer']);
  give(owner, ben, 'auditor');
  receiveSegments(ben, fleet.carry(owner));
  writeNote(ben, 'Working again');
  demandRoles([ben, 'auditor'], [cem, 'viewer']);
  expect(shownNote(cem)).toEqual(['Working again']);
});

it('two whom owners raised apart, and who are lowered by whom the other added, are lowered both', () => {
  raiseApart();
  const pia = fleet.join('Pia', 'admin', ben);
  const quin = fleet.join('Quin', 'admin', cem);
  give(pia, cem, 'viewer');
  give(quin, ben, 'viewer');
  demandRoles([ben, 'viewer'], [cem, 'viewer']);
  expect([pia, quin].map(roleOfWriter)).toEqual(['none', 'none']);
});
