import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from '../../db/driver.ts';
import { dropSetting, writeSetting } from '../../db/queries/ledger.ts';
import { all } from '../../db/sql.ts';

const KEY = 'unfinished-binder:';
const nameOf = (id: string) => `.bindery-${id}.unsigned`;

/**
 * A binder or a piece of evidence that is being written stands outside the workspace, in the clear. Its place is noted
 * before the first byte, so that what a crash leaves is removed when the workspace is opened next.
 */
export function beginUnfinished(db: Database, id: string, out: string): string {
  writeSetting(db, `${KEY}${id}`, dirname(out));
  return join(dirname(out), nameOf(id));
}

/** Removes whatever is left of an unfinished file and forgets it. */
export function endUnfinished(db: Database, id: string, folder: string): void {
  for (const name of listed(folder))
    if (name.includes(nameOf(id))) rmSync(join(folder, name), { force: true });
  dropSetting(db, `${KEY}${id}`);
}

/** After a crash: removes what unfinished files left behind. */
export function sweepUnfinished(db: Database): void {
  const rows = all<{ key: string; value: string }>(
    db,
    `SELECT key, value FROM local_setting WHERE key LIKE '${KEY}%'`,
  );
  for (const { key, value } of rows) endUnfinished(db, key.slice(KEY.length), value);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The medium is not there now; nothing can be removed, and nobody can read it either.
    return [];
  }
}
