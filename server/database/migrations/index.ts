import type { Migration } from '../migrate.ts';
import begin from './0001-begin.ts';
import tenantsOwn from './0002-tenants-own.ts';

/** Every step in order. A shipped step never changes. */
export const MIGRATIONS: readonly Migration[] = [begin, tenantsOwn];
