import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemPorts } from '../../../../core/ports.ts';
import type { WorkspacePaths } from '../../../../core/workspace/folder.ts';
import { newKeyring, StoredKeyring, storedKeyring } from '../../../../core/workspace/keyring.ts';
import { openVault } from '../../../../core/workspace/vault.ts';
import { filesUnder, removeWorkspace, temporaryWorkspace } from './workspace-fixture.ts';

let paths: WorkspacePaths;
beforeEach(() => {
  paths = temporaryWorkspace();
});
afterEach(() => removeWorkspace(paths));

const core = resolve(import.meta.dirname, '../../../../core');

/** Another process that takes contents in until it is killed, and says the hash of each once it is in the vault. */
async function takeUntilKilled(setup: object, afterMs: number): Promise<string[]> {
  const script = `
    import { createReadStream, writeFileSync } from 'node:fs';
    import { randomBytes } from 'node:crypto';
    import { systemPorts } from ${JSON.stringify(join(core, 'ports.ts'))};
    import { StoredKeyring } from ${JSON.stringify(join(core, 'workspace/keyring.ts'))};
    import { openVault } from ${JSON.stringify(join(core, 'workspace/vault.ts'))};
    const { paths, keyring, source } = JSON.parse(process.argv[1]);
    const vault = openVault(paths, StoredKeyring.parse(keyring), systemPorts);
    console.log('ready');
    for (let round = 0; ; round++) {
      writeFileSync(source, randomBytes(1 + ((round * 700_001) % 3_000_000)));
      const taken = await (round % 2 ? vault.takeFromPath(source) : vault.takeFromStream(createReadStream(source)));
      console.log(taken.sha256);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(setup)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const hashes: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), afterMs);
    else hashes.push(line);
  }
  await exited;
  return hashes;
}

test('a process killed while it takes evidence in leaves whole files and nothing that is not cleaned up', async () => {
  const keyring = newKeyring(systemPorts.random);
  const setup = { paths, keyring: storedKeyring(keyring), source: join(paths.dir, '..', 'source') };
  const vault = openVault(paths, StoredKeyring.parse(storedKeyring(keyring)), systemPorts);
  const done: string[] = [];
  let abandoned = 0;
  for (const afterMs of [15, 40, 75, 120, 180]) {
    done.push(...(await takeUntilKilled(setup, afterMs)));
    abandoned += readdirSync(paths.incoming).length;
    expect(vault.sweep(new Set(done), 3_600_000).abandoned).toBeLessThanOrEqual(2);
    expect(readdirSync(paths.incoming)).toEqual([]);
    for (const sha256 of done) expect(await vault.verify(sha256)).toBeNull();
  }
  expect(done.length).toBeGreaterThan(0);
  expect(abandoned).toBeGreaterThan(0);
  vault.sweep(new Set(done), 0);
  expect(filesUnder(paths.vault)).toHaveLength(new Set(done).size);
});

test('a vault that lost power between a write and its rename takes the same content in again', async () => {
  const keyring = newKeyring(systemPorts.random);
  const vault = openVault(paths, keyring, systemPorts);
  const bytes = randomBytes(1000);
  writeFileSync(join(paths.incoming, 'cut.part'), bytes.subarray(0, 500));
  expect(await vault.put(bytes)).toMatchObject({ added: true });
  vault.sweep(new Set([createHash('sha256').update(bytes).digest('hex')]), 0);
  expect(readdirSync(paths.incoming)).toEqual([]);
});
