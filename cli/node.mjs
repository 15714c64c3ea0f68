// Plain JavaScript that any Node from 20 on can read.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first Node release line that runs TypeScript as it stands and the database driver. */
export const NODE_MAJOR = 24;

/** Whether the Node that runs this can run Bindery. */
export function runsHere() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
}

/** The Node that `npm ci` put beside Bindery for this platform, or null. */
export function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', `node-${platform}-${process.arch}`, 'bin', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return null;
  }
}
