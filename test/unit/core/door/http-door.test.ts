import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpDoor } from '../../../../core/door/http-door.ts';
import { createCore } from '../../../../core/index.ts';
import type { Core } from '../../../../core/root.ts';
import { unhushed } from '../../../../renderer/state/connection.ts';
import { QUIET_REFUSALS } from '../../../../shared/contract/quiet-refusal.ts';

let home: string;
let core: Core;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bindery-door-'));
  core = await createCore({ shell: 'test', home });
});
afterAll(async () => {
  await core.close();
  await rm(home, { recursive: true, force: true });
});

/** Asks to unlock a folder in which there is no workspace. */
function refused(headers: Readonly<Record<string, string>>): Promise<Response> {
  const body = JSON.stringify({ json: { dir: join(home, 'none'), passphrase: 'lantern kelp' } });
  return httpDoor(core)(
    new Request('http://localhost/rpc/workspace/unlock', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    }),
  );
}

describe('a refusal', () => {
  test('has its own status for every client', async () => {
    const answer = await refused({});
    expect([answer.status, answer.headers.get('x-bindery-status')]).toEqual([404, null]);
  });

  test('comes quietly to a page that asks for it, which then reads the same refusal', async () => {
    const quiet = await refused({ [QUIET_REFUSALS.name]: QUIET_REFUSALS.value });
    expect(quiet.status).toBe(200);
    const read = unhushed(quiet);
    expect([read.status, await read.json()]).toEqual([404, await (await refused({})).json()]);
  });
});
