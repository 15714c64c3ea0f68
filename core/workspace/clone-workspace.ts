import { chmodSync, cpSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve as absolute, join, relative } from 'node:path';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { openDatabase } from '../../db/open.ts';
import { writeSetting } from '../../db/queries/ledger.ts';
import { forgetServer } from '../../db/queries/sync.ts';
import { run } from '../../db/sql.ts';
import { refuse } from '../../shared/fault.ts';
import { append } from '../ledger/append.ts';
import { sealOpen } from '../ledger/seal.ts';
import { createWorkspaceFolder } from './folder.ts';
import { databaseKeyHex } from './keyring.ts';
import type { LocalDevice, OpenWorkspace } from './open-workspace.ts';

/**
 * Enrols a new device in this copy's ledger, then copies the folder for it. Both copies accept each other's entries
 * from then on; the new one writes under its own device, so the two never use the same numbers.
 */
export function cloneWorkspace(
  ws: OpenWorkspace,
  target: string,
  deviceName: string | undefined,
): LocalDevice {
  const device: LocalDevice = {
    id: ws.ports.ids.next(),
    name: deviceName ?? `${hostname()} copy`,
    incarnation: '1',
  };
  if (!relative(ws.paths.dir, absolute(target)).startsWith('..')) {
    refuse({
      code: 'invalid-input',
      detail: 'A copy cannot stand inside the workspace it is made of.',
      where: target,
    });
  }
  const paths = createWorkspaceFolder(target);
  try {
    append(ws, 'device.enrol@1', [
      {
        record: `device:${device.id}`,
        field: 'about',
        value: { name: device.name, member: ws.secrets.member, publicKey: '' },
      },
    ]);
    sealOpen(ws);
    ws.db.prepare('VACUUM INTO ?').run(paths.database);
    chmodSync(paths.database, 0o600);
    cpSync(ws.paths.vault, paths.vault, { recursive: true, preserveTimestamps: true });
    makeItsOwn(ws, paths.database, device);
    // Last, as when a workspace is created: without its key file the folder is no workspace.
    cpSync(ws.paths.keys, join(paths.dir, relative(ws.paths.dir, ws.paths.keys)));
    return device;
  } catch (error) {
    rmSync(paths.dir, { recursive: true, force: true });
    throw error;
  }
}

function makeItsOwn(ws: OpenWorkspace, file: string, device: LocalDevice): void {
  const db = openDatabase(file, databaseKeyHex(ws.keyring), { migrations: MIGRATIONS });
  try {
    writeSetting(db, 'device', JSON.stringify(device));
    run(db, "DELETE FROM local_setting WHERE key LIKE 'seed:%' OR key LIKE 'sync.%'");
    forgetServer(db);
    // Its bundles are numbered anew: it is another device.
    run(db, 'DELETE FROM local_courier_sent');
  } finally {
    db.close();
  }
}
