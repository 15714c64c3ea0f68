import { createRequire } from 'node:module';

/** Drizzle, loaded as CommonJS for a quick start: see `db/drizzle.ts`. */
const require = createRequire(import.meta.url);

export type { SQL } from 'drizzle-orm';
export type { NodePgDatabase } from 'drizzle-orm/node-postgres';
export const { and, asc, count, DrizzleQueryError, desc, eq, gt, gte, inArray, isNull, lt, lte, sql } =
  require('drizzle-orm') as typeof import('drizzle-orm');
export const {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} = require('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core');
export const { drizzle } = require('drizzle-orm/node-postgres') as typeof import('drizzle-orm/node-postgres');
