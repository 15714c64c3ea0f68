import {
  PROGRAMME_FIELDS,
  PROGRAMME_KINDS,
  type ProgrammeKind,
} from '../../shared/domain/programme/shapes.ts';
import type { Database } from '../driver.ts';
import { containing } from '../query.ts';
import { all, get } from '../sql.ts';

export type AnyRecord = Record<string, unknown>;

/** What a binder was composed for, as its entry says it; of an SQL table of binders called `b`. */
export const BINDER_PROFILE = `(SELECT json_extract(o.value, '$.profile') FROM operation o WHERE o.record = 'binder:' || b.id AND o.field = 'fact' LIMIT 1)`;

interface KindTable {
  /** A select with the columns people may filter by; ids and names first. */
  readonly select: string;
  readonly order: string;
  /** Columns that hold JSON. */
  readonly json?: readonly string[];
  /** The prefix of the record in the ledger; null where it has no fields of its own. */
  readonly record: string | null;
}

/**
 * Records of a programme as they are worked, and those of plans that no engagement uses yet as the plan states them.
 * The fields of the kind are columns beside the whole body.
 */
function programme(kind: ProgrammeKind): KindTable {
  const fields = Object.keys(PROGRAMME_FIELDS[kind]).filter((field) => field !== 'title');
  const columns = (body: string) =>
    fields.map((field) => `json_extract(${body}, '$.${field}') "${field}"`).join(', ');
  return {
    select: `SELECT r.id, r.title, g.name engagement, f.title framework, n.path, ${columns('r.body')}, r.body, r.notes, r.ord
        FROM programme_record r LEFT JOIN engagement g ON g.id = r.engagement
        LEFT JOIN plan_node n ON n.id = r.node LEFT JOIN framework f ON f.id = n.framework WHERE r.kind = '${kind}'
      UNION ALL
      SELECT p.id, p.title, NULL, f.title, p.path, ${columns('p.body')}, p.body, p.notes, p.ord
        FROM plan_node p JOIN framework f ON f.id = p.framework
       WHERE p.kind = '${kind}' AND NOT EXISTS (SELECT 1 FROM programme_record r WHERE r.node = p.id)`,
    order: 'engagement, framework, ord, title, id',
    json: ['body', 'notes'],
    record: kind,
  };
}

/** How each kind of record is listed; adding one is one entry here. */
const KINDS: Readonly<Record<string, KindTable>> = {
  framework: {
    select:
      'SELECT id, title, version, kind, format, published, source_sha256 sha256, source_bytes bytes, source_name name, counts, imported_at "importedAt" FROM framework',
    order: 'title, version, id',
    json: ['counts'],
    record: 'framework',
  },
  control: {
    select: `SELECT c.id, c.label, c.title, f.title framework, c.group_path "group", c.depth, c.severity, c.withdrawn, c.path, c.text_hash "textHash", c.ord FROM control c JOIN framework f ON f.id = c.framework`,
    order: 'framework, ord',
    json: ['withdrawn'],
    record: null,
  },
  engagement: {
    select: 'SELECT id, name, state, from_day "from", to_day "to", created_at "createdAt" FROM engagement',
    order: 'name, id',
    record: 'engagement',
  },
  assessment: {
    select: `SELECT a.id, coalesce(c.label, i.label) control, coalesce(c.title, i.text) title, s.name subject, g.name engagement, a.target_kind "targetKind",
      a.result, a.method, a.note, a.status, a.voided, a.evidence, a.conflicts, a.digest FROM assessment a
      LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
      LEFT JOIN subject s ON s.id = a.subject LEFT JOIN engagement g ON g.id = a.engagement`,
    order: 'engagement, control, subject, id',
    record: 'assessment',
  },
  checklist: {
    select: `SELECT k.id, k.title, f.title framework, k.of, k.path, k.ord, (SELECT count(*) FROM item i WHERE i.checklist = k.id) items FROM checklist k JOIN framework f ON f.id = k.framework`,
    order: 'framework, ord',
    record: null,
  },
  item: {
    select: `SELECT i.id, i.label, i.text, k.title checklist, f.title framework, i.owner, i.due, i.checked, i.path, k.ord "checklistOrd", i.ord FROM item i JOIN checklist k ON k.id = i.checklist JOIN framework f ON f.id = i.framework`,
    order: 'framework, "checklistOrd", ord',
    record: null,
  },
  evidence: {
    select: `SELECT id, reference, title, collected, expires, period_from "periodFrom", period_to "periodTo", last_verified "lastVerified", owner, note, revision, added_at "addedAt",
      (SELECT json_group_array(json_object('name', name, 'sha256', sha256, 'bytes', bytes, 'mediaType', media_type)) FROM evidence_file WHERE evidence = evidence.id) files FROM evidence`,
    order: '"addedAt", id',
    json: ['files'],
    record: 'evidence',
  },
  member: {
    select:
      'SELECT id, name, role, since, passphrase_set_by_other "passphraseSetByOther", ledger_key "ledgerKey", certificate FROM member',
    order: 'name, id',
    record: 'member',
  },
  device: {
    select: 'SELECT d.id, d.name, m.name member, d.since FROM device d LEFT JOIN member m ON m.id = d.member',
    order: 'name, id',
    record: 'device',
  },
  binder: {
    select: `SELECT b.id, b.title, b.kind, coalesce(${BINDER_PROFILE}, '') profile, g.name engagement, b.sha256, b.bytes, b.pages, b.attachments, b.omitted, b.at, m.name "by" FROM binder b
      LEFT JOIN engagement g ON g.id = b.engagement LEFT JOIN member m ON m.id = b.by`,
    order: 'at, id',
    record: 'binder',
  },
  ...Object.fromEntries(PROGRAMME_KINDS.map((kind) => [kind, programme(kind)])),
};

