import type { z } from 'zod';
import type { ControlRow, controls } from '../../shared/contract/frameworks.ts';
import { controlKey } from '../../shared/domain/control-id.ts';
import type { Control } from '../../shared/domain/framework.ts';
import type { Result, Status } from '../../shared/domain/results.ts';
import type { Database } from '../driver.ts';
import {
  and,
  asc,
  type Column,
  count,
  desc,
  eq,
  inArray,
  isNotNull,
  isNull,
  or,
  type SQL,
  sql,
} from '../drizzle.ts';
import { containing, query } from '../query.ts';
import * as t from '../schema.ts';
import { get } from '../sql.ts';

type ListInput = z.output<NonNullable<(typeof controls.list)['~orpc']['inputSchema']>>;
type Row = z.infer<typeof ControlRow>;

const { control: c, assessment: a } = t;

const columns = {
  id: c.id,
  framework: c.framework,
  label: c.label,
  title: c.title,
  group: c.groupPath,
  parent: c.parent,
  depth: c.depth,
  withdrawn: c.withdrawn,
  severity: c.severity,
  assessment: a.id,
  result: a.result,
  status: a.status,
  voided: a.voided,
  evidence: a.evidence,
  conflicts: a.conflicts,
  note: a.note,
};

/** Whether an accepted assessment leans on any of this evidence, by its ids. */
const leansOn = (stale: readonly string[]) =>
  sql<number>`coalesce(${a.status} = 'accepted' AND EXISTS (SELECT 1 FROM link l
    WHERE l.assessment = ${a.id} AND l.evidence IN (SELECT value FROM json_each(${JSON.stringify(stale)}))), 0)`;

type Raw = {
  [K in keyof typeof columns | 'stale']: string | number | null;
};

function parse(row: Raw): Row {
  return {
    id: String(row.id),
    framework: String(row.framework),
    label: String(row.label),
    title: String(row.title),
    group: row.group === null ? null : String(row.group),
    parent: row.parent === null ? null : String(row.parent),
    depth: Number(row.depth),
    withdrawn: row.withdrawn === null ? null : (JSON.parse(String(row.withdrawn)) as Row['withdrawn']),
    severity: row.severity as Row['severity'],
    assessment: row.assessment === null ? null : String(row.assessment),
    result: (row.result ?? 'not-reviewed') as Result,
    status: (row.status ?? 'draft') as Status,
    voided: row.voided === 1,
    stale: row.stale === 1,
    evidence: Number(row.evidence ?? 0),
    conflicts: Number(row.conflicts ?? 0),
    note: String(row.note ?? ''),
  };
}

/**
 * Controls with the assessment of one subject beside them, filtered, sorted and paged in the database. `stale` names
 * the evidence that cannot be relied on.
 */
export function listControls(
  db: Database,
  input: Omit<ListInput, 'engagement' | 'subject'>,
  engagement: string | null,
  subject: string | null,
  stale: readonly string[],
): { total: number; rows: Row[] } {
  const q = query(db);
  const beside = and(eq(a.target, c.id), eq(a.engagement, engagement ?? ''), eq(a.subject, subject ?? ''));
  const where = and(...filters(db, input, engagement, stale));
  const total = q.select({ n: count() }).from(c).leftJoin(a, beside).where(where).get()?.n ?? 0;
  const rows = q
    .select({ ...columns, stale: leansOn(stale) })
    .from(c)
    .leftJoin(a, beside)
    .where(where)
    .orderBy(...namedFirst(input), ...order(input))
    .limit(input.limit)
    .offset(input.offset)
    .all();
  return { total, rows: rows.map(parse) };
}

function filters(
  db: Database,
  input: Omit<ListInput, 'engagement' | 'subject'>,
  engagement: string | null,
  stale: readonly string[],
): SQL[] {
  const out: (SQL | undefined)[] = [];
  if (input.framework !== undefined) out.push(eq(c.framework, input.framework));
  if (engagement !== null) {
    const q = query(db);
    out.push(
      inArray(
        c.framework,
        q
          .select({ id: t.engagementFramework.framework })
          .from(t.engagementFramework)
          .where(eq(t.engagementFramework.engagement, engagement)),
      ),
    );
  }
  if (input.group !== undefined) out.push(eq(c.groupPath, input.group));
  if (input.text !== undefined && input.text.trim() !== '') out.push(matches(input.text.trim()));
  if (input.result !== undefined) out.push(inArray(sql`coalesce(${a.result}, 'not-reviewed')`, input.result));
  if (input.status !== undefined) out.push(inArray(sql`coalesce(${a.status}, 'draft')`, input.status));
  if (input.withdrawn !== undefined) out.push(input.withdrawn ? isNotNull(c.withdrawn) : isNull(c.withdrawn));
  if (input.only === 'no-evidence') out.push(sql`coalesce(${a.evidence}, 0) = 0`);
  if (input.only === 'conflict') out.push(sql`${a.conflicts} > 0`);
  if (input.only === 'voided') out.push(eq(a.voided, 1));
  if (input.only === 'stale') out.push(sql`${leansOn(stale)} = 1`);
  return out.filter((part) => part !== undefined);
}

