import type { z } from 'zod';
import type { FieldConflict, HistoryRow } from '../../shared/contract/frameworks.ts';
import type { LedgerEntryRow } from '../../shared/contract/proof.ts';
import { describeChange } from '../../shared/domain/change-words.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { Position } from '../../shared/ledger/entry.ts';
import type { Database } from '../driver.ts';
import { readRecord } from '../projection/record.ts';
import { containing } from '../query.ts';
import { all, get } from '../sql.ts';

type History = z.infer<typeof HistoryRow>;
type LedgerRow = z.infer<typeof LedgerEntryRow>;

interface RawEntry {
  writer: string;
  seq: number;
  hash: string;
  time: string;
  action: string;
  state: string;
  because: string;
  member: string;
  name: string | null;
  device: string | null;
  sealed: number | null;
}

const ENTRY = `SELECT e.writer, e.seq, e.hash, e.time, e.action, e.state, e.because, w.member, m.name, coalesce(d.name, w.device) device,
       (SELECT 1 FROM segment s WHERE s.writer = e.writer AND e.seq >= s.from_seq AND e.seq < s.from_seq + s.count) sealed
  FROM entry e JOIN writer w ON w.id = e.writer
  LEFT JOIN member m ON m.id = w.member LEFT JOIN device d ON d.id = w.device`;

/** What happened to these records, newest first; `named` says in each line which record it is about. */
export function historyOf(db: Database, records: readonly string[], limit = 200, named = false): History[] {
  if (records.length === 0) return [];
  const only = JSON.stringify(records);
  const rows = all<RawEntry>(
    db,
    `${ENTRY} WHERE e.state = 'applied' AND (e.writer, e.seq) IN
       (SELECT o.writer, o.seq FROM json_each(?) r JOIN operation o ON o.record = r.value)
     ORDER BY e.time DESC, e.writer DESC, e.seq DESC LIMIT ?`,
    only,
    limit,
  );
  return rows.map((row) => {
    const history = toHistory(db, row, only);
    return named ? { ...history, summary: summaryNamed(db, history) } : history;
  });
}

function toHistory(db: Database, row: RawEntry, only: string | null): History {
  const fields = changesOf(db, row.writer, row.seq, only);
  return {
    at: row.time.slice(0, 24),
    by: { id: row.member, name: row.name ?? row.member },
    device: row.device ?? '',
    action: row.action,
    summary: `${describeChange(row.action, fields)}${evidenceBeside(db, row, fields)}`,
    fields,
    writer: row.writer,
    seq: row.seq,
    hash: row.hash,
  };
}

/** The evidence that an entry is about, where what is shown of the entry does not say it. */
function evidenceBeside(db: Database, row: RawEntry, fields: History['fields']): string {
  if (!row.action.startsWith('evidence.') || fields.some(({ record }) => record.startsWith('evidence:')))
    return '';
  const found = all<{ label: string }>(
    db,
    `SELECT DISTINCT v.reference || ' ' || v.title label FROM operation o JOIN evidence v
        ON v.id = CASE WHEN o.record LIKE 'evidence:%' THEN substr(o.record, 10)
                       WHEN o.record LIKE 'link:%' THEN json_extract(o.value, '$.evidence') END
      WHERE o.writer = ? AND o.seq = ? ORDER BY 1 LIMIT 4`,
    row.writer,
    row.seq,
  ).map(({ label }) => label);
  if (found.length === 0) return '';
  return `: ${found.slice(0, 3).join(', ')}${found.length > 3 ? ' and more' : ''}`;
}

/** One entry as the history shows it; null where it is not applied here. */
export function historyEntry(db: Database, writer: string, seq: number): History | null {
  const row = get<RawEntry>(
    db,
    `${ENTRY} WHERE e.state = 'applied' AND e.writer = ? AND e.seq = ?`,
    writer,
    seq,
  );
  return row === undefined ? null : toHistory(db, row, null);
}

