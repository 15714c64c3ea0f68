import { z } from 'zod';
import type { Database } from '../../../db/driver.ts';
import { dropSetting, readSetting, writeSetting } from '../../../db/queries/ledger.ts';
import { NOTHING_READ } from '../../../shared/sync/server-order.ts';
import { Receipt } from '../../../shared/sync/wire.ts';

/** Where this copy stands with its server. Kept in the encrypted database; a new server begins it anew. */
const Place = z.object({
  read: z.object({ epoch: z.string(), sequence: z.int(), root: z.string() }),
  receipt: Receipt.nullable(),
  /** The newest receipt that another copy has shown in a segment. */
  witness: Receipt.nullable(),
  /** Receipts up to this number are known to be of before the server went back. */
  mendedTo: z.int().nonnegative(),
  /** What happened that a person should know, newest last. */
  notices: z.array(z.object({ at: z.string(), what: z.enum(['went-back', 'exchanged', 'rewritten']) })),
});
export type Place = z.infer<typeof Place>;

const KEY = 'sync.place';

export function readPlace(db: Database): Place {
  const text = readSetting(db, KEY);
  return text === undefined
    ? { read: NOTHING_READ, receipt: null, witness: null, mendedTo: 0, notices: [] }
    : Place.parse(JSON.parse(text));
}

export function writePlace(db: Database, place: Place): void {
  writeSetting(db, KEY, JSON.stringify(place));
}

export function dropPlace(db: Database): void {
  dropSetting(db, KEY);
}
