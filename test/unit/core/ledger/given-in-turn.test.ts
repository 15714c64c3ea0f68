import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { roleOfWriter } from '../../../../core/ledger/grants.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { verifyLedgerTables, verifyRebuild } from '../../../../core/ledger/verify.ts';
import { knownVector } from '../../../../db/queries/ledger.ts';
import { memberById } from '../../../../db/queries/people.ts';
import type { Vector } from '../../../../shared/ledger/entry.ts';
import { settle } from '../../../fuzz/history.ts';
import { check, Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
beforeEach(() => {
  fleet = new Fleet();
});
afterEach(() => fleet.close());

const give = (by: Replica, to: Replica, role: string, cutoff: Vector = knownVector(by.db)) =>
  append(by, 'member.role@1', [
    { record: `member:${to.writer.member}`, field: 'role', value: { role, cutoff } },
  ]);

/** Everybody hears from everybody, and all say the same of whom they may do what. */
function demandRoles(roles: ReadonlyMap<Replica, string>): void {
  settle(fleet, fleet.replicas);
  const [owner] = fleet.replicas as [Replica];
  for (const replica of fleet.replicas) {
    for (const [of, role] of roles)
      expect(memberById(replica.db, of.writer.member)?.role, of.name).toBe(role);
    expect(fleet.state(replica)).toBe(fleet.state(owner));
    expect(verifyLedgerTables(replica).intact).toBe(true);
    expect(verifyRebuild(replica, fleet.scratch()).differences).toEqual([]);
  }
  for (const [of, role] of roles) expect(roleOfWriter(of), `${of.name} may`).toBe(role);
}

const writeNote = (by: Replica, value: string) => {
  const { record, about } = check(1);
  append(by, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'note', value },
  ]);
};
const shownNote = ({ db }: Replica) => db.prepare('SELECT note FROM assessment').pluck().all();

describe('whoever is lowered goes on as before', () => {
  it('by one whom an admin raised after losing their own access', () => {
    const [owner] = fleet.replicas as [Replica];
    const nora = fleet.join('Nora', 'admin');
    const ben = fleet.join('Ben', 'auditor');
    const cem = fleet.join('Cem', 'auditor');
    settle(fleet, fleet.replicas);
    give(owner, nora, 'viewer');
    give(nora, ben, 'admin', {});
    receiveSegments(ben, fleet.carry(nora));
    give(ben, cem, 'viewer');
    demandRoles(
      new Map([
        [ben, 'auditor'],
        [cem, 'auditor'],
      ]),
    );
  });

  it('by one whom an admin ended while the owner, apart, raised them', () => {
    const [owner] = fleet.replicas as [Replica];
    const nora = fleet.join('Nora', 'admin');
    const ben = fleet.join('Ben', 'auditor');
    const cem = fleet.join('Cem', 'auditor');
    settle(fleet, fleet.replicas);
    give(nora, ben, 'none');
    give(owner, ben, 'admin', {});
    receiveSegments(ben, fleet.carry(owner));
    give(ben, cem, 'viewer');
    demandRoles(
      new Map([
        [ben, 'none'],
        [cem, 'auditor'],
      ]),
    );
    give(owner, cem, 'reviewer');
    demandRoles(new Map([[cem, 'reviewer']]));
  });

  it('by one who was lowered by whoever had lost their access, in turn', () => {
    const [owner] = fleet.replicas as [Replica];
    const admins = ['Nora', 'Olaf', 'Pia'].map((name) => fleet.join(name, 'admin'));
    const [nora, olaf, pia] = admins as [Replica, Replica, Replica];
    const cem = fleet.join('Cem', 'auditor');
    settle(fleet, fleet.replicas);
    give(owner, nora, 'viewer');
    give(nora, olaf, 'viewer');
    give(olaf, pia, 'viewer');
    give(pia, cem, 'viewer');
    // Nora's counts for nothing, so Olaf's does, and Pia's does not.
    demandRoles(
      new Map([
        [nora, 'viewer'],
        [olaf, 'admin'],
        [pia, 'viewer'],
        [cem, 'auditor'],
      ]),
    );
  });
});

it('an admin who was lowered and given their role back takes rights as before', () => {
  const [owner] = fleet.replicas as [Replica];
  const nora = fleet.join('Nora', 'admin');
  const cem = fleet.join('Cem', 'auditor');
  settle(fleet, fleet.replicas);
  give(owner, nora, 'viewer');
  give(owner, nora, 'admin', {});
  receiveSegments(nora, fleet.carry(owner));
  give(nora, cem, 'viewer');
  writeNote(cem, 'Not having heard');
  demandRoles(
    new Map([
      [nora, 'admin'],
      [cem, 'viewer'],
    ]),
  );
  expect(shownNote(owner)).toEqual([]);
});

it('two whom owners raised apart and who lower each other are lowered both, until they are given another role', () => {
  const [owner] = fleet.replicas as [Replica];
  const olga = fleet.join('Olga', 'owner');
  const ben = fleet.join('Ben', 'auditor');
  const cem = fleet.join('Cem', 'auditor');
  settle(fleet, fleet.replicas);
  give(owner, ben, 'admin', {});
  give(olga, cem, 'admin', {});
  receiveSegments(ben, fleet.carry(owner));
  receiveSegments(cem, fleet.carry(olga));
  give(ben, cem, 'viewer');
  give(cem, ben, 'viewer');
  demandRoles(
    new Map([
      [ben, 'viewer'],
      [cem, 'viewer'],
    ]),
  );
  give(owner, ben, 'auditor');
  receiveSegments(ben, fleet.carry(owner));
  writeNote(ben, 'Working again');
  demandRoles(
    new Map([
      [ben, 'auditor'],
      [cem, 'viewer'],
    ]),
  );
  expect(shownNote(cem)).toEqual(['Working again']);
});

it('two whom owners raised apart, and who are lowered by whom the other added, are lowered both', () => {
  const [owner] = fleet.replicas as [Replica];
  const olga = fleet.join('Olga', 'owner');
  const ben = fleet.join('Ben', 'auditor');
  const cem = fleet.join('Cem', 'auditor');
  settle(fleet, fleet.replicas);
  give(owner, ben, 'admin', {});
  give(olga, cem, 'admin', {});
  receiveSegments(ben, fleet.carry(owner));
  receiveSegments(cem, fleet.carry(olga));
  const pia = fleet.join('Pia', 'admin', ben);
  const quin = fleet.join('Quin', 'admin', cem);
  give(pia, cem, 'viewer');
  give(quin, ben, 'viewer');
  demandRoles(
    new Map([
      [ben, 'viewer'],
      [cem, 'viewer'],
    ]),
  );
  expect([pia, quin].map(roleOfWriter)).toEqual(['none', 'none']);
});
