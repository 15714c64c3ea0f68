import { createHash } from 'node:crypto';
import type { Database } from '../driver.ts';
import { run } from '../sql.ts';

/** What the full-text index holds of one record. */
export interface SearchText {
  readonly label: string;
  readonly title: string;
  readonly body: string;
}

/**
 * A record's row in the full-text index, 48 bits of its name. The index finds rows by number at once; by kind and id
 * it would have to read all of them.
 */
function rowNumber(kind: string, id: string): number {
  return createHash('sha256').update(`${kind}:${id}`).digest().readUIntBE(0, 6);
}

/** Puts a record into the full-text index in place of what was there of it; null takes it out. */
export function index(db: Database, kind: string, id: string, text: SearchText | null): void {
  const row = rowNumber(kind, id);
  run(db, 'DELETE FROM search WHERE rowid = ?', row);
  if (text === null) return;
  const insert = 'INSERT INTO search (rowid, kind, id, label, title, body) VALUES (?, ?, ?, ?, ?, ?)';
  run(db, insert, row, kind, id, text.label, text.title, text.body);
}
