import { evidenceRows } from '../../db/queries/evidence.ts';
import { conflictsOf, historyOf } from '../../db/queries/history.ts';
import { headPositions, knownVector } from '../../db/queries/ledger.ts';
import {
  factsOn,
  findProgrammeRows,
  programmeRowById,
  programmeRows,
  proofsOn,
} from '../../db/queries/programme.ts';
import type { ProgrammeRow, ProgrammeView } from '../../shared/contract/programme.ts';
import { addedId, addedPrefix, deriveId } from '../../shared/domain/identity.ts';
import { same } from '../../shared/domain/programme/belonging.ts';
import { CriterionRule } from '../../shared/domain/programme/criterion-rule.ts';
import { mayDecide, takesReview } from '../../shared/domain/programme/decisive.ts';
import { PROGRAMME_FIELDS, type ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import { refuse } from '../../shared/fault.ts';
import { canonicalText, type Json } from '../../shared/ledger/canonical.ts';
import { kindOf } from '../../shared/ledger/entry.ts';
import { judged } from '../evidence/stale.ts';
import { append, type Draft, nextSequence } from '../ledger/append.ts';
import { chainOf } from '../ledger/chain.ts';
import { sha256 } from '../ledger/keys.ts';
import { knownBefore } from '../ledger/known.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { placed, placedWithOwner } from './placing.ts';

/** How a caller names a record: ledger name, id, plan node or title, narrowed by kind and engagement. */
export interface WhichRecord {
  readonly record: string;
  readonly kind?: ProgrammeKind | undefined;
  readonly engagement?: string | undefined;
}

/** Exactly the record meant, or a refusal with the candidates. */
export function findRecord(ws: Pick<OpenWorkspace, 'db'>, which: WhichRecord): ProgrammeRow {
  const engagement = which.engagement === undefined ? undefined : resolve.engagement(ws, which.engagement).id;
  const found = findProgrammeRows(ws.db, which.record, { kind: which.kind, engagement });
  const [one, ...others] = found;
  const what = which.kind ?? 'record of the programme';
  if (one === undefined) return refuse({ code: 'not-found', what, id: which.record });
  if (others.length === 0) return one;
  const byId = found.find((row) => row.id === which.record || row.record === which.record);
  if (byId !== undefined) return byId;
  return refuse({
    code: 'conflict',
    detail: `Several match "${which.record}".`,
    candidates: found.map((row) => `${row.title} (${row.record})`).slice(0, 20),
  });
}

/** A record with everything that stands about it. */
export function viewRecord(ws: OpenWorkspace, which: WhichRecord): ProgrammeView {
  const row = findRecord(ws, which);
  return {
    row,
    own: knownBefore(ws.db, [chainOf(ws), nextSequence(ws)]).began(row.record),
    facts: factsOn(ws.db, row.record),
    proofs: judged(ws, evidenceRows(ws.db, proofsOn(ws.db, row.record), today(ws))),
    conflicts: conflictsOf(ws.db, row.record),
    history: historyOf(ws.db, [row.record]),
  };
}

export interface PutRequest {
  readonly kind: ProgrammeKind;
  readonly engagement?: string | undefined;
  readonly record?: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Adds a record, or changes fields of one; fields that its kind does not have are refused by name. */
export function putRecord(ws: OpenWorkspace, request: PutRequest): ProgrammeRow {
  if (request.kind === 'section')
    refuse({
      code: 'invalid-input',
      detail: 'A section is written in its packet: use packets.setSection.',
      where: 'kind',
    });
  const values = withMember(ws, fieldsOf(request.kind, request.fields));
  return request.record === undefined
    ? addRecord(ws, request, values)
    : changeRecord(ws, { ...request, record: request.record }, values);
}

/** A member may be named in any way a person names one; the record keeps the id, which outlives every name. */
function withMember(ws: OpenWorkspace, values: Record<string, Json>): Record<string, Json> {
  const { member } = values;
  if (typeof member !== 'string') return values;
  return { ...values, member: member.trim() === '' ? null : resolve.member(ws, member).id };
}

function addRecord(ws: OpenWorkspace, request: PutRequest, stated: Record<string, Json>): ProgrammeRow {
  const engagement = resolve.engagement(ws, request.engagement).id;
  const values = placedWithOwner(ws, request.kind, engagement, placed(ws, request.kind, engagement, stated));
  if ('title' in PROGRAMME_FIELDS[request.kind] && String(values.title ?? '').trim() === '')
    refuse({ code: 'invalid-input', detail: 'Give it a title.', where: 'title' });
  demandDecisive(ws, request.kind, values, null);
  const nonce = `${addedPrefix(ws.writer.id, nextSequence(ws))}${ws.ports.ids.next()}`;
  const id = addedId(sha256, request.kind, engagement, nonce);
  const record = `${request.kind}:${id}`;
  const of: Draft = { record, field: 'of', value: { engagement, nonce } };
  append(ws, 'programme.put@2', [of, ...drafts(record, values)]);
  return written(ws, request.kind, id);
}

function changeRecord(
  ws: OpenWorkspace,
  request: PutRequest & WhichRecord,
  stated: Record<string, Json>,
): ProgrammeRow {
  const row = findRecord(ws, request);
  const values = placed(ws, row.kind, row.engagement, stated);
  demandDecisive(ws, row.kind, values, row);
  append(ws, 'programme.put@1', drafts(row.record, values));
  return written(ws, row.kind, row.id);
}

/** Refuses what decides a gate to whoever may not say that; a form that sends a field as it stands changes nothing. */
function demandDecisive(
  ws: OpenWorkspace,
  kind: string,
  values: Readonly<Record<string, Json>>,
  row: ProgrammeRow | null,
): void {
  const verdict = mayDecide(ws.member().role);
  if (verdict.allowed) return;
  const differs = (field: string, value: Json) =>
    row === null || canonicalText(value) !== canonicalText((row.body[field] ?? null) as Json);
  const known = knownBefore(ws.db, [chainOf(ws), nextSequence(ws)]);
  const decisive = Object.entries(values).some(([field, value]) => {
    const record = row?.record ?? '';
    const parents = row === null ? [] : headPositions(ws.db, record, field);
    const setting = {
      ...{ kind, field, value, own: known.began(record) },
      replaces: known.replaces({ record, field, parents, value }),
    };
    return differs(field, value) && takesReview(setting, row === null, row?.body[field] == null);
  });
  if (decisive) refuse({ code: 'forbidden', detail: verdict.because });
}

const drafts = (record: string, values: Record<string, Json>): Draft[] =>
  Object.entries(values).map(([field, value]) => ({ record, field, value }));

function written(ws: OpenWorkspace, kind: string, id: string): ProgrammeRow {
  return programmeRowById(ws.db, id) ?? refuse({ code: 'not-found', what: kind, id });
}

function fieldsOf(kind: ProgrammeKind, fields: Readonly<Record<string, unknown>>): Record<string, Json> {
  const shapes: Readonly<
    Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }>
  > = PROGRAMME_FIELDS[kind];
  const values: Record<string, Json> = {};
  for (const [field, value] of Object.entries(fields)) {
    const shape = Object.hasOwn(shapes, field) ? shapes[field] : undefined;
    if (shape === undefined) {
      const known = Object.keys(shapes).join(', ');
      return refuse({
        code: 'invalid-input',
        detail: `A ${kind} has no field "${field}". It has: ${known}.`,
        where: field,
      });
    }
    const parsed = shape.safeParse(typeof value === 'string' ? value.toWellFormed() : value);
    if (!parsed.success)
      return refuse({ code: 'invalid-input', detail: `That is no ${field} of a ${kind}.`, where: field });
    values[field] = parsed.data as Json;
  }
  if (Object.keys(values).length === 0)
    return refuse({ code: 'invalid-input', detail: 'Name at least one field to set.', where: 'fields' });
  return values;
}

/** Removes what people added. What a plan states can be closed, never removed. */
export function removeRecord(ws: OpenWorkspace, which: WhichRecord): void {
  const row = findRecord(ws, which);
  if (row.planned)
    refuse({
      code: 'rule-broken',
      rule: 'planned-record',
      because: 'The plan states it, so it stays; close it or change it instead.',
    });
  demandDecisive(ws, row.kind, { deleted: true }, row);
  if (!mayDecide(ws.member().role).allowed) demandUnused(ws, row);
  append(ws, 'programme.remove@1', [
    { record: row.record, field: 'deleted', value: { seen: knownVector(ws.db) } },
  ]);
}

/** Titles of what asks that actions are done where this one stands. */
function ruledActions(ws: OpenWorkspace, { engagement, body }: ProgrammeRow): string[] {
  const home =
    typeof body.for === 'string' && body.for !== '' ? findRecord(ws, { record: body.for, engagement }) : null;
  if (home === null) return [];
  const asking = (['gate', 'criterion'] as const).flatMap((kind) => programmeRows(ws.db, engagement, kind));
  return asking.flatMap(({ record, title, body: asks }) => {
    const rule = CriterionRule.safeParse(asks.rule).data;
    if (rule?.rule !== 'actions-done') return [];
    const of = rule.of ?? (kindOf(record) === 'gate' ? record : asks.for);
    if (typeof of !== 'string') return [];
    const wide = findProgrammeRows(ws.db, of, { kind: 'pillar', engagement }).length > 0;
    return wide || [home.record, home.id].includes(of) || same(home.title, of) ? [title] : [];
  });
}

/** What nobody but oneself has worked with yet may be taken out by whoever added it. */
function demandUnused(ws: OpenWorkspace, row: ProgrammeRow): void {
  const others = historyOf(ws.db, [row.record]).filter(({ by }) => by.id !== ws.member().id);
  const waiting = programmeRows(ws.db, row.engagement, 'action').filter(
    ({ body }) =>
      Array.isArray(body.blockedBy) &&
      [row.id, row.record].some((name) => (body.blockedBy as unknown[]).includes(name)),
  );
  const counted = ruledActions(ws, row).map((title) => `"${title}" counts it`);
  const used = [
    ...counted,
    ...others.map(({ by }) => `${by.name} worked on it`),
    ...waiting.map(({ title }) => `"${title}" waits for it`),
    ...(proofsOn(ws.db, row.record).length > 0 ? ['evidence is shown on it'] : []),
  ];
  const [first] = used;
  if (first !== undefined)
    refuse({
      code: 'rule-broken',
      rule: 'relied-on',
      because: `It stays, since ${first}. Set it done or say why it is blocked, or ask somebody who may review.`,
    });
}

/** Shows evidence as proof on a record, or takes it off; answers how much proof stands there then. */
export function prove(ws: OpenWorkspace, which: WhichRecord, evidence: string, on: boolean): number {
  const { record } = findRecord(ws, which);
  const value = { evidence: resolve.evidence(ws, evidence).id, record, on };
  const id = deriveId(sha256, 'proof', value.evidence, record);
  append(ws, 'programme.prove@1', [{ record: `proof:${id}`, field: 'state', value }]);
  return proofsOn(ws.db, record).length;
}
