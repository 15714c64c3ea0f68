import type { Migration } from '../migrate.ts';
import begin from './0001-begin.ts';
import tenantsOwn from './0002-tenants-own.ts';
import people from './0003-people.ts';
import begunUploads from './0004-begun-uploads.ts';
import versionsOfAFile from './0005-versions-of-a-file.ts';
import admission from './0006-admission.ts';
import devicesThatAdminister from './0007-devices-that-administer.ts';

/** Every step in order. A shipped step never changes. */
export const MIGRATIONS: readonly Migration[] = [
  begin,
  tenantsOwn,
  people,
  begunUploads,
  versionsOfAFile,
  admission,
  devicesThatAdminister,
];
