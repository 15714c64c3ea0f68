import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WorkspacePaths } from '../../../../core/workspace/folder.ts';
import { takeLock } from '../../../../core/workspace/lock.ts';
import { faultOf, removeWorkspace, temporaryWorkspace } from './workspace-fixture.ts';

let paths: WorkspacePaths;
const started: ChildProcess[] = [];
beforeEach(() => {
  paths = temporaryWorkspace();
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  removeWorkspace(paths);
});

const lockModule = resolve(import.meta.dirname, '../../../../core/workspace/lock.ts');

/** Another process that takes the lock and stays; it says `held` or the code of its refusal. */
async function startHolder(): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    import { takeLock } from ${JSON.stringify(lockModule)};
    try { takeLock(${JSON.stringify(paths.lock)}); console.log('held'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.fault.code); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: dirname(lockModule),
  });
  started.push(child);
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

describe('one process at a time has a workspace open', () => {
  test('another process is refused at once, and let in after a release', async () => {
    const lock = takeLock(paths.lock);
    const refused = await startHolder();
    expect(refused.said).toBe('in-use');
    lock.release();
    const { child, said } = await startHolder();
    expect(said).toBe('held');
    const before = performance.now();
    expect(await faultOf(() => takeLock(paths.lock))).toEqual({ code: 'in-use' });
    expect(performance.now() - before).toBeLessThan(500);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  test('a process that is killed leaves nothing to clean up', async () => {
    for (let round = 0; round < 3; round++) {
      const { child, said } = await startHolder();
      expect(said).toBe('held');
      child.kill('SIGKILL');
      await once(child, 'exit');
      takeLock(paths.lock).release();
    }
  });

  test('this same process is refused as well', async () => {
    const lock = takeLock(paths.lock);
    expect(await faultOf(() => takeLock(paths.lock))).toEqual({ code: 'in-use' });
    lock.release();
    lock.release();
    takeLock(paths.lock).release();
  });

  test('a damaged lock file keeps nobody out', async () => {
    writeFileSync(paths.lock, 'not a lock file at all '.repeat(100));
    const lock = takeLock(paths.lock);
    expect(await faultOf(() => takeLock(paths.lock))).toEqual({ code: 'in-use' });
    lock.release();
  });

  test('nothing is written beside the lock file', () => {
    const lock = takeLock(paths.lock);
    expect(readdirSync(paths.dir).sort()).toEqual(['incoming', 'lock', 'vault']);
    lock.release();
  });
});
