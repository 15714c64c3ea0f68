import type { Migration } from '../migrate.ts';
import * as m0001 from './0001-ledger-and-projection.ts';

/** All migrations in order; shipped ones are frozen. */
export const MIGRATIONS: readonly Migration[] = [m0001];
