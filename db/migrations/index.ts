import type { Migration } from '../migrate.ts';
import * as m0001 from './0001-ledger-and-projection.ts';
import * as m0002 from './0002-unlinked.ts';
import * as m0003 from './0003-evidence-reference.ts';
import * as m0004 from './0004-programmes.ts';
import * as m0005 from './0005-countersignatures.ts';
import * as m0006 from './0006-house-style.ts';
import * as m0007 from './0007-sync.ts';
import * as m0008 from './0008-courier.ts';
import * as m0009 from './0009-places-of-acts.ts';
import * as m0010 from './0010-branches.ts';
import * as m0011 from './0011-heads-by-name.ts';
import * as m0012 from './0012-derived-hashes.ts';

/** All migrations in order; shipped ones are frozen. */
export const MIGRATIONS: readonly Migration[] = [
  m0001,
  m0002,
  m0003,
  m0004,
  m0005,
  m0006,
  m0007,
  m0008,
  m0009,
  m0010,
  m0011,
  m0012,
];
