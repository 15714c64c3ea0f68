import type { SegmentHeader } from '../../shared/ledger/segment.ts';
import type { SegmentLabel } from '../../shared/sync/wire.ts';
import type { Database } from '../driver.ts';
import { all, get, put, run } from '../sql.ts';
import type { SegmentRow } from './ledger.ts';

const LABEL = 'writer = ? AND from_seq = ? AND count = ? AND head = ?';

/** Whether the server is known to list these very bytes under this label. */
export function serverLists(db: Database, id: string, label: SegmentLabel): boolean {
  const { writer, from, count, head } = label;
  const sql = `SELECT 1 FROM local_server_segment WHERE ${LABEL} AND id = ?`;
  return get(db, sql, writer, from, count, head, id) !== undefined;
}

/** Notes what the server lists: bytes that were fetched and proved themselves, or that this copy pushed. */
export function noteServerSegment(db: Database, id: string, label: SegmentLabel): void {
  const { writer, from, count, head } = label;
  put(db, 'local_server_segment', { writer, from_seq: from, count, head, id });
}

/**
 * A segment that the server is not known to hold. Of several seals under one label it has to list as many: a label does
 * not tell them apart.
 */
const LACKING = `(SELECT count(*) FROM local_server_segment k WHERE k.writer = json_extract(s.header, '$.writer')
    AND k.from_seq = s.from_seq AND k.count = s.count AND k.head = json_extract(s.header, '$.head'))
  < (SELECT count(*) FROM segment o WHERE o.writer = s.writer AND o.from_seq = s.from_seq AND o.count = s.count)`;

/** Sealed segments of this copy that the server is not known to hold, oldest of each writer first. */
export function segmentsForServer(db: Database, limit: number): SegmentRow[] {
  const rows = all<{
    writer: string;
    from_seq: number;
    count: number;
    header: string;
    signature: string;
    seed: string;
  }>(
    db,
    `SELECT writer, from_seq, count, header, signature, seed FROM segment s WHERE ${LACKING}
      ORDER BY writer, from_seq, count, signature LIMIT ?`,
    limit,
  );
  return rows.map(({ from_seq, header, ...row }) => ({
    ...row,
    fromSeq: from_seq,
    header: JSON.parse(header) as SegmentHeader,
  }));
}

/** How many sealed segments and entries the server is not known to hold. */
export function countForServer(db: Database): { segments: number; entries: number } {
  const sql = `SELECT count(*) segments, coalesce(sum(count), 0) entries FROM segment s WHERE ${LACKING}`;
  return get(db, sql) ?? { segments: 0, entries: 0 };
}

export function serverHoldsFile(db: Database, name: string): boolean {
  return get(db, 'SELECT 1 FROM local_server_file WHERE name = ?', name) !== undefined;
}

export function noteServerFile(db: Database, name: string): void {
  put(db, 'local_server_file', { name });
}

/** Whether this version of a stored file is known to be none of what its name stands for. */
export function isFalseFile(db: Database, name: string, sha256: string): boolean {
  return get(db, 'SELECT 1 FROM local_server_file WHERE name = ?', falseName(name, sha256)) !== undefined;
}

/** Notes a version that was fetched and did not decrypt, so that it is not fetched again. */
export function noteFalseFile(db: Database, name: string, sha256: string): void {
  put(db, 'local_server_file', { name: falseName(name, sha256) });
}

/** No stored file has such a name. */
const falseName = (name: string, sha256: string) => `false ${name} ${sha256}`;

/** Nothing is known of the server any more: it went back, or is another one. */
export function forgetServer(db: Database): void {
  run(db, 'DELETE FROM local_server_segment');
  run(db, 'DELETE FROM local_server_file');
}