/** The columns of a kind that a filter may name. */
export function columnsOf(db: Database, kind: string): string[] {
  const table = KINDS[kind];
  if (table === undefined) return [];
  return db
    .prepare(`SELECT * FROM (${table.select}) LIMIT 0`)
    .columns()
    .map((column) => column.name);
}

/** Records of a kind, filtered by `column contains text`; the caller has checked the columns against `columnsOf`. */
export function listRecords(
  db: Database,
  kind: string,
  where: Readonly<Record<string, string>>,
  offset: number,
  limit: number,
): { total: number; rows: AnyRecord[] } {
  const table = KINDS[kind];
  if (table === undefined) return { total: 0, rows: [] };
  const columns = Object.keys(where);
  const clause = columns.map((column) => `AND "${column.replaceAll('"', '')}" LIKE ? ESCAPE '\\'`).join(' ');
  const values = Object.values(where).map(containing);
  const from = `FROM (${table.select}) WHERE 1 ${clause}`;
  const total = get<{ n: number }>(db, `SELECT count(*) n ${from}`, ...values)?.n ?? 0;
  const rows = all<AnyRecord>(
    db,
    `SELECT * ${from} ORDER BY ${table.order} LIMIT ? OFFSET ?`,
    ...values,
    limit,
    offset,
  );
  return { total, rows: rows.map((row) => parse(row, table.json ?? [])) };
}

export function recordById(db: Database, kind: string, id: string): AnyRecord | undefined {
  const table = KINDS[kind];
  const row =
    table === undefined ? undefined : get<AnyRecord>(db, `SELECT * FROM (${table.select}) WHERE id = ?`, id);
  return row === undefined ? undefined : parse(row, table?.json ?? []);
}

/** The ledger's name of a record of this kind; null for those that come whole with their framework. */
export function ledgerRecordOf(kind: string, id: string): string | null {
  const prefix = KINDS[kind]?.record ?? null;
  return prefix === null ? null : `${prefix}:${id}`;
}

/** What is worked in engagements, of which a control or an item only says what it is. */
const WORK: Readonly<Record<string, string>> = {
  control: 'SELECT id FROM assessment WHERE target = ?1',
  item: 'SELECT id FROM assessment WHERE target = ?1',
  checklist: `SELECT id FROM checklist_work WHERE checklist = ?1
    UNION SELECT a.id FROM assessment a JOIN item i ON i.id = a.target WHERE i.checklist = ?1`,
};

/** The ledger's names of everything a record's history is made of: itself, and the work on it with what was signed. */
export function historyRecordsOf(
  db: Database,
  kind: string,
  id: string,
): { records: string[]; works: number } {
  const work = WORK[kind];
  if (kind === 'binder') {
    const signed = all<{ id: string }>(
      db,
      'SELECT id FROM countersignature WHERE binder = ? ORDER BY at',
      id,
    );
    return { records: [`binder:${id}`, ...signed.map((row) => `countersignature:${row.id}`)], works: 0 };
  }
  if (work === undefined) return { records: [`${KINDS[kind]?.record ?? kind}:${id}`], works: 0 };
  const rows = all<{ record: string; own: number }>(
    db,
    `WITH work AS (${work})
     SELECT 'assessment:' || id record, 1 own FROM work
     UNION ALL SELECT 'link:' || l.id, 0 FROM link l JOIN work ON work.id = l.assessment
     UNION ALL SELECT 'link:' || l.id, 0 FROM unlinked l JOIN work ON work.id = l.assessment
     UNION ALL SELECT 'signoff:' || s.id, 0 FROM sign_off s JOIN work ON work.id = s.record
     UNION ALL SELECT 'note:' || n.id, 0 FROM review_note n JOIN work ON work.id = n.record`,
    id,
  );
  return {
    records: [`${kind}:${id}`, ...rows.map((row) => row.record)],
    works: rows.filter((row) => row.own === 1).length,
  };
}

function parse(row: AnyRecord, json: readonly string[]): AnyRecord {
  const out = { ...row };
  for (const column of json)
    if (typeof out[column] === 'string') out[column] = JSON.parse(out[column] as string) as unknown;
  return out;
}

export interface InfoCounts {
  readonly frameworks: number;
  readonly controls: number;
  readonly engagements: number;
  readonly assessments: number;
  readonly checklists: number;
  readonly items: number;
  readonly evidence: number;
  readonly files: number;
  readonly members: number;
  readonly entries: number;
}

export function infoCounts(db: Database): InfoCounts {
  const of = (table: string) => get<{ n: number }>(db, `SELECT count(*) n FROM "${table}"`)?.n ?? 0;
  return {
    frameworks: of('framework'),
    controls: of('control'),
    engagements: of('engagement'),
    assessments: of('assessment'),
    checklists: of('checklist'),
    items: of('item'),
    evidence: of('evidence'),
    files: of('evidence_file'),
    members: of('member'),
    entries: of('entry'),
  };
}

/** Ids of records of a kind that carry exactly this title, in any case. */
export function idsByTitle(db: Database, kind: string, title: string): string[] {
  const table = KINDS[kind];
  if (table === undefined) return [];
  return all<{ id: string }>(
    db,
    `SELECT id FROM (${table.select}) WHERE lower(title) = lower(?) ORDER BY id`,
    title,
  ).map((row) => row.id);
}
