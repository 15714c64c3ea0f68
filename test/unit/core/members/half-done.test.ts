import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { idsFrom, type Ports, systemPorts } from '../../../../core/ports.ts';
import { createWorkspace } from '../../../../core/workspace/create-workspace.ts';
import { type OpenWorkspace, sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { recoverWorkspace } from '../../../../core/workspace/recover-workspace.ts';
import {
  CHEAP,
  makeWorkspace,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let ws: TestWorkspace;
beforeEach(async () => {
  ws = await makeWorkspace();
  await ws.api.workspace.lock();
});
afterEach(() => ws.close());

/** Chance that gives out after so many draws: whichever step needs it then throws. */
function failingAfter(draws: number): Ports {
  let left = draws;
  const random = {
    bytes(count: number) {
      left -= 1;
      if (left < 0) throw new Error('out of chance');
      return systemPorts.random.bytes(count);
    },
  };
  return { clock: systemPorts.clock, random, ids: idsFrom(random) };
}

/** Files below a folder that this process has open, where the platform tells. */
function openBelow(dir: string): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${fd}`);
      return file.startsWith(dir) ? [file] : [];
    } catch {
      return [];
    }
  });
}

/** Tries with ever more chance until it comes through; answers how often it failed before. */
async function untilDone(
  run: (ports: Ports) => Promise<OpenWorkspace>,
  afterFailure: () => void,
): Promise<number> {
  for (let draws = 0; draws < 100; draws += 1) {
    const open = await run(failingAfter(draws)).catch((error: Error) => {
      expect(error.message).toBe('out of chance');
      return null;
    });
    if (open === null) afterFailure();
    else {
      sealAndClose(open);
      return draws;
    }
  }
  throw new Error('it never came through');
}

test('a workspace that fails to be created leaves nothing behind and nothing open, whichever step fails', async () => {
  const dir = join(ws.home, 'half');
  const failures = await untilDone(
    async (ports) =>
      (await createWorkspace(ports, { dir, name: 'Half', member: 'Ada', passphrase: 'x', cost: CHEAP })).open,
    () => {
      expect(existsSync(dir)).toBe(false);
      expect(openBelow(dir)).toEqual([]);
    },
  );
  expect(failures).toBeGreaterThan(5);
});

test('a recovery that fails changes nobody’s access and leaves nothing open, whichever step fails', async () => {
  const request = { dir: ws.dir, kit: ws.kit, passphrase: 'found again' };
  const failures = await untilDone(
    (ports) => recoverWorkspace(ports, request),
    () => expect(openBelow(ws.dir)).toEqual([]),
  );
  expect(failures).toBeGreaterThan(2);
  await ws.api.workspace.unlock({ dir: ws.dir, passphrase: 'found again' });
  expect((await ws.api.workspace.session())?.member.name).toBe(OWNER);
});

test('until a recovery came through, the old passphrase still opens', async () => {
  const request = { dir: ws.dir, kit: ws.kit, passphrase: 'found again' };
  await expect(recoverWorkspace(failingAfter(2), request)).rejects.toThrow('out of chance');
  await ws.api.workspace.unlock({ dir: ws.dir, passphrase: passphraseOf(OWNER) });
  expect((await ws.api.workspace.session())?.member.name).toBe(OWNER);
});
