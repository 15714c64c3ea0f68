import { z } from 'zod';
import { engagementById } from '../../db/queries/engagements.ts';
import { historyEntry } from '../../db/queries/history.ts';
import { knownVector, operationsOf } from '../../db/queries/ledger.ts';
import { cleanUpOf, entriesBeyond, lockdownOf, touchesEngagement } from '../../db/queries/lockdown.ts';
import type { LateAddition, Lockdown } from '../../shared/contract/periods.ts';
import { type Diagnosis, mayLock } from '../../shared/domain/lockdown.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { staleEvidence } from '../evidence/stale.ts';
import { append } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** What stands in the way of making an engagement final. */
export function diagnose(ws: OpenWorkspace, engagement: string | undefined): Diagnosis {
  const { counts, items } = cleanUpOf(ws.db, resolve.engagement(ws, engagement).id, staleEvidence(ws));
  return { clean: Object.values(counts).every((count) => count === 0), counts, items };
}

/**
 * Makes an engagement final and seals that at once. It is for good: what comes later needs a reason of its own and is
 * marked as late wherever the engagement is shown.
 */
export function lockDown(
  ws: OpenWorkspace,
  request: {
    readonly engagement?: string | undefined;
    readonly reason: string;
    readonly acceptOpen: boolean;
  },
): Lockdown {
  const { id } = resolve.engagement(ws, request.engagement);
  const { counts } = diagnose(ws, id);
  demand(mayLock(engagementById(ws.db, id)?.state ?? '', counts, request.acceptOpen));
  const record = `engagement:${id}`;
  const value: Json = {
    engagement: id,
    record,
    reason: request.reason.toWellFormed(),
    open: counts,
    seen: knownVector(ws.db),
  };
  ws.db.transaction(() => {
    append(ws, 'engagement.lock@1', [
      { record: `lockdown:${factId(sha256, 'lockdown', ws.writer.id, value)}`, field: 'fact', value },
      { record, field: 'state', value: 'final' },
    ]);
    sealOpen(ws);
  })();
  return viewLockdown(ws, id) ?? refuse({ code: 'not-found', what: 'lockdown', id });
}

/** The lockdown of an engagement with everything that came after it; null while it is not final. */
export function viewLockdown(ws: OpenWorkspace, engagement: string | undefined): Lockdown | null {
  const { id } = resolve.engagement(ws, engagement);
  const lockdown = lockdownOf(ws.db, id);
  if (lockdown === null) return null;
  const { at, by, reason, open } = lockdown;
  const adding = ws.lateReasons.get(id) ?? null;
  return { engagement: id, at, by, reason, open, late: lateAdditions(ws, id), adding };
}

/** What came after lockdown, oldest first: with its reason, or as made on a copy that did not know of it. */
export function lateAdditions(ws: OpenWorkspace, engagement: string): LateAddition[] {
  const lockdown = lockdownOf(ws.db, engagement);
  if (lockdown === null) return [];
  return entriesBeyond(ws.db, lockdown.seen, [lockdown.writer, lockdown.seq]).flatMap(({ writer, seq }) => {
    const ops = operationsOf(ws.db, writer, seq);
    if (!touchesEngagement(ws.db, engagement, ops)) return [];
    const entry = historyEntry(ws.db, writer, seq);
    if (entry === null) return [];
    const { at, by, summary } = entry;
    return [
      {
        at,
        by,
        summary,
        reason: reasonIn(ops, engagement),
        records: [...new Set(ops.flatMap(recordsOf))],
      },
    ];
  });
}

const Naming = z
  .object({ kind: z.string(), record: z.string(), assessment: z.string(), evidence: z.string() })
  .partial();

/** The record an operation writes, and those it is about: a sign-off, a link, a note or a step of custody names them. */
function recordsOf({ record, value }: { readonly record: string; readonly value: Json }): string[] {
  const { kind, record: about, assessment, evidence } = Naming.safeParse(value).data ?? {};
  return [
    record,
    ...(about === undefined ? [] : [about.includes(':') ? about : `${kind}:${about}`]),
    ...(assessment === undefined ? [] : [`assessment:${assessment}`]),
    ...(evidence === undefined ? [] : [`evidence:${evidence}`]),
  ];
}

function reasonIn(ops: readonly { record: string; value: Json }[], engagement: string): string | null {
  for (const { record, value } of ops) {
    if (!record.startsWith('late:')) continue;
    const fact = value as { engagement?: string; reason?: string };
    if (fact.engagement === engagement) return fact.reason ?? null;
  }
  return null;
}

/** From now on this session adds to a locked engagement for this reason; null ends it. */
export function addLate(ws: OpenWorkspace, engagement: string | undefined, reason: string | null): Lockdown {
  const { id } = resolve.engagement(ws, engagement);
  const lockdown = viewLockdown(ws, id);
  if (lockdown === null)
    return refuse({
      code: 'rule-broken',
      rule: 'not-locked',
      because: 'The engagement is open, so no reason is needed.',
    });
  if (reason === null) ws.lateReasons.delete(id);
  else ws.lateReasons.set(id, reason.toWellFormed());
  return { ...lockdown, adding: reason };
}
