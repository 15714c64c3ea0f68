import { afterEach, describe, expect, it } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { resolveConflict } from '../../../../core/ledger/conflicts.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { verifyLedgerTables, verifyRebuild } from '../../../../core/ledger/verify.ts';
import { conflictsOf } from '../../../../db/queries/history.ts';
import { held } from '../../../../db/queries/ledger.ts';
import { dice, Fleet, type Replica } from '../../../support/replicas.ts';

const DAY = 86_400_000;
const HISTORIES = Number(process.env.BINDERY_HISTORIES ?? 12);
let fleet: Fleet;
afterEach(() => fleet.close());

const about = (n: number) => ({ engagement: 'e', target: `t${n}`, targetKind: 'control', subject: 's' });

function edit(replica: Replica, n: number, field: 'result' | 'note', value: string): void {
  append(replica, 'assess@1', [
    { record: `assessment:a${n}`, field: 'about', value: about(n) },
    { record: `assessment:a${n}`, field, value },
  ]);
}

/** Everybody hears from everybody, twice, so that what waited can follow. */
function settle(replicas: readonly Replica[]): void {
  for (let round = 0; round < 2; round += 1) {
    for (const from of replicas) {
      const carried = fleet.carry(from);
      for (const to of replicas) if (to !== from) receiveSegments(to, carried);
    }
  }
}

describe('copies edited apart', () => {
  it.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'converge with nothing lost (history %i)',
    (seed) => {
      fleet = new Fleet();
      const roll = dice(seed * 7919 + 1);
      const count = 2 + roll(4);
      for (let i = 1; i < count; i += 1) fleet.join(`D${i}`, 'auditor');
      const { replicas } = fleet;
      for (const replica of replicas) replica.skew(roll(366) * -DAY + roll(2) * 366 * DAY);
      const written = new Set<string>();
      for (let step = 0; step < 60; step += 1) {
        const replica = replicas[roll(replicas.length)] as Replica;
        if (roll(4) > 0) {
          const value = `v${step}`;
          const n = roll(6);
          edit(replica, n, 'note', value);
          written.add(JSON.stringify([`assessment:a${n}`, value]));
        } else {
          const from = replicas[roll(replicas.length)] as Replica;
          const carried = fleet.carry(from).filter(() => roll(5) > 0);
          if (roll(2) === 0) carried.reverse();
          if (from !== replica) receiveSegments(replica, [...carried, ...carried.slice(0, roll(3))]);
        }
      }
      settle(replicas);
      const states = new Set(replicas.map((replica) => fleet.state(replica)));
      expect(states.size).toBe(1);
      for (const replica of replicas) {
        const kept = replica.db.prepare("SELECT record, value FROM operation WHERE field = 'note'").all() as {
          record: string;
          value: string;
        }[];
        expect(new Set(kept.map((row) => JSON.stringify([row.record, JSON.parse(row.value)])))).toEqual(
          written,
        );
        expect(held(replica.db)).toEqual([]);
      }
      const one = replicas[roll(replicas.length)] as Replica;
      expect(verifyLedgerTables(one)).toMatchObject({ intact: true, unsealed: 0, problems: [] });
      expect(verifyRebuild(one, fleet.scratch()).differences).toEqual([]);
    },
  );

  it('keep concurrent values side by side until a person resolves them, everywhere', () => {
    fleet = new Fleet();
    const b = fleet.join('B', 'auditor');
    const [a] = fleet.replicas as [Replica];
    edit(a, 1, 'note', 'from A');
    b.skew(-400 * DAY);
    edit(b, 1, 'note', 'from B');
    settle([a, b]);
    for (const replica of [a, b]) {
      const [conflict] = conflictsOf(replica.db, 'assessment:a1');
      expect(conflict?.sides.map((side) => side.value).sort()).toEqual(['from A', 'from B']);
    }
    const chosen = conflictsOf(b.db, 'assessment:a1')[0]?.sides.findIndex((side) => side.value === 'from B');
    resolveConflict(b, { record: 'assessment:a1', field: 'note', keep: chosen });
    settle([a, b]);
    expect(conflictsOf(a.db, 'assessment:a1')).toEqual([]);
    expect(fleet.state(a)).toBe(fleet.state(b));
    expect(a.db.prepare("SELECT note FROM assessment WHERE id = 'a1'").get()).toEqual({ note: 'from B' });
  });

  it('hold equal values as one value, not a conflict', () => {
    fleet = new Fleet();
    const b = fleet.join('B', 'auditor');
    const [a] = fleet.replicas as [Replica];
    edit(a, 1, 'note', 'the same');
    edit(b, 1, 'note', 'the same');
    settle([a, b]);
    expect(conflictsOf(a.db, 'assessment:a1')).toEqual([]);
  });
});
