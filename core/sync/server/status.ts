import { countConflicts } from '../../../db/queries/history.ts';
import { countHeld, countUnsealed } from '../../../db/queries/ledger.ts';
import { countForServer } from '../../../db/queries/sync.ts';
import { get } from '../../../db/sql.ts';
import type { SyncDevice, SyncStatus } from '../../../shared/contract/sync.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import type { BackgroundSync } from './background.ts';
import { connectedServer, demandConnection, readConnection, readLastTries } from './connection.ts';
import { pinned } from './http-server.ts';
import { readPlace } from './place.ts';

/** How this copy stands with its server, as far as it knows without asking. */
export function syncStatus(ws: OpenWorkspace, background: BackgroundSync): SyncStatus {
  const connection = readConnection(ws.db);
  return {
    workspace: ws.workspace,
    connection:
      connection === null
        ? null
        : {
            url: connection.url,
            serverKeyId: pinned(connection.serverKey).id,
            since: connection.since,
            proxy: connection.proxy,
            paused: connection.paused,
          },
    metered: background.metered,
    running: background.running,
    ...readLastTries(ws.db),
    toSend: connection === null ? { segments: 0, entries: 0 } : countForServer(ws.db),
    waiting: countHeld(ws.db, 'waiting'),
    quarantined: countHeld(ws.db, 'quarantine') + setAside(ws),
    conflicts: countConflicts(ws.db),
    unsealed: countUnsealed(ws.db),
    notices: readPlace(ws.db).notices,
  };
}

function setAside(ws: OpenWorkspace): number {
  return get<{ n: number }>(ws.db, "SELECT count(*) n FROM entry WHERE state = 'quarantine'")?.n ?? 0;
}

/** The devices the server lets in; asks it. */
export async function syncDevices(ws: OpenWorkspace): Promise<{ devices: SyncDevice[] }> {
  const { device } = demandConnection(ws.db);
  const server = connectedServer(ws);
  try {
    const rows = await server.devices();
    return { devices: rows.map((row) => ({ ...row, here: row.id === device.id })) };
  } finally {
    server.close();
  }
}

/** Ends a device's access to the server. Members are shut out of the ledger itself by their role. */
export async function revokeDevice(ws: OpenWorkspace, id: string): Promise<{ devices: SyncDevice[] }> {
  const server = connectedServer(ws);
  try {
    await server.revoke(id);
  } finally {
    server.close();
  }
  return syncDevices(ws);
}
