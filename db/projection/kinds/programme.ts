import type { z } from 'zod';
import { deriveId, nodeId } from '../../../shared/domain/identity.ts';
import {
  PROGRAMME_FACT_KINDS,
  PROGRAMME_FACTS,
  type ProgrammeFactKind,
  ProofState,
} from '../../../shared/domain/programme/facts.ts';
import { bodyFromPlan } from '../../../shared/domain/programme/from-plan.ts';
import {
  isProgrammeKind,
  PLANNED_KINDS,
  type PlannedKind,
  PROGRAMME_BLANKS,
  PROGRAMME_FIELDS,
  PROGRAMME_KINDS,
  type ProgrammeKind,
  ProgrammeOf,
} from '../../../shared/domain/programme/shapes.ts';
import type { Sha256 } from '../../../shared/ledger/canonical.ts';
import { addWins } from '../../../shared/ledger/merge.ts';
import type { Database } from '../../driver.ts';
import { all, get, put, run } from '../../sql.ts';
import { readFact } from '../fact.ts';
import type { ProjectionContext } from '../index.ts';
import { fieldValue, type RecordState } from '../record.ts';
import { index } from '../search-row.ts';
import type { Projector } from './index.ts';

/** The id of the record by which an engagement works on a node of a plan: two copies compute it alike. */
export function plannedRecordId(sha256: Sha256, kind: PlannedKind, engagement: string, node: string): string {
  return deriveId(sha256, kind, engagement, node);
}

interface Slot {
  readonly kind: string;
  readonly engagement: string;
  readonly node: string;
}

/** Makes the slots of an engagement those of its frameworks; answers the records to be made anew. */
export function projectSlots(ctx: ProjectionContext, engagement: string): string[] {
  const { db, sha256 } = ctx;
  const before = all<Slot & { id: string }>(
    db,
    'SELECT * FROM programme_slot WHERE engagement = ?',
    engagement,
  );
  run(db, 'DELETE FROM programme_slot WHERE engagement = ?', engagement);
  const marks = PLANNED_KINDS.map(() => '?').join(', ');
  const nodes = all<{ id: string; kind: PlannedKind }>(
    db,
    `SELECT p.id, p.kind FROM plan_node p JOIN engagement_framework e ON e.framework = p.framework AND e.engagement = ?
      WHERE p.kind IN (${marks})`,
    engagement,
    ...PLANNED_KINDS,
  );
  const leaning = before.map((slot) => `${slot.kind}:${slot.id}`);
  for (const node of nodes) {
    const id = plannedRecordId(sha256, node.kind, engagement, node.id);
    put(db, 'programme_slot', { id, kind: node.kind, engagement, node: node.id });
    leaning.push(`${node.kind}:${id}`);
  }
  return [...new Set(leaning)];
}

/** What a record begins with before anybody changed it, and where it stands in its plan. */
interface Beginning {
  readonly engagement: string;
  readonly node: string | null;
  readonly ord: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly notes: string;
  readonly section: string;
}

/** The words with which a plan states a record, before anybody changed it; null for what people added. */
export function plannedBody(
  ctx: ProjectionContext,
  kind: ProgrammeKind,
  id: string,
): Readonly<Record<string, unknown>> | null {
  const slot = get<Slot>(ctx.db, 'SELECT kind, engagement, node FROM programme_slot WHERE id = ?', id);
  if (slot?.kind !== kind) return null;
  return plannedBeginning(ctx, kind as PlannedKind, slot)?.body ?? null;
}

function beginningOf(
  ctx: ProjectionContext,
  kind: ProgrammeKind,
  id: string,
  state: RecordState,
): Beginning | null {
  const slot = get<Slot>(ctx.db, 'SELECT kind, engagement, node FROM programme_slot WHERE id = ?', id);
  if (slot !== undefined && slot.kind === kind) return plannedBeginning(ctx, kind as PlannedKind, slot);
  const of = fieldValue(state, 'of', ProgrammeOf);
  if (of === null) return null;
  // What people added stands after what the plans state.
  const added = { node: null, ord: 1_000_000, notes: '[]', section: '' };
  return { ...added, engagement: of.engagement, body: PROGRAMME_BLANKS[kind] };
}

function plannedBeginning(ctx: ProjectionContext, kind: PlannedKind, slot: Slot): Beginning | null {
  const node = get<{ framework: string; ord: number; body: string; notes: string }>(
    ctx.db,
    'SELECT framework, ord, body, notes FROM plan_node WHERE id = ?',
    slot.node,
  );
  if (node === undefined) return null;
  const stated = JSON.parse(node.body) as Record<string, unknown>;
  const body = bodyFromPlan(kind, stated, {
    start:
      get<{ day: string | null }>(ctx.db, 'SELECT from_day day FROM engagement WHERE id = ?', slot.engagement)
        ?.day ?? null,
    recordOf: (path) => recordAt(ctx, slot.engagement, node.framework, path),
  });
  const place = { node: slot.node, ord: node.ord, notes: node.notes };
  return { ...place, engagement: slot.engagement, body, section: sectionOf(ctx.db, node.framework, stated) };
}

