import assert from 'node:assert/strict';
import { append } from '../../core/ledger/append.ts';
import { resolveConflict } from '../../core/ledger/conflicts.ts';
import { receiveSegments } from '../../core/ledger/receive.ts';
import { sealOpen } from '../../core/ledger/seal.ts';
import { conflictsOf } from '../../db/queries/history.ts';
import { knownVector, sealedUpTo } from '../../db/queries/ledger.ts';
import { founderOf, memberById } from '../../db/queries/people.ts';
import { coversRole, mayGiveRole } from '../../shared/domain/permissions.ts';
import type { Role } from '../../shared/domain/results.ts';
import { dice, Fleet, type Replica, writeNote } from '../support/replicas.ts';
import { attempt, holds, type Play, pick, settle } from './history.ts';

type Given = Role | 'none';
const ROLES: readonly Given[] = ['none', 'viewer', 'reviewer', 'auditor', 'admin', 'owner'];
const NOTE =
  "SELECT e.state FROM entry e WHERE e.writer = ? AND e.action = 'assess@1' ORDER BY e.seq DESC LIMIT 1";

/**
 * Roles given apart from a seed, as the screens let people give them and never otherwise: owners, admins and auditors who
 * raise, lower and end one another, decide between roles given apart, work, and hear of a part of it. In the end what the
 * list says of each is what they may do, and a role that the founder gives helps everybody who has not left.
 */
export function runRoles(seed: number, steps: number): { readonly changes: number } {
  const fleet = new Fleet('founder', { inMemory: true });
  try {
    const roll = dice(seed * 7919 + 3);
    const staff: [string, Role][] = [
      ['Olga', 'owner'],
      ['Otto', 'owner'],
      ['Nora', 'admin'],
      ['Nils', 'admin'],
      ['Uma', 'auditor'],
      ['Ugo', 'auditor'],
    ];
    for (const [name, role] of staff.filter(() => roll(5) > 0)) fleet.join(name, role);
    const { replicas } = fleet;
    settle(fleet, replicas);
    const members = replicas.map(({ writer }) => writer.member);
    const play: Play = { roll, evidence: [], members, step: 0 };
    let changes = 0;
    for (; play.step < steps; play.step += 1) {
      const replica = pick(roll, replicas);
      const act = roll(10);
      if (act < 4) attempt(() => (changes += giveSome(replica, members, roll) ? 1 : 0), replica, play);
      else if (act < 5) attempt(() => writeNote(replica, `Note ${play.step}`), replica, play);
      else if (act < 6) attempt(() => decide(replica, members, roll), replica, play);
      else hear(fleet, replica, pick(roll, replicas));
    }
    demandAll(fleet, roll);
    helpAll(fleet, members.slice(1));
    demandAll(fleet, roll);
    return { changes };
  } finally {
    fleet.close();
  }
}

function hear(fleet: Fleet, to: Replica, from: Replica): void {
  if (to !== from) receiveSegments(to, fleet.carry(from));
}

const holder = ({ db, workspace }: Replica, id: string) => ({
  id,
  role: (memberById(db, id)?.role ?? 'none') as Given,
  founder: id === founderOf(db, workspace),
});

/** A role that this replica's member may give, if one of a few tries is; a cutoff goes with what takes a right away. */
function giveSome(replica: Replica, members: readonly string[], roll: (below: number) => number): boolean {
  for (let tried = 0; tried < 6; tried += 1)
    if (give(replica, pick(roll, members), pick(roll, ROLES))) return true;
  return false;
}

function give(replica: Replica, member: string, role: Given): boolean {
  const { db } = replica;
  const held = holder(replica, member);
  if (!mayGiveRole(holder(replica, replica.writer.member), held, role).allowed) return false;
  sealOpen(replica);
  const sealed = Object.keys(knownVector(db)).map((writer) => [writer, sealedUpTo(db, writer)] as const);
  const cutoff = coversRole(role, held.role) ? {} : Object.fromEntries(sealed.filter(([, seq]) => seq > 0));
  append(replica, 'member.role@1', [{ record: `member:${member}`, field: 'role', value: { role, cutoff } }]);
  sealOpen(replica);
  return true;
}

function decide(replica: Replica, members: readonly string[], roll: (below: number) => number): void {
  for (const member of members)
    for (const { record, field, sides } of conflictsOf(replica.db, `member:${member}`))
      resolveConflict(replica, { record, field, keep: roll(sides.length) });
}

/** Every copy says the same, also one that hears of it all at once or piece by piece in any order. */
function demandAll(fleet: Fleet, roll: (below: number) => number): void {
  settle(fleet, fleet.replicas);
  holds(fleet, roll, true);
  const [first] = fleet.replicas as [Replica];
  const carried = fleet.carry(first);
  for (let i = carried.length - 1; i > 0; i -= 1) {
    const j = roll(i + 1);
    [carried[i], carried[j]] = [carried[j], carried[i]];
  }
  const late: Replica = { ...first, db: fleet.scratch() };
  for (const segment of carried) receiveSegments(late, [segment]);
  assert.equal(fleet.state(late), fleet.state(first), 'another order of arrival comes to something else');
}

/** Whoever has not left can be given another role by the founder, and then works under it. */
function helpAll(fleet: Fleet, members: readonly string[]): void {
  const [founder, ...others] = fleet.replicas as [Replica, ...Replica[]];
  for (const member of members) {
    const { role } = holder(founder, member);
    if (role === 'none') continue;
    const to = role === 'auditor' ? 'admin' : 'auditor';
    assert.ok(give(founder, member, to), `the founder cannot make ${member} ${to}`);
    assert.equal(holder(founder, member).role, to);
  }
  settle(fleet, fleet.replicas);
  for (const other of others) {
    if (!members.includes(other.writer.member) || holder(other, other.writer.member).role === 'none')
      continue;
    writeNote(other, `By ${other.name}, given another role`);
    hear(fleet, founder, other);
    assert.equal(
      founder.db.prepare(NOTE).pluck().get(other.writer.id),
      'applied',
      `${other.name} cannot work`,
    );
  }
}
