import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../../../shared/fault.ts';
import { syncFolder } from '../../workspace/folder-io.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';

const KEPT = 5;
const NAME = /^before-courier-.*\.db$/;

/**
 * Copies the database aside as it is now, encrypted under the same key; the last few are kept. The vault needs no
 * copy: nothing is ever changed in it, and what entries name stays.
 */
export function backUp(ws: OpenWorkspace): string {
  const { backups } = ws.paths;
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const at = new Date(ws.now()).toISOString().replaceAll(':', '-');
  const file = free(join(backups, `before-courier-${at}`));
  try {
    ws.db.prepare('VACUUM INTO ?').run(file);
    chmodSync(file, 0o600);
    const descriptor = openSync(file, 'r+');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    syncFolder(backups);
  } catch (error) {
    rmSync(file, { force: true });
    return refuse({
      code: 'unavailable',
      what: 'backup',
      detail: error instanceof Error ? error.message : 'it cannot be written',
      remedy: 'Nothing was taken in. Make room on the disk, then try again.',
    });
  }
  const old = readdirSync(backups)
    .filter((name) => NAME.test(name))
    .sort()
    .slice(0, -KEPT);
  for (const name of old) rmSync(join(backups, name), { force: true });
  return file;
}

function free(stem: string): string {
  for (let n = 1; ; n += 1) {
    const file = n === 1 ? `${stem}.db` : `${stem}-${n}.db`;
    if (!existsSync(file)) return file;
  }
}