interface RawOperation {
  record: string;
  field: string;
  parents: string;
  value: string | null;
}

/**
 * What an entry changed, with the value each field had before it; `only` is a JSON array of the records asked for. Of
 * an entry about thousands the first changes are enough, but those asked for may stand anywhere in it.
 */
export function changesOf(
  db: Database,
  writer: string,
  seq: number,
  only: string | null = null,
): History['fields'] {
  const rows = all<RawOperation>(
    db,
    `SELECT record, field, parents, value FROM operation
      WHERE writer = ?1 AND seq = ?2 AND (?3 IS NULL OR record IN (SELECT value FROM json_each(?3)))
      ORDER BY idx LIMIT 200`,
    writer,
    seq,
    only,
  );
  return rows.map((row) => ({
    record: row.record,
    field: row.field,
    before: valueBefore(db, row),
    after: row.value === null ? null : (JSON.parse(row.value) as Json),
  }));
}

function valueBefore(db: Database, row: RawOperation): Json {
  const parents = JSON.parse(row.parents) as Position[];
  const values = parents.flatMap(([writer, seq]) => {
    const before = get<{ value: string | null }>(
      db,
      'SELECT value FROM operation WHERE writer = ? AND seq = ? AND record = ? AND field = ?',
      writer,
      seq,
      row.record,
      row.field,
    );
    return before?.value == null ? [] : [JSON.parse(before.value) as Json];
  });
  return values.length > 1 ? values : (values[0] ?? null);
}

