import type { Database } from './driver.ts';
import { drizzle } from './drizzle.ts';
import * as schema from './schema.ts';

const builders = new WeakMap<Database, ReturnType<typeof make>>();

function make(db: Database) {
  return drizzle({ client: db, schema });
}

/** The typed query builder over a connection, for reads whose filters vary. */
export function query(db: Database): ReturnType<typeof make> {
  let builder = builders.get(db);
  if (builder === undefined) {
    builder = make(db);
    builders.set(db, builder);
  }
  return builder;
}

/** A text as a LIKE pattern that finds it anywhere; `%` and `_` in it stand for themselves (ESCAPE '\'). */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
}
