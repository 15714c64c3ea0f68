import type { z } from 'zod';
import type { FrameworkRow } from '../../shared/contract/frameworks.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

type Framework = z.infer<typeof FrameworkRow>;

interface RawFramework {
  id: string;
  title: string;
  version: string;
  kind: string;
  format: string;
  published: string | null;
  blob: string;
  source_sha256: string;
  source_bytes: number;
  source_name: string;
  counts: string;
  imported_at: string;
  importer: string | null;
}

const SELECT = 'SELECT f.*, m.name importer FROM framework f LEFT JOIN member m ON m.id = f.imported_by';

function parse(row: RawFramework): Framework {
  return {
    id: row.id,
    title: row.title,
    version: row.version,
    kind: row.kind as Framework['kind'],
    format: row.format,
    published: row.published,
    source: { sha256: row.source_sha256, bytes: row.source_bytes, name: row.source_name },
    importedAt: row.imported_at,
    importedBy: row.importer ?? '',
    counts: JSON.parse(row.counts) as Record<string, number>,
  };
}

export function listFrameworks(
  db: Database,
  offset: number,
  limit: number,
): { total: number; rows: Framework[] } {
  const total = get<{ n: number }>(db, 'SELECT count(*) n FROM framework')?.n ?? 0;
  return {
    total,
    rows: all<RawFramework>(db, `${SELECT} ORDER BY f.imported_at, f.id LIMIT ? OFFSET ?`, limit, offset).map(
      parse,
    ),
  };
}

export function frameworkById(db: Database, id: string): Framework | undefined {
  const row = get<RawFramework>(db, `${SELECT} WHERE f.id = ?`, id);
  return row === undefined ? undefined : parse(row);
}

/** The framework that was read from these bytes before, by this importer. */
export function frameworkBySource(db: Database, sha256: string, format: string): Framework | undefined {
  const row = get<RawFramework>(
    db,
    `${SELECT} WHERE f.source_sha256 = ? AND f.format = ? ORDER BY f.imported_at LIMIT 1`,
    sha256,
    format,
  );
  return row === undefined ? undefined : parse(row);
}

/** Blobs (normalised and original) of every framework: the vault keeps them. */
export function frameworkBlobs(db: Database): string[] {
  return all<{ blob: string; source_sha256: string }>(
    db,
    'SELECT blob, source_sha256 FROM framework',
  ).flatMap((row) => [row.blob, row.source_sha256]);
}

export interface GroupRow {
  readonly path: string;
  readonly label: string;
  readonly title: string;
  readonly parent: string | null;
  readonly controls: number;
  readonly done: number;
  /** Lines of the source that stand in this section and have no field. */
  readonly notes: string[];
}

/** Families or sections with how many standing controls they hold and how many have a result for the subject. */
export function groupsOf(
  db: Database,
  framework: string,
  engagement: string | null,
  subject: string | null,
): GroupRow[] {
  const rows = all<Omit<GroupRow, 'notes'> & { notes: string }>(
    db,
    `SELECT g.path, g.label, g.title, g.parent,
            count(c.id) controls, count(CASE WHEN a.result IS NOT NULL AND a.result <> 'not-reviewed' THEN 1 END) done,
            (SELECT json_group_array(text) FROM (SELECT n.text FROM node_note n
               WHERE n.framework = g.framework AND n.path = g.path ORDER BY n.ord)) notes
       FROM framework_group g
       LEFT JOIN control c ON c.framework = g.framework AND c.group_path = g.path AND c.withdrawn IS NULL
       LEFT JOIN assessment a ON a.target = c.id AND a.engagement = ? AND a.subject = ?
      WHERE g.framework = ? GROUP BY g.path ORDER BY g.ord`,
    engagement,
    subject,
    framework,
  );
  return rows.map((row) => ({ ...row, notes: JSON.parse(row.notes) as string[] }));
}
