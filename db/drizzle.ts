import { createRequire } from 'node:module';

/**
 * Drizzle, loaded as CommonJS. To load an ES module, Node reads the `exports` of its package again: drizzle's are 180 kB,
 * its modules over a hundred, and every start of the program waited half a second for that alone.
 */
const require = createRequire(import.meta.url);

export type { Column, SQL } from 'drizzle-orm';
export const { and, asc, count, desc, eq, exists, inArray, isNotNull, isNull, notExists, or, sql } =
  require('drizzle-orm') as typeof import('drizzle-orm');
export const { integer, primaryKey, sqliteTable, text } =
  require('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');
export const { drizzle } =
  require('drizzle-orm/better-sqlite3') as typeof import('drizzle-orm/better-sqlite3');
