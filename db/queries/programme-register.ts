import { controlLines } from '../../shared/domain/control-text.ts';
import type { ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** A record of a programme beside the words of the plan that states it. */
export interface RegisterRow {
  readonly id: string;
  readonly title: string;
  /** What stands now, as people left it. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
  /** The plan's node, its id and its title; null for what people added. */
  readonly plan: {
    readonly node: string;
    readonly framework: string;
    readonly path: string;
    readonly title: string;
    readonly body: Readonly<Record<string, unknown>>;
  } | null;
}

/** Every record of a kind, by the engagement's plans and in each plan's order, what people added last. */
export function registerRows(db: Database, engagement: string, kind: ProgrammeKind): RegisterRow[] {
  return all<{
    id: string;
    title: string;
    body: string;
    notes: string;
    node: string | null;
    node_body: string | null;
    framework: string | null;
    path: string | null;
    plan: string | null;
  }>(
    db,
    `SELECT r.id, r.title, r.body, r.notes, r.node, p.body node_body, p.framework, p.path, f.title plan FROM programme_record r
       LEFT JOIN plan_node p ON p.id = r.node LEFT JOIN framework f ON f.id = p.framework
       LEFT JOIN engagement_framework e ON e.framework = p.framework AND e.engagement = r.engagement
      WHERE r.engagement = ? AND r.kind = ? ORDER BY e.ord IS NULL, e.ord, r.ord, r.title, r.id`,
    engagement,
    kind,
  ).map((row) => ({
    id: row.id,
    title: row.title,
    body: JSON.parse(row.body) as Record<string, unknown>,
    notes: JSON.parse(row.notes) as string[],
    plan:
      row.node === null
        ? null
        : {
            node: row.node,
            framework: row.framework ?? '',
            path: row.path ?? '',
            title: row.plan ?? '',
            body: JSON.parse(row.node_body ?? '{}') as Record<string, unknown>,
          },
  }));
}

/** The title of every record of an engagement's programme, by its ledger name. */
export function programmeTitles(db: Database, engagement: string): ReadonlyMap<string, string> {
  const rows = all<{ record: string; title: string }>(
    db,
    "SELECT kind || ':' || id record, title FROM programme_record WHERE engagement = ?",
    engagement,
  );
  return new Map(rows.map(({ record, title }) => [record, title]));
}

/** The highest severity first, what nobody rated last; else the order stays. */
export function bySeverity(rows: readonly RegisterRow[]): RegisterRow[] {
  const rank = ({ body }: RegisterRow) => (typeof body.severity === 'string' ? body.severity : '~');
  return rows.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** What a framework says in its own sections. */
export interface SectionText {
  readonly path: string;
  readonly title: string;
  readonly depth: number;
  readonly lines: readonly string[];
}

/**
 * The sections of a framework in its order, each with the lines that stand in it and belong to no record. What stands
 * on a path that is no section, record, checklist or item begins the list, under the framework's own title.
 */
export function sectionTexts(db: Database, framework: string, title: string): SectionText[] {
  const groups = all<{
    path: string;
    label: string;
    title: string;
    parent: string | null;
    prose: string | null;
    lines: string;
  }>(
    db,
    `SELECT g.path, g.label, g.title, g.parent, g.prose,
       (SELECT json_group_array(text) FROM (SELECT n.text FROM node_note n
          WHERE n.framework = g.framework AND n.path = g.path ORDER BY n.ord)) lines
       FROM framework_group g WHERE g.framework = ? ORDER BY g.ord`,
    framework,
  );
  const depths = new Map<string, number>();
  const sections = groups.map((group): SectionText => {
    const depth = group.parent === null ? 0 : (depths.get(group.parent) ?? 0) + 1;
    depths.set(group.path, depth);
    const lines = [...overviewLines(group.prose), ...(JSON.parse(group.lines) as string[])];
    return {
      path: group.path,
      title: group.label ? `${group.label} ${group.title}` : group.title,
      depth,
      lines,
    };
  });
  const beside = homeless(db, framework);
  return beside.length === 0 ? sections : [{ path: '', title, depth: 0, lines: beside }, ...sections];
}

/** The prose of a catalog's family is markup, as that of its controls is. */
function overviewLines(prose: string | null): string[] {
  const parts = prose === null ? [] : [{ name: 'overview', prose }];
  return controlLines({ parts, parameters: [] }).map(({ text }) => text);
}

function homeless(db: Database, framework: string): string[] {
  const tables = ['framework_group', 'plan_node', 'checklist', 'item'];
  const known = tables.map((table) => `SELECT path FROM ${table} WHERE framework = ?1`).join(' UNION ALL ');
  return all<{ text: string }>(
    db,
    `SELECT text FROM node_note WHERE framework = ?1 AND path NOT IN (${known}) ORDER BY ord`,
    framework,
  ).map(({ text }) => text);
}

/** A record that stands or stood in an engagement's programme. */
export interface EverRow {
  readonly record: string;
  readonly id: string;
  readonly kind: ProgrammeKind;
  /** 1 where a plan states it. */
  readonly planned: number;
  readonly ord: number;
}

/** Every record of some kinds that an engagement's programme has, or had before somebody removed it. */
export function everInProgramme(
  db: Database,
  engagement: string,
  kinds: readonly ProgrammeKind[],
): EverRow[] {
  return all<EverRow>(
    db,
    `SELECT s.kind || ':' || s.id record, s.id, s.kind, 1 planned, p.ord FROM programme_slot s JOIN plan_node p ON p.id = s.node
      WHERE s.engagement = ?1 AND s.kind IN (SELECT value FROM json_each(?2))
     UNION ALL
     SELECT DISTINCT o.record, substr(o.record, length(k.value) + 2), k.value, 0, 1000000 FROM json_each(?2) k
       JOIN operation o ON o.record >= k.value || ':' AND o.record < k.value || ';' AND o.field = 'of'
      WHERE json_extract(o.value, '$.engagement') = ?1
        AND NOT EXISTS (SELECT 1 FROM programme_slot s WHERE s.id = substr(o.record, length(k.value) + 2))
      ORDER BY 5, 1`,
    engagement,
    JSON.stringify(kinds),
  );
}