/** The programme record that stands for a path of a plan, or its checklist. */
function recordAt(
  ctx: ProjectionContext,
  engagement: string,
  framework: string,
  path: string,
): string | null {
  const found = get<{ id: string; kind: string }>(
    ctx.db,
    'SELECT id, kind FROM plan_node WHERE framework = ? AND path = ?',
    framework,
    path,
  );
  if (found === undefined) {
    const checklist = nodeId(ctx.sha256, 'checklist', framework, path);
    const known = get(ctx.db, 'SELECT 1 FROM checklist WHERE id = ?', checklist);
    return known === undefined ? null : `checklist:${checklist}`;
  }
  const kind = found.kind as PlannedKind;
  return `${kind}:${plannedRecordId(ctx.sha256, kind, engagement, found.id)}`;
}

function sectionOf(db: Database, framework: string, stated: Readonly<Record<string, unknown>>): string {
  const path = typeof stated.group === 'string' ? stated.group : null;
  if (path === null) return '';
  const group = get<{ title: string }>(
    db,
    'SELECT title FROM framework_group WHERE framework = ? AND path = ?',
    framework,
    path,
  );
  return group?.title ?? '';
}

function programmeRecord(kind: ProgrammeKind): Projector {
  return {
    conflicts: true,
    project(ctx, id, state) {
      const begins = state.standing === 'deleted' ? null : beginningOf(ctx, kind, id, state);
      if (begins === null) {
        // A record of another kind may be given the same id by whoever writes by another program.
        run(ctx.db, 'DELETE FROM programme_record WHERE id = ? AND kind = ?', id, kind);
        index(ctx.db, kind, id, null);
        return [];
      }
      const body = overlaid(kind, begins.body, state);
      const newest = newestHead(ctx.db, state);
      const title = typeof body.title === 'string' ? body.title : '';
      put(ctx.db, 'programme_record', {
        id,
        kind,
        engagement: begins.engagement,
        node: begins.node,
        ord: begins.ord,
        title,
        body: JSON.stringify(body),
        notes: begins.notes,
        section: begins.section,
        conflicts: [...state.fields.values()].filter((held) => held.sides.length > 1).length,
        changed_at: newest.at,
        changed_by: newest.by,
      });
      if (begins.node === null) index(ctx.db, kind, id, { label: '', title, body: wordsOf(body) });
      return [];
    },
  };
}

/** What a record begins with, overlaid with what people wrote. */
export function overlaid(
  kind: ProgrammeKind,
  begins: Readonly<Record<string, unknown>>,
  state: RecordState,
): Record<string, unknown> {
  const body: Record<string, unknown> = { ...begins };
  for (const [field, shape] of Object.entries(PROGRAMME_FIELDS[kind])) {
    const held = state.fields.get(field);
    if (held !== undefined && shape.safeParse(held.value).success) body[field] = held.value;
  }
  return body;
}

function newestHead(db: Database, state: RecordState): { at: string; by: string } {
  const newest = state.heads.reduce<RecordState['heads'][number] | null>(
    (latest, head) => (latest === null || head.time > latest.time ? head : latest),
    null,
  );
  if (newest === null) return { at: '', by: '' };
  const author = get<{ member: string }>(db, 'SELECT member FROM writer WHERE id = ?', newest.writer);
  return { at: newest.time.slice(0, 24), by: author?.member ?? '' };
}

function wordsOf(body: Readonly<Record<string, unknown>>): string {
  return Object.entries(body)
    .filter(([field, value]) => field !== 'title' && typeof value === 'string')
    .map(([, value]) => value)
    .join('\n');
}

function programmeFact(
  kind: ProgrammeFactKind,
  leaning: (record: string) => readonly string[] = () => [],
): Projector {
  return {
    conflicts: false,
    project(ctx, id, state) {
      const fact = readFact<{ engagement: string; record: string }>(
        ctx,
        kind,
        id,
        state,
        PROGRAMME_FACTS[kind],
      );
      if (fact === null) return [];
      const { engagement, record } = fact.value;
      put(ctx.db, 'programme_fact', {
        id,
        kind,
        engagement,
        record,
        by: fact.by,
        at: fact.at,
        body: JSON.stringify(fact.value),
        writer: fact.writer,
        seq: fact.seq,
      });
      return leaning(record);
    },
  };
}

/** What a proof ties together, and whether it stands: any head that says so is enough. */
export function proofOf(state: RecordState): z.infer<typeof ProofState> | null {
  const about = fieldValue(state, 'state', ProofState);
  if (about === null) return null;
  const heads = state.fields.get('state')?.sides.flatMap((side) => side.heads) ?? [];
  return { ...about, on: addWins(heads, (value) => ProofState.safeParse(value).data?.on === true) };
}

export const proof: Projector = {
  conflicts: false,
  project({ db }, id, state) {
    const about = proofOf(state);
    if (about === null) return [];
    if (about.on) put(db, 'proof', { id, evidence: about.evidence, record: about.record });
    else run(db, 'DELETE FROM proof WHERE id = ?', id);
    return [];
  },
};

/** Every kind of record and act of a programme with its projector. */
export const programmeRecords: Readonly<Record<string, Projector>> = Object.fromEntries(
  PROGRAMME_KINDS.filter(isProgrammeKind).map((kind) => [kind, programmeRecord(kind)]),
);
/** A legal hold decides whether evidence stands. */
export const hold: Projector = programmeFact('hold', (record) =>
  record.startsWith('evidence:') ? [record] : [],
);
export const programmeFacts: Readonly<Record<string, Projector>> = Object.fromEntries(
  PROGRAMME_FACT_KINDS.filter((kind) => kind !== 'hold').map((kind) => [kind, programmeFact(kind)]),
);
