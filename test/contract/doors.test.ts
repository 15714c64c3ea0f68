import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safe } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DOORS, type Door } from '../support/doors.ts';
import { MANY } from '../support/stand-in-core.ts';

const STAND_IN = new URL('../support/stand-in-core.ts', import.meta.url).href;

describe.each(DOORS)('the contract $name', (kind) => {
  let home: string;
  let door: Door;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'bindery-door-'));
    door = await kind.open(STAND_IN, home);
  });
  afterAll(async () => {
    await door.close();
    await rm(home, { recursive: true });
  });

  test('a value comes back whole', async () => {
    expect(await door.client.system.about()).toEqual({
      version: '0',
      shell: 'test',
      platform: 'none',
      node: '24',
      home: '/',
    });
  });

  test('a fault crosses as data with its own facts', async () => {
    const { error } = await safe(door.client.workspace.unlock({ dir: '/x', passphrase: 'no' }));
    expect(error).toMatchObject({
      code: 'FAULT',
      data: { code: 'wrong-key', attempts: 3, retryAfterSeconds: 8 },
    });
  });

  test('a procedure that needs an open workspace says that it is locked', async () => {
    const { error } = await safe(door.client.workspace.info());
    expect(error).toMatchObject({ code: 'FAULT', data: { code: 'locked' } });
  });

  test('input that does not fit the contract never reaches a handler', async () => {
    const { error } = await safe(door.client.jobs.watch({ job: '' }));
    expect(error).toMatchObject({
      code: 'FAULT',
      data: { code: 'invalid-input', where: 'job', detail: 'It is empty. Write something.' },
    });
  });

  test('a thousand wide rows arrive with their letters, dates and nulls', async () => {
    const { total, rows } = await door.client.records.list({ kind: 'control', limit: MANY });
    expect(total).toBe(MANY);
    expect(rows).toHaveLength(MANY);
    expect(rows.at(-1)).toEqual({
      id: `row-${MANY - 1}`,
      text: 'é𝄞'.repeat(100),
      at: new Date(0),
      none: null,
    });
  });

  test('a stream gives every step in order and then ends', async () => {
    const steps: unknown[] = [];
    for await (const state of await door.client.jobs.watch({ job: 'one' }))
      steps.push([state.state, state.done]);
    expect(steps).toEqual([
      ['running', 1],
      ['running', 2],
      ['running', 3],
      ['done', 3],
    ]);
  });

  test('a caller that goes away stops the stream at its source', async () => {
    const leave = new AbortController();
    const stream = await door.client.jobs.watch({ job: 'endless' }, { signal: leave.signal });
    await stream.next();
    leave.abort();
    await vi.waitFor(async () => expect((await door.client.jobs.list())[0]?.done).toBe(1), {
      timeout: 20_000,
    });
  });

  test('two callers are served at once', async () => {
    const leave = new AbortController();
    const stream = await door.client.jobs.watch({ job: 'endless' }, { signal: leave.signal });
    await stream.next();
    expect(await door.client.jobs.cancel({ job: 'other' })).toEqual({ cancelled: true });
    leave.abort();
  });
});
