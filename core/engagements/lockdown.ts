import { z } from 'zod';
import { engagementById } from '../../db/queries/engagements.ts';
import { knownHeads } from '../../db/queries/heads.ts';
import { historyEntry } from '../../db/queries/history.ts';
import { operationsOf } from '../../db/queries/ledger.ts';
import { cleanUpOf, entriesBeyond, lockdownsOf, type PlacedLockdown } from '../../db/queries/lockdown.ts';
import { evidenceMoved, evidenceNamed, touchesEngagement } from '../../db/queries/touched.ts';
import type { LateAddition, Lockdown } from '../../shared/contract/periods.ts';
import { type Diagnosis, mayLock } from '../../shared/domain/lockdown.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { kindOf } from '../../shared/ledger/entry.ts';
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
    seen: knownHeads(ws.db),
  };
  ws.db.transaction(() => {
    append(ws, 'engagement.lock@2', [
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
  const [lockdown] = lockdownsOf(ws.db, id);
  if (lockdown === undefined) return null;
  const { at, by, reason, open } = lockdown;
  const adding = ws.lateReasons.get(id) ?? null;
  return { engagement: id, at, by, reason, open, late: lateAdditions(ws, id), adding };
}

/**
 * What came after lockdown, oldest first: with its reason, or as made on a copy that did not know of it. Of several
 * lockdowns made apart, the later ones stand among it, and whatever any of them had not seen.
 */
export function lateAdditions({ db }: Pick<OpenWorkspace, 'db'>, engagement: string): LateAddition[] {
  const lockdowns = lockdownsOf(db, engagement);
  const [first] = lockdowns;
  if (first === undefined) return [];
  const later = entriesBeyond(db, seenByAll(lockdowns), [first.writer, first.seq]).map((at) => ({
    ...at,
    ops: operationsOf(db, at.writer, at.seq),
  }));
  const touching = new Set(later.filter(({ ops }) => touchesEngagement(db, engagement, ops)));
  // Evidence that served until then, and was taken away later, was changed late as well.
  const moved = new Set([...touching].flatMap(({ ops }) => evidenceMoved(db, ops)));
  return later.flatMap((one) => {
    const { writer, seq, ops } = one;
    if (!touching.has(one) && !evidenceNamed(ops).some((id) => moved.has(id))) return [];
    const entry = historyEntry(db, writer, seq);
    if (entry === null) return [];
    const { at, by, summary } = entry;
    const records = [...new Set(ops.flatMap(recordsOf))];
    return [{ at, by, summary, reason: reasonIn(ops, engagement), records }];
  });
}

/** Of each chain as much as every one of these lockdowns had seen. */
function seenByAll([first, ...others]: readonly PlacedLockdown[]): Record<string, number> {
  const common = (writer: string, seq: number) =>
    others.reduce((least, { seen }) => Math.min(least, seen[writer] ?? 0), seq);
  return Object.fromEntries(
    Object.entries(first?.seen ?? {}).map(([writer, seq]) => [writer, common(writer, seq)]),
  );
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

const Reasoned = z.object({ engagement: z.string(), reason: z.string() });

/** Why an entry was made after lockdown: by its own word, or by that of the hold, look or lockdown that it is. */
function reasonIn(
  ops: readonly { readonly record: string; readonly value: Json }[],
  engagement: string,
): string | null {
  const of = (kind: string) => ops.filter(({ record }) => kindOf(record) === kind);
  const stated = [...of('late'), ...of('lockdown')].flatMap(
    ({ value }) => Reasoned.safeParse(value).data ?? [],
  );
  const own = stated.find((one) => one.engagement === engagement)?.reason;
  if (own !== undefined) return own;
  const [hold] = of('hold').flatMap(({ value }) => Reasoned.safeParse(value).data ?? []);
  if (hold !== undefined) return hold.reason;
  return of('linkcheck').length > 0 ? 'found by a look at its files and links' : null;
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
