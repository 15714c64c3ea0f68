import type { Database } from '../../db/driver.ts';
import { type Cut, cutAt, makeScratch, replayingUpTo } from '../../db/projection/as-of.ts';
import { run } from '../../db/sql.ts';
import { breathing } from '../breathing.ts';
import { sha256 } from '../ledger/keys.ts';
import { frameworkBlobs, type OpenWorkspace, withScratchDatabase } from '../workspace/open-workspace.ts';

/**
 * Runs a query on the workspace as its ledger tells the end of a day: the entries up to then, replayed into a
 * database of their own by the same projection as ever. Clocks are as claimed. Others are let in while it replays.
 */
export async function withLedgerAsOf<T>(
  ws: OpenWorkspace,
  day: string,
  query: (db: Database, entries: number) => T | Promise<T>,
): Promise<T> {
  return withLedgerUpTo(ws, cutAt(ws.db, day), query);
}

/** The same on the entries up to a cut through the chains. */
export async function withLedgerUpTo<T>(
  ws: OpenWorkspace,
  cut: Cut,
  query: (db: Database, entries: number) => T | Promise<T>,
): Promise<T> {
  await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
  return withScratchDatabase(ws, async (db) => {
    makeScratch(db);
    run(db, 'BEGIN');
    const entries = await breathing(replayingUpTo(ws.db, cut, { db, sha256, framework: ws.framework }));
    run(db, 'COMMIT');
    return query(db, entries);
  });
}
