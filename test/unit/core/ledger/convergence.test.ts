import { afterEach, describe, expect, it } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { resolveConflict } from '../../../../core/ledger/conflicts.ts';
import { conflictsOf } from '../../../../db/queries/history.ts';
import { runHistory, settle } from '../../../fuzz/history.ts';
import { check, Fleet, type Replica } from '../../../support/replicas.ts';

const DAY = 86_400_000;
const HISTORIES = Number(process.env.BINDERY_HISTORIES ?? 6);
let fleet: Fleet | undefined;
afterEach(() => fleet?.close());

const { id: checkId, record } = check(1);

function edit(replica: Replica, n: number, field: 'result' | 'note', value: string): void {
  const { record: at, about } = check(n);
  append(replica, 'assess@1', [
    { record: at, field: 'about', value: about },
    { record: at, field, value },
  ]);
}

describe('copies edited apart', () => {
  it.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'converge with nothing lost, and every conflict shown (history %i)',
    (seed) => {
      const { replicas, entries } = runHistory(seed);
      expect(replicas).toBeGreaterThan(1);
      expect(entries).toBeGreaterThan(20);
    },
  );

  it('keep concurrent values side by side until a person resolves them, everywhere', () => {
    fleet = new Fleet();
    const b = fleet.join('B', 'auditor');
    const [a] = fleet.replicas as [Replica];
    edit(a, 1, 'note', 'from A');
    b.skew(-400 * DAY);
    edit(b, 1, 'note', 'from B');
    settle(fleet, [a, b]);
    for (const replica of [a, b]) {
      const [conflict] = conflictsOf(replica.db, record);
      expect(conflict?.sides.map((side) => side.value).sort()).toEqual(['from A', 'from B']);
    }
    const chosen = conflictsOf(b.db, record)[0]?.sides.findIndex((side) => side.value === 'from B');
    resolveConflict(b, { record, field: 'note', keep: chosen });
    settle(fleet, [a, b]);
    expect(conflictsOf(a.db, record)).toEqual([]);
    expect(fleet.state(a)).toBe(fleet.state(b));
    expect(a.db.prepare('SELECT note FROM assessment WHERE id = ?').get(checkId)).toEqual({ note: 'from B' });
  });

  it('hold equal values as one value, not a conflict', () => {
    fleet = new Fleet();
    const b = fleet.join('B', 'auditor');
    const [a] = fleet.replicas as [Replica];
    edit(a, 1, 'note', 'the same');
    edit(b, 1, 'note', 'the same');
    settle(fleet, [a, b]);
    expect(conflictsOf(a.db, record)).toEqual([]);
  });
});
