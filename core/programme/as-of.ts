import type { Database } from '../../db/driver.ts';
import { cutAt, makeScratch, replayUpTo } from '../../db/projection/as-of.ts';
import { sha256 } from '../ledger/keys.ts';
import { frameworkBlobs, type OpenWorkspace, withScratchDatabase } from '../workspace/open-workspace.ts';

/**
 * Runs a query on the workspace as its ledger tells the end of a day: the entries up to then, replayed into a
 * database of their own by the same projection as ever. Clocks are as claimed.
 */
export async function withLedgerAsOf<T>(
  ws: OpenWorkspace,
  day: string,
  query: (db: Database, entries: number) => T,
): Promise<T> {
  await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
  return withScratchDatabase(ws, (db) => {
    makeScratch(db);
    const entries = db.transaction(() =>
      replayUpTo(ws.db, cutAt(ws.db, day), { db, sha256, framework: ws.framework }),
    )();
    return query(db, entries);
  });
}
