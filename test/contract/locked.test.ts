import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safe } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { procedures } from '../../cli/procedures.ts';
import { DOORS, type Door } from '../support/doors.ts';
import { sampleInput } from '../support/sample-input.ts';

const CORE = new URL('../../core/index.ts', import.meta.url).href;
const guarded = procedures().filter(({ access }) => access !== 'open');

/** They read or write folders of this machine, which a page may not name. */
const TAKES_A_FOLDER = ['workspace.clone', 'evidence.export', 'ledger.export', 'ledger.import'];

describe.each(DOORS)('a locked core $name', (kind) => {
  let home: string;
  let door: Door;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'bindery-locked-'));
    door = await kind.open(CORE, home);
  });
  afterAll(async () => {
    await door.close();
    await rm(home, { recursive: true });
  });

  test('says so to every procedure that needs a workspace, unless a page may not call it at all', async () => {
    const answers = await Promise.all(
      guarded.map(async ({ path, area, verb, input }) => {
        const callable = Reflect.get(Reflect.get(door.client, area) as object, verb) as (
          given: unknown,
        ) => Promise<unknown>;
        const { error } = await safe(callable(sampleInput(input)));
        return [path, (error as { data?: { code?: string } } | null)?.data?.code ?? error];
      }),
    );
    const page = kind.name === 'over HTTP and a worker';
    expect(answers).toEqual(
      guarded.map(({ path }) => [path, page && TAKES_A_FOLDER.includes(path) ? 'forbidden' : 'locked']),
    );
  });

  test('still says what it is and that nobody works in it', async () => {
    expect(await door.client.system.about()).toMatchObject({ node: process.version });
    expect(await door.client.workspace.session()).toBeNull();
    expect(await door.client.jobs.list()).toEqual([]);
  });
});
