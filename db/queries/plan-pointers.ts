import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** Where the records stand that a line of a plan leads into, by the line's path and words. */
export type Pointers = ReadonlyMap<string, Pointer>;

export interface Pointer {
  /** The kind of the records right below the line; null where it was said of the record it stands on. */
  readonly kind: string | null;
  /** The line is the head of their table. */
  readonly table: boolean;
}

/**
 * The lines of a plan that only lead into records: a label that ends in a colon, or the head of a table. What follows
 * them stands in a register, so that printed alone they would be sentences without an end.
 */
export function pointersOf(db: Database, framework: string): Pointers {
  const rows = all<{ line: number; path: string; text: string | null; kind: string | null }>(
    db,
    `SELECT line, path, text, NULL kind FROM node_note WHERE framework = ?1
     UNION ALL SELECT json_extract(body, '$.line'), path, NULL, kind FROM plan_node WHERE framework = ?1
      ORDER BY 1, 3`,
    framework,
  );
  const pointers = new Map<string, Pointer>();
  for (const [at, { line, path, text }] of rows.entries()) {
    if (text === null) continue;
    const before = rows[at - 1];
    const next = rows[at + 1];
    const beside = before?.line === line && before.path === path;
    const below = !beside && next !== undefined && next.line - line <= 2 ? next : null;
    // The dashes between a table's head and its first row carry no words and are no line here.
    const table = below !== null && below.kind !== null && below.line - line === 2 && text.includes(' | ');
    const label = /[:：]$/.test(text) && below?.kind !== null;
    if (table || label) pointers.set(pointerKey(path, text), { kind: below?.kind ?? null, table });
  }
  return pointers;
}

export function pointerKey(path: string, text: string): string {
  return `${path}\n${text}`;
}
