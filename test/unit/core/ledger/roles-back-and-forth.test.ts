import { afterEach, beforeEach, expect, it } from 'vitest';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { adminVector } from '../../../../db/queries/ledger.ts';
import type { Vector } from '../../../../shared/ledger/entry.ts';
import { settle } from '../../../fuzz/history.ts';
import { Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
let admins: readonly [Replica, Replica];

beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
  admins = [fleet.join('Ben', 'admin'), fleet.join('Dora', 'admin')];
  settle(fleet, fleet.replicas);
});
afterEach(() => fleet.close());

/** Two admins whose programs give each other's role anew, time and again, naming little of what they saw. */
function giveBackAndForth(times: number, knowing: () => Vector) {
  return Array.from({ length: times }, (_, n) => {
    const [by, on] = n % 2 === 0 ? admins : ([admins[1], admins[0]] as const);
    const value = { role: 'admin', cutoff: { [owner.writer.id]: 1 } };
    const entry = {
      action: 'member.role@1',
      ops: [{ record: `member:${on.writer.member}`, field: 'role', value }],
    };
    const identity = { member: by.writer.member, device: `device ${n}`, incarnation: '1' };
    const segment = fleet.forge(by, [entry], { identity, admin: knowing() });
    return receiveSegments(owner, [segment]).applied;
  });
}

// Each question about one of them leads to all before it: asked anew each time, seven took ten seconds and forty for ever.
it('roles given back and forth are judged, each in the knowledge of all before it', () => {
  expect(giveBackAndForth(40, () => adminVector(owner.db))).toEqual(Array(40).fill(1));
});

it('and each in the knowledge of none', () => {
  const before = adminVector(owner.db);
  expect(giveBackAndForth(40, () => before)).toEqual(Array(40).fill(1));
});
