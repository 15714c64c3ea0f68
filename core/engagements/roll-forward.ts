import { engagementById } from '../../db/queries/engagements.ts';
import { recordLabel } from '../../db/queries/history.ts';
import { factsOf, programmeRows } from '../../db/queries/programme.ts';
import { type CheckToRoll, checkNames, checksToRoll, planPlaces } from '../../db/queries/roll-forward.ts';
import type { RolledRow, RollPreview } from '../../shared/contract/periods.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { addedId, assessmentId } from '../../shared/domain/identity.ts';
import { PROGRAMME_FIELDS } from '../../shared/domain/programme/shapes.ts';
import {
  carriesResult,
  OUTCOMES,
  proposeOutcome,
  type Rolled,
  type RollOutcome,
} from '../../shared/domain/roll-forward.ts';
import { refuse } from '../../shared/fault.ts';
import { canonicalText, type Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { linkDrafts } from '../evidence/add-evidence.ts';
import { staleEvidence } from '../evidence/stale.ts';
import { append, type Draft } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { placeOf, valueDrafts } from './assess.ts';
import { createEngagement } from './create-engagement.ts';

export interface RollRequest {
  /** The engagement that ends. */
  readonly engagement?: string | undefined;
  /** First day of the next period, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to?: string | undefined;
  readonly name: string;
  /** The frameworks of the next period; none named means the same ones. */
  readonly frameworks: readonly string[];
  /** What people decided otherwise, by the check's key in the preview. */
  readonly decisions: readonly {
    readonly key: string;
    readonly outcome: RollOutcome;
    readonly decision: string;
  }[];
}

/** The key by which a preview row is decided: target and subject of the period that ends. */
const keyOf = (check: CheckToRoll) => `${check.target}/${check.subject}`;

/** What would become of every check of an engagement, before anything is written. */
export function previewRoll(
  ws: OpenWorkspace,
  request: Pick<RollRequest, 'engagement' | 'from' | 'frameworks'>,
  page: { readonly offset: number; readonly limit: number; readonly outcome?: RollOutcome | undefined },
): RollPreview {
  const ending = resolve.engagement(ws, request.engagement);
  const frameworks = nextFrameworks(ws, ending.id, request.frameworks);
  const stale = new Set(staleEvidence(ws));
  const all = checksToRoll(ws.db, ending.id, frameworks).map((check) => ({
    check,
    rolled: propose(stale, check, request.from),
  }));
  const shown =
    page.outcome === undefined ? all : all.filter(({ rolled }) => rolled.outcome === page.outcome);
  return {
    engagement: ending.id,
    counts: countOutcomes(all.map(({ rolled }) => rolled.outcome)),
    total: shown.length,
    rows: shown.slice(page.offset, page.offset + page.limit).map(({ check, rolled }) => ({
      key: keyOf(check),
      kind: check.kind,
      label: check.label,
      title: check.title,
      subject: check.subjectName,
      result: check.result,
      ...rolled,
    })),
  };
}

/**
 * Opens the next period from an engagement: each check is carried, changed, to be verified again, stale or retired,
 * by proposal or by decision, and each outcome is recorded with its reason. Results go along only where carried, and
 * nobody's sign-off does. All of it or nothing.
 */
export function rollForward(
  ws: OpenWorkspace,
  request: RollRequest,
): { engagement: string; counts: Record<RollOutcome, number> } {
  const ending = resolve.engagement(ws, request.engagement);
  const frameworks = nextFrameworks(ws, ending.id, request.frameworks);
  const checks = checksToRoll(ws.db, ending.id, frameworks);
  const decisions = decisionsFor(checks, request.decisions);
  const stale = new Set(staleEvidence(ws));
  return ws.db.transaction(() => {
    const next = createEngagement(ws, {
      name: request.name,
      frameworks,
      subjects: [...new Set(checks.map((check) => check.subjectName))],
      from: request.from,
      to: request.to,
    });
    const subjects = new Map(next.subjects.map((subject) => [subject.name, subject.id]));
    const rolled = checks.map((check) => ({
      check,
      rolled: decisions.get(keyOf(check)) ?? propose(stale, check, request.from),
      subject: subjects.get(check.subjectName) ?? '',
    }));
    const drafts = rolled.map((one) => rolledDrafts(ws, ending.id, next.id, one));
    for (const batch of batches(drafts)) append(ws, 'engagement.roll@1', batch);
    for (const batch of batches(programmeDrafts(ws, ending.id, next.id)))
      append(ws, 'engagement.roll@2', batch);
    return { engagement: next.id, counts: countOutcomes(rolled.map((one) => one.rolled.outcome)) };
  })();
}

/** What was decided for each item when an engagement was opened from the last one. */
export function rolledInto(ws: OpenWorkspace, engagement: string | undefined): RolledRow[] {
  const { id } = resolve.engagement(ws, engagement);
  const facts = factsOf(ws.db, id, 'rolled');
  const names = new Map(
    (facts.length === 0 ? [] : checkNames(ws.db, id)).map(({ target, subject, name }) => [
      `assessment:${assessmentId(sha256, id, target, subject)}`,
      name,
    ]),
  );
  return facts.map(({ record, by, at, body }) => {
    const { from, outcome, decision } = body as { from: string; outcome: RollOutcome; decision: string };
    const label = names.get(record) ?? recordLabel(ws.db, record);
    return { record, label, from, outcome, decision, by, at };
  });
}

function nextFrameworks(ws: OpenWorkspace, ending: string, named: readonly string[]): string[] {
  if (named.length > 0) return [...new Set(named.map((text) => resolve.framework(ws, text).id))];
  return engagementById(ws.db, ending)?.frameworks.map((framework) => framework.id) ?? [];
}

function propose(stale: ReadonlySet<string>, check: CheckToRoll, start: string): Rolled {
  const evidence = check.evidence.map(({ id, expires }) => ({ expires, stale: stale.has(id) }));
  return proposeOutcome({ ...check, evidence }, start);
}

function decisionsFor(
  checks: readonly CheckToRoll[],
  decisions: RollRequest['decisions'],
): Map<string, Rolled> {
  const byKey = new Map(checks.map((check) => [keyOf(check), check]));
  const decided = new Map<string, Rolled>();
  for (const { key, outcome, decision } of decisions) {
    const check = byKey.get(key) ?? refuse({ code: 'not-found', what: 'check to roll forward', id: key });
    if (check.next === null && outcome !== 'retired')
      refuse({
        code: 'rule-broken',
        rule: 'nothing-to-roll-to',
        because: `${check.label} has no counterpart in the frameworks of the next period, so it can only be retired.`,
      });
    decided.set(key, { outcome, because: decision.toWellFormed() });
  }
  return decided;
}

function countOutcomes(outcomes: readonly RollOutcome[]): Record<RollOutcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<RollOutcome, number>;
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}

