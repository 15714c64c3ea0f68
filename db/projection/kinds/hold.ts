import { PROGRAMME_FACTS } from '../../../shared/domain/programme/facts.ts';
import type { Vector } from '../../../shared/ledger/entry.ts';
import { deletionState } from '../../../shared/ledger/merge.ts';
import type { Database } from '../../driver.ts';
import { all, get } from '../../sql.ts';
import type { RecordState } from '../record.ts';

interface Placed {
  readonly id: string;
  readonly writer: string;
  readonly seq: number;
  readonly on: boolean;
  readonly lifts: readonly string[];
}

const EVER = '9999-12-31';

/** Every legal hold ever laid on a piece of evidence or lifted from it, with its place in the ledger. */
function holdActs(db: Database, evidence: string, upTo = EVER): Placed[] {
  const rows = all<{ id: string; writer: string; seq: number; body: string }>(
    db,
    `SELECT f.id, h.writer, h.seq, f.body FROM programme_fact f JOIN head h ON h.record = 'hold:' || f.id AND h.field = 'fact'
      WHERE f.record = ? AND f.kind = 'hold' AND substr(f.at, 1, 10) <= ? ORDER BY f.id`,
    `evidence:${evidence}`,
    upTo,
  );
  return rows.map(({ body, ...at }) => {
    const { on, lifts } = PROGRAMME_FACTS.hold.parse(JSON.parse(body));
    return { ...at, on, lifts };
  });
}

/** How many holds stand: those that nobody lifted by name. A hold laid while another was lifted elsewhere stands. */
export function standingHolds(db: Database, evidence: string): number {
  const acts = holdActs(db, evidence);
  const lifted = new Set(acts.flatMap((act) => act.lifts));
  return acts.filter((act) => act.on && !lifted.has(act.id)).length;
}

/** The latest day up to which anybody ever said it is kept: a day said once is never taken back. */
export function retainedUntil(db: Database, evidence: string, upTo = EVER): string | null {
  return (
    get<{ day: string | null }>(
      db,
      `SELECT max(json_extract(o.value, '$')) day FROM operation o
         JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
        WHERE o.record = ? AND o.field = 'retainUntil' AND o.value IS NOT NULL AND substr(e.time, 1, 10) <= ?`,
      `evidence:${evidence}`,
      upTo,
    )?.day ?? null
  );
}

/**
 * A removal counts only where its author had seen every hold lifted and it was made after the retention day. One that
 * met a hold or a retention elsewhere removes nothing, also not later: whoever wants it gone says so again. Of holds and
 * retention only what was said up to the end of a day is asked.
 */
export function weighRemoval(
  db: Database,
  evidence: string,
  state: RecordState,
  upTo: string = EVER,
): RecordState {
  if (state.standing !== 'deleted') return state;
  const acts = holdActs(db, evidence, upTo);
  const retained = retainedUntil(db, evidence, upTo);
  const counting = state.tombstones.filter(
    ({ seen, time }) => (retained === null || time.slice(0, 10) > retained) && sawAllLifted(acts, seen),
  );
  const removed = deletionState(counting, state.heads) === 'deleted';
  return removed ? state : { ...state, standing: 'contested' };
}

function sawAllLifted(acts: readonly Placed[], seen: Vector): boolean {
  const lifted = new Set(
    acts.filter((act) => act.seq <= (seen[act.writer] ?? 0)).flatMap((act) => act.lifts),
  );
  return acts.every((act) => !act.on || lifted.has(act.id));
}
