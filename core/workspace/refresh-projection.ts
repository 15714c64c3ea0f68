import { replay } from '../../db/projection/rebuild.ts';
import { readSetting, writeSetting } from '../../db/queries/ledger.ts';
import { sha256 } from '../ledger/keys.ts';
import { reconsider } from '../ledger/reconsider.ts';
import { frameworkBlobs, type OpenWorkspace } from './open-workspace.ts';

/**
 * After a migration: this build may know actions the last one did not, and makes every row anew, since a projection
 * is never migrated. One transaction; a kill in the middle leaves the mark standing and the next opening does it again.
 */
export async function refreshProjection(ws: OpenWorkspace): Promise<void> {
  if (readSetting(ws.db, 'projection') !== 'stale') return;
  await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
  ws.db.transaction(() => {
    if (!reconsider(ws)) replay({ db: ws.db, sha256, framework: ws.framework });
    writeSetting(ws.db, 'projection', 'current');
  })();
}