function rolledDrafts(
  ws: OpenWorkspace,
  ending: string,
  next: string,
  {
    check,
    rolled,
    subject,
  }: { readonly check: CheckToRoll; readonly rolled: Rolled; readonly subject: string },
): Draft[] {
  const was = placeOf(ending, { id: check.target, kind: check.kind }, check.subject);
  if (check.next === null)
    return [rolledFact(ws, next, `${check.kind}:${check.target}`, `assessment:${was.id}`, rolled)];
  const place = placeOf(next, { id: check.next, kind: check.kind }, subject);
  const told = rolledFact(ws, next, `assessment:${place.id}`, `assessment:${was.id}`, rolled);
  // It still stands in the framework, so the period says why nobody looks at it; a reviewer signs that off as any result.
  if (rolled.outcome === 'retired')
    return [told, ...valueDrafts(place, { result: 'not-applicable', note: `Retired: ${rolled.because}` })];
  const values = carriesResult(rolled.outcome)
    ? { result: check.result, method: check.method, note: check.note }
    : { note: check.note };
  return [
    told,
    ...(check.assessment === null ? [] : valueDrafts(place, values)),
    ...check.evidence.flatMap((piece) => linkDrafts(piece.id, place, true)),
  ];
}

function rolledFact(
  ws: OpenWorkspace,
  engagement: string,
  record: string,
  from: string,
  rolled: Rolled,
): Draft {
  const value: Json = { engagement, record, from, outcome: rolled.outcome, decision: rolled.because };
  return { record: `rolled:${factId(sha256, 'rolled', ws.writer.id, value)}`, field: 'fact', value };
}

/** Kinds of the programme that a new period goes on with. Packets, requests and their sections belong to their period. */
const GOING_ON = ['pillar', 'risk', 'action', 'kpi', 'maturity', 'person', 'cadence', 'milestone'] as const;
const ENDED: ReadonlySet<unknown> = new Set(['closed', 'done']);

/**
 * What people said about the programme goes along: changed fields of what the plans state, and records of their own
 * that are not ended. Acceptances do not: a risk is accepted anew for a new period.
 */
function programmeDrafts(ws: OpenWorkspace, ending: string, next: string): Draft[][] {
  const counterparts = new Map<string, string>();
  const placesThen = planPlaces(ws.db, ending);
  const placesNow = planPlaces(ws.db, next);
  const groups = GOING_ON.map((kind) => {
    const now = new Map(programmeRows(ws.db, next, kind).map((row) => [placesNow.get(row.id), row]));
    return programmeRows(ws.db, ending, kind).flatMap((row) => {
      const same = row.planned ? now.get(placesThen.get(row.id)) : undefined;
      if (row.planned ? same === undefined : ENDED.has(row.body.state)) return [];
      const record = same?.record ?? `${kind}:${addedId(sha256, kind, next, row.id)}`;
      counterparts.set(row.record, record);
      counterparts.set(row.id, record.slice(kind.length + 1));
      return [{ row, same, record }];
    });
  });
  return groups.flat().map(({ row, same, record }) => {
    const of: Draft[] = row.planned
      ? []
      : [{ record, field: 'of', value: { engagement: next, nonce: row.id } }];
    return [...of, ...changedFields(row, same, record, counterparts)];
  });
}

function changedFields(
  row: ProgrammeRow,
  same: ProgrammeRow | undefined,
  record: string,
  counterparts: ReadonlyMap<string, string>,
): Draft[] {
  const renamed = (value: unknown): Json => {
    if (typeof value === 'string') return counterparts.get(value) ?? value;
    return Array.isArray(value) ? value.map(renamed) : (value as Json);
  };
  return Object.keys(PROGRAMME_FIELDS[row.kind]).flatMap((field) => {
    const value = renamed(row.body[field]);
    const unchanged = same !== undefined && canonicalText(value) === canonicalText(same.body[field] as Json);
    return unchanged ? [] : [{ record, field, value }];
  });
}

const BATCH_BYTES = 128 * 1024;

/** Groups of drafts small enough for one entry each, so that segments keep their size. */
function* batches(groups: readonly (readonly Draft[])[]): Generator<Draft[]> {
  let batch: Draft[] = [];
  let bytes = 0;
  for (const group of groups) {
    const size = group.reduce((sum, draft) => sum + canonicalText(draft.value).length + 200, 0);
    if (bytes + size > BATCH_BYTES && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(...group);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
