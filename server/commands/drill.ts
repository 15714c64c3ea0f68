import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_ROOT, nextRoot } from '../../shared/sync/wire.ts';
import { blobFile } from '../blobs/folder-store.ts';
import { type Client, withOwner } from '../database/driver.ts';
import { startEmbedded } from '../database/embedded.ts';
import { migrate } from '../database/migrate.ts';
import { MIGRATIONS } from '../database/migrations/index.ts';
import { ServerFault } from '../fault.ts';
import { sha256 } from '../ledger/receipts.ts';
import { readBackup } from './backup.ts';
import { type Command, text } from './command.ts';

/**
 * Restores a backup into a PostgreSQL that is thrown away, and proves it: every segment hashes to its id, every workspace's
 * root follows from its segments, and every vault file of the rows is in the folder of copied files, byte for byte.
 */
export const drill: Command = async (given) => {
  const source = text(given, 'in');
  const files = typeof given.values.files === 'string' ? given.values.files : null;
  const folder = await mkdtemp(join(tmpdir(), 'bindery-drill-'));
  await chmod(folder, 0o711);
  const own = await startEmbedded(
    join(folder, 'postgres'),
    createHash('sha256').update(folder).digest('hex'),
  );
  try {
    const proof = await withOwner(own.url, async (owner) => {
      await migrate(owner, MIGRATIONS, new Date());
      await readBackup(owner, source);
      return prove(owner, files);
    });
    console.log(
      `The backup holds: ${proof.workspaces} workspaces, ${proof.segments} segments, ${proof.files} vault files` +
        `${files === null ? ' (not looked at: no --files)' : ', all as they were'}.`,
    );
    return 0;
  } finally {
    await own.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

export async function prove(
  owner: Client,
  files: string | null,
): Promise<{ workspaces: number; segments: number; files: number }> {
  const spaces = await owner.query<{ tenant: string; id: string; counter: string; root: string }>(
    'SELECT tenant, id, counter, root FROM workspace',
  );
  let segments = 0;
  for (const space of spaces.rows) segments += await proveWorkspace(owner, space);
  const { rows: blobs } = await owner.query<{
    tenant: string;
    workspace: string;
    name: string;
    sha256: string;
  }>('SELECT tenant, workspace, name, sha256 FROM blob');
  for (const blob of files === null ? [] : blobs) {
    const hash = createHash('sha256');
    try {
      for await (const piece of createReadStream(blobFile(files ?? '', blob))) hash.update(piece as Buffer);
    } catch {
      throw new ServerFault(`The vault file ${blob.name} is missing.`);
    }
    if (hash.digest('hex') !== blob.sha256) throw new ServerFault(`The vault file ${blob.name} was changed.`);
  }
  return { workspaces: spaces.rows.length, segments, files: blobs.length };
}

async function proveWorkspace(
  owner: Client,
  space: { readonly tenant: string; readonly id: string; readonly counter: string; readonly root: string },
): Promise<number> {
  let [root, sequence] = [FIRST_ROOT, 0];
  for (;;) {
    const { rows } = await owner.query<{ sequence: string; id: string; root: string; body: Buffer }>(
      'SELECT sequence, id, root, body FROM segment WHERE tenant = $1 AND workspace = $2 AND sequence > $3 ORDER BY sequence LIMIT 100',
      [space.tenant, space.id, sequence],
    );
    if (rows.length === 0) break;
    for (const row of rows) {
      sequence += 1;
      root = nextRoot(sha256, root, row.id);
      const isSo =
        Number(row.sequence) === sequence &&
        row.root === root &&
        Buffer.from(sha256(row.body)).toString('hex') === row.id;
      if (!isSo)
        throw new ServerFault(`Segment ${sequence} of workspace ${space.id} is not what was pushed.`);
    }
  }
  if (root !== space.root || sequence !== Number(space.counter)) {
    throw new ServerFault(`Workspace ${space.id} lacks segments after ${sequence}.`);
  }
  return sequence;
}