export interface LedgerFilter {
  readonly record?: string | undefined;
  readonly member?: string | undefined;
  readonly action?: string | undefined;
  readonly state?: LedgerRow['state'] | undefined;
  readonly text?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** The ledger, newest first, filtered and paged. */
export function ledgerEntries(db: Database, filter: LedgerFilter): { total: number; rows: LedgerRow[] } {
  if (filter.state === 'waiting') return heldEntries(db, filter);
  const where = `WHERE (?1 IS NULL OR EXISTS (SELECT 1 FROM operation o WHERE o.writer = e.writer AND o.seq = e.seq AND o.record = ?1))
    AND (?2 IS NULL OR w.member = ?2) AND (?3 IS NULL OR e.action LIKE ?3 ESCAPE '\\')
    AND (?4 IS NULL OR (?4 = 'quarantine' AND e.state = 'quarantine')
      OR (e.state = 'applied' AND (?4 = 'sealed') = EXISTS (SELECT 1 FROM segment s WHERE s.writer = e.writer AND e.seq >= s.from_seq AND e.seq < s.from_seq + s.count)))
    AND (?5 IS NULL OR e.action LIKE ?5 ESCAPE '\\' OR m.name LIKE ?5 ESCAPE '\\' OR e.hash LIKE ?5 ESCAPE '\\'
      OR EXISTS (SELECT 1 FROM operation o WHERE o.writer = e.writer AND o.seq = e.seq AND o.value LIKE ?5 ESCAPE '\\'))`;
  const values = [
    filter.record ?? null,
    filter.member ?? null,
    filter.action === undefined ? null : containing(filter.action),
    filter.state ?? null,
    filter.text === undefined || filter.text === '' ? null : containing(filter.text),
  ];
  const total =
    get<{ n: number }>(
      db,
      `SELECT count(*) n FROM entry e JOIN writer w ON w.id = e.writer LEFT JOIN member m ON m.id = w.member ${where}`,
      ...values,
    )?.n ?? 0;
  const rows = all<RawEntry>(
    db,
    `${ENTRY} ${where} ORDER BY e.time DESC, e.writer DESC, e.seq DESC LIMIT ?6 OFFSET ?7`,
    ...values,
    filter.limit,
    filter.offset,
  );
  return {
    total,
    rows: rows.map((row) => ledgerRow(db, row)),
  };
}

function ledgerRow(db: Database, row: RawEntry): LedgerRow {
  const history = toHistory(db, row, null);
  return { ...history, summary: summaryNamed(db, history), state: entryState(row), because: row.because };
}

/** What an entry did and about what, as the ledger shows it; empty where it is not applied here. */
export function entryWords(db: Database, writer: string, seq: number): string {
  const entry = historyEntry(db, writer, seq);
  return entry === null ? '' : summaryNamed(db, entry);
}

function summaryNamed(db: Database, { fields, summary }: History): string {
  const what = concerning(db, fields);
  return what === null ? summary : `${what} — ${summary}`;
}

/** The record an entry is about, as people name it; null where it is about the workspace or about many. */
function concerning(db: Database, fields: History['fields']): string | null {
  const changed = fields.filter((change) => change.field !== 'about');
  const records = new Set(changed.map(aboutRecord).filter((record) => record !== null));
  const [record] = records;
  if (record === undefined || records.size > 1) return null;
  const label = recordLabel(db, record);
  return label === record ? null : label;
}

/** Sign-offs, notes and countersignatures are about the record they name; custody and links follow the evidence beside them. */
function aboutRecord({ record, after }: History['fields'][number]): string | null {
  const [kind] = record.split(':', 1);
  if (kind === 'signoff' || kind === 'note') {
    const fact = after as { kind?: string; record?: string } | null;
    if (typeof fact !== 'object' || typeof fact?.record !== 'string') return null;
    return fact.kind === 'checklist' ? `checklist-work:${fact.record}` : `assessment:${fact.record}`;
  }
  if (kind === 'countersignature') {
    const fact = after as { binder?: unknown } | null;
    return typeof fact?.binder === 'string' ? `binder:${fact.binder}` : null;
  }
  return kind === 'assessment' ||
    kind === 'evidence' ||
    kind === 'engagement' ||
    kind === 'framework' ||
    kind === 'member'
    ? record
    : null;
}

function entryState(row: RawEntry): LedgerRow['state'] {
  if (row.state === 'quarantine') return 'quarantine';
  return row.sealed === 1 ? 'sealed' : 'open';
}

/** Segments that wait for others are shown as one line each: their entries are not in the tables yet. */
function heldEntries(db: Database, filter: LedgerFilter): { total: number; rows: LedgerRow[] } {
  const rows = all<{
    id: string;
    writer: string;
    member: string;
    device: string;
    from_seq: number;
    count: number;
    because: string;
    name: string | null;
  }>(
    db,
    `SELECT h.id, h.writer, h.member, h.device, h.from_seq, h.count, h.because, m.name FROM held h LEFT JOIN member m ON m.id = h.member WHERE h.state = 'waiting' ORDER BY h.writer, h.from_seq LIMIT ? OFFSET ?`,
    filter.limit,
    filter.offset,
  );
  const total = get<{ n: number }>(db, "SELECT count(*) n FROM held WHERE state = 'waiting'")?.n ?? 0;
  return {
    total,
    rows: rows.map((row) => ({
      at: '',
      by: { id: row.member, name: row.name ?? row.member },
      device: row.device,
      action: 'segment',
      summary: `${row.count} entries from ${row.from_seq}`,
      fields: [],
      writer: row.writer,
      seq: row.from_seq,
      hash: row.id,
      state: 'waiting',
      because: row.because,
    })),
  };
}

type Conflict = z.infer<typeof FieldConflict>;

/** The sides of every field of a record that holds several values. */
export function conflictsOf(db: Database, record: string): Conflict[] {
  const fields = all<{ field: string }>(
    db,
    'SELECT field FROM conflict WHERE record = ? ORDER BY field',
    record,
  );
  if (fields.length === 0) return [];
  const state = readRecord(db, record);
  return fields.map(({ field }) => ({
    record,
    field,
    label: recordLabel(db, record),
    sides:
      field === 'deleted' ? deletionSides(db, record) : fieldSides(db, state.fields.get(field)?.sides ?? []),
  }));
}

type Sides = NonNullable<ReturnType<ReturnType<typeof readRecord>['fields']['get']>>['sides'];

function fieldSides(db: Database, sides: Sides): Conflict['sides'] {
  return sides.map((side, index) => {
    const head = side.heads[0];
    const who = head === undefined ? undefined : writerNames(db, head.writer);
    return {
      index,
      value: side.value,
      by: who?.name ?? '',
      device: who?.device ?? '',
      at: head?.time.slice(0, 24) ?? '',
    };
  });
}

function deletionSides(db: Database, record: string): Conflict['sides'] {
  const row = get<{ writer: string; time: string }>(
    db,
    "SELECT writer, time FROM head WHERE record = ? AND field = 'deleted' ORDER BY time DESC LIMIT 1",
    record,
  );
  const who = row === undefined ? undefined : writerNames(db, row.writer);
  return [
    { index: 0, value: 'keep', by: '', device: '', at: '' },
    {
      index: 1,
      value: 'remove',
      by: who?.name ?? '',
      device: who?.device ?? '',
      at: row?.time.slice(0, 24) ?? '',
    },
  ];
}

function writerNames(db: Database, writer: string): { name: string; device: string } | undefined {
  return get(
    db,
    `SELECT coalesce(m.name, w.member) name, coalesce(d.name, w.device) device FROM writer w
       LEFT JOIN member m ON m.id = w.member LEFT JOIN device d ON d.id = w.device WHERE w.id = ?`,
    writer,
  );
}

export function listConflicts(
  db: Database,
  offset: number,
  limit: number,
): { total: number; rows: Conflict[] } {
  const total = countConflicts(db);
  const records = all<{ record: string; field: string }>(
    db,
    'SELECT record, field FROM conflict ORDER BY record, field LIMIT ? OFFSET ?',
    limit,
    offset,
  );
  return {
    total,
    rows: records.flatMap(({ record, field }) => conflictsOf(db, record).filter((c) => c.field === field)),
  };
}

export function countConflicts(db: Database): number {
  return get<{ n: number }>(db, 'SELECT count(*) n FROM conflict')?.n ?? 0;
}

/** How people name a record of any kind: `AC-2(1) · Payroll`, the title of evidence, a member's name. */
export function recordLabel(db: Database, record: string): string {
  const [kind = '', id = ''] = record.split(':', 2);
  // Whoever states an act names its record in words of their own.
  const sql = Object.hasOwn(LABELS, kind) ? LABELS[kind] : undefined;
  return (sql === undefined ? undefined : get<{ label: string | null }>(db, sql, id)?.label) ?? record;
}

const LABELS: Readonly<Record<string, string>> = {
  assessment: `SELECT coalesce(c.label, i.label || '. ' || i.text) || ' · ' || coalesce(s.name, '') AS label FROM assessment a
    LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target LEFT JOIN subject s ON s.id = a.subject WHERE a.id = ?`,
  evidence: "SELECT reference || ' ' || title AS label FROM evidence WHERE id = ?",
  engagement: 'SELECT name AS label FROM engagement WHERE id = ?',
  framework: "SELECT title || ' ' || version AS label FROM framework WHERE id = ?",
  member: 'SELECT name AS label FROM member WHERE id = ?',
  device: 'SELECT name AS label FROM device WHERE id = ?',
  workspace: 'SELECT name AS label FROM workspace WHERE id = ?',
  note: 'SELECT substr(text, 1, 60) AS label FROM review_note WHERE id = ?',
  control: "SELECT label || ' ' || title AS label FROM control WHERE id = ?",
  item: "SELECT label || '. ' || text AS label FROM item WHERE id = ?",
  checklist: 'SELECT title AS label FROM checklist WHERE id = ?',
  binder: 'SELECT title AS label FROM binder WHERE id = ?',
  'checklist-work': `SELECT c.title || ' · ' || coalesce(s.name, '') AS label FROM checklist_work k
    JOIN checklist c ON c.id = k.checklist LEFT JOIN subject s ON s.id = k.subject WHERE k.id = ?`,
};
