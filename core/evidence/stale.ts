import { get } from '../../db/sql.ts';
import type { EvidenceRow } from '../../shared/contract/frameworks.ts';
import { lapseDay } from '../../shared/domain/evidence-cadence.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { type Registered, readRegister } from './register.ts';

/** The first day on which each piece of evidence cannot be relied on if nobody acts; those that lapse on none are left out. */
export function lapseDays(evidence: readonly Registered[]): ReadonlyMap<string, string> {
  return new Map(
    evidence.flatMap(({ evidence: { id }, standing }) => {
      const day = lapseDay(standing);
      return day === null ? [] : [[id, day] as const];
    }),
  );
}

/** Rows with the word `stale` where their own dates alone would call them current or expiring. */
export function judged(ws: OpenWorkspace, rows: readonly EvidenceRow[]): EvidenceRow[] {
  const stale = new Set(staleEvidence(ws));
  return rows.map((row) => (row.state !== 'expired' && stale.has(row.id) ? { ...row, state: 'stale' } : row));
}

/** A piece of evidence with the first day on which it cannot be relied on, where there is one. */
export interface Lapsing {
  readonly id: string;
  readonly lapses: string | null;
}

interface Kept {
  readonly of: string;
  readonly lapsing: Map<string, readonly Lapsing[]>;
}
const KEPT = new WeakMap<OpenWorkspace, Kept>();

/**
 * When evidence lapses: all of it, or what serves an engagement. Lists ask for it page by page, so it is kept until
 * anything is written, or the minute is over.
 */
export function lapsingEvidence(ws: OpenWorkspace, engagement?: string): readonly Lapsing[] {
  const changes = get<{ n: number }>(ws.db, 'SELECT total_changes() n')?.n;
  const of = `${changes} ${Math.floor(ws.now() / 60_000)}`;
  const known = KEPT.get(ws);
  const { lapsing } = known?.of === of ? known : { lapsing: new Map<string, readonly Lapsing[]>() };
  const found =
    lapsing.get(engagement ?? '') ??
    readRegister(ws, { engagement }).map(({ evidence: { id }, standing }) => ({
      id,
      lapses: lapseDay(standing),
    }));
  lapsing.set(engagement ?? '', found);
  KEPT.set(ws, { of, lapsing });
  return found;
}

/** Ids of the evidence that cannot be relied on now. */
export function staleEvidence(ws: OpenWorkspace): readonly string[] {
  const day = today(ws);
  return lapsingEvidence(ws).flatMap(({ id, lapses }) => (lapses !== null && lapses <= day ? [id] : []));
}
