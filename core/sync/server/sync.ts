import { countConflicts } from '../../../db/queries/history.ts';
import { type JobContext, UNWATCHED } from '../../jobs.ts';
import { noteRecoveries } from '../../members/former-passphrases.ts';
import { frameworkBlobs, namedContents, type OpenWorkspace } from '../../workspace/open-workspace.ts';
import type { SyncServer } from './api.ts';
import type { Exchanged } from './exchange.ts';
import { fetchFiles, offerFiles } from './exchange-files.ts';
import { exchangeSegments } from './exchange-segments.ts';

/** What one meeting with the server did. */
export interface Synced extends Exchanged {
  readonly files: { readonly sent: number; readonly received: number; readonly bytes: number };
  /** Evidence the ledger names that neither this copy nor the server has yet. */
  readonly missing: number;
  /** Files that the server gave and that were not what the ledger names. */
  readonly damaged: number;
  readonly conflicts: number;
}

/**
 * Meets the server once: entries both ways, then evidence both ways, small before large. Files of frameworks travel
 * before the entries that build on them, so that no copy shows half a framework.
 */
export async function syncOnce(
  ws: OpenWorkspace,
  server: SyncServer,
  job: JobContext = UNWATCHED,
): Promise<Synced> {
  const files = { sent: 0, received: 0, bytes: 0 };
  const got = { damaged: 0 };
  const fetch = async (contents: Iterable<string>) => {
    const moved = await fetchFiles(ws, server, contents, job);
    files.received += moved.files;
    files.bytes += moved.bytes;
    got.damaged += moved.damaged;
  };
  const offer = async (contents: Iterable<string>) => {
    const names = [...contents].flatMap((sha256) => ws.vault.namesOf(sha256));
    const moved = await offerFiles(ws, server, names, job);
    files.sent += moved.files;
    files.bytes += moved.bytes;
  };
  await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
  const exchanged = await exchangeSegments(
    ws,
    server,
    {
      beforeApply: async (named) => {
        await fetch(named);
        await ws.loadFrameworks(named);
      },
      beforePush: () => offer(frameworkBlobs(ws.db).blobs),
      apply: (receive) => noteRecoveries(ws, receive),
    },
    job,
  );
  const named = namedContents(ws.db);
  await offer(named);
  await fetch(named);
  const missing = [...named].filter((sha256) => !ws.vault.has(sha256)).length;
  return { ...exchanged, files, missing, damaged: got.damaged, conflicts: countConflicts(ws.db) };
}