function matches(text: string): SQL {
  const like = containing(text);
  const found = or(
    sql`${c.label} LIKE ${like} ESCAPE '\\'`,
    sql`${c.title} LIKE ${like} ESCAPE '\\'`,
    sql`${a.note} LIKE ${like} ESCAPE '\\'`,
    eq(c.labelKey, controlKey(text)),
    eq(c.sourceKey, controlKey(text)),
    text.length > 2 ? sql`${c.body} LIKE ${like} ESCAPE '\\'` : undefined,
  );
  return found ?? sql`1`;
}

/** In the framework's own order, the control that is called exactly what was searched stands before those that mention it. */
function namedFirst({ text, sort }: Pick<ListInput, 'text' | 'sort'>): SQL[] {
  if (sort !== 'order' || text === undefined || text.trim() === '') return [];
  const key = controlKey(text.trim());
  return [sql`CASE WHEN ${c.labelKey} = ${key} OR ${c.sourceKey} = ${key} THEN 0 ELSE 1 END`];
}

function order(input: Pick<ListInput, 'sort' | 'descending'>): SQL[] {
  const by: Record<ListInput['sort'], SQL | Column> = {
    order: c.ord,
    label: c.label,
    title: c.title,
    result: sql`coalesce(${a.result}, 'not-reviewed')`,
    status: sql`coalesce(${a.status}, 'draft')`,
    evidence: sql`coalesce(${a.evidence}, 0)`,
  };
  const direction = input.descending ? desc : asc;
  const main = direction(by[input.sort]);
  const rest = input.sort === 'order' ? [asc(c.framework)] : [asc(c.framework), asc(c.ord)];
  return input.sort === 'order' ? [...rest, main] : [main, ...rest];
}

/** One control as a row, with the assessment of a subject beside it. */
export function controlRow(
  db: Database,
  id: string,
  engagement: string | null,
  subject: string | null,
  stale: readonly string[],
): Row | undefined {
  const beside = and(eq(a.target, c.id), eq(a.engagement, engagement ?? ''), eq(a.subject, subject ?? ''));
  const row = query(db)
    .select({ ...columns, stale: leansOn(stale) })
    .from(c)
    .leftJoin(a, beside)
    .where(eq(c.id, id))
    .get();
  return row === undefined ? undefined : parse(row);
}

/** What the dossier shows beyond the row. */
export interface ControlDetail {
  readonly path: string;
  readonly body: Control;
  readonly textHash: string;
  readonly frameworkTitle: string;
}

export function controlDetail(db: Database, id: string): ControlDetail | undefined {
  const row = get<{ path: string; body: string; text_hash: string; title: string }>(
    db,
    'SELECT c.path, c.body, c.text_hash, f.title FROM control c JOIN framework f ON f.id = c.framework WHERE c.id = ?',
    id,
  );
  if (row === undefined) return undefined;
  return {
    path: row.path,
    body: JSON.parse(row.body) as Control,
    textHash: row.text_hash,
    frameworkTitle: row.title,
  };
}

/** Direct enhancements of a control. */
export function enhancementsOf(db: Database, id: string): { id: string; label: string; title: string }[] {
  return query(db)
    .select({ id: c.id, label: c.label, title: c.title })
    .from(c)
    .where(eq(c.parent, id))
    .orderBy(asc(c.ord))
    .all();
}

/** The control of a framework with this source id, in any style. */
export function controlBySourceId(
  db: Database,
  framework: string,
  sourceId: string,
): { id: string; label: string } | undefined {
  const key = controlKey(sourceId);
  return query(db)
    .select({ id: c.id, label: c.label })
    .from(c)
    .where(and(eq(c.framework, framework), or(eq(c.sourceKey, key), eq(c.labelKey, key))))
    .get();
}
