import type { Migration } from '../migrate.ts';
import begin from './0001-begin.ts';

/** Every step in order. A shipped step never changes. */
export const MIGRATIONS: readonly Migration[] = [begin];
