import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safe } from '@orpc/client';
import { expect, test, vi } from 'vitest';
import { CRASH } from '../support/crashing-core.ts';
import { DOORS } from '../support/doors.ts';

const CRASHING = new URL('../support/crashing-core.ts', import.meta.url).href;
const overHttp = DOORS.filter((door) => door.name === 'over HTTP and a worker');

test.each(overHttp)(
  'a core that crashes with a workspace open can open it again, whole: $name',
  async (kind) => {
    const home = await mkdtemp(join(tmpdir(), 'bindery-crash-'));
    const door = await kind.open(CRASHING, home);
    const passphrase = 'correct horse battery staple';
    const made = await door.client.workspace.create({ name: 'W', member: 'Ada', passphrase });
    await door.client.workspace.configure({ marking: 'Internal' });

    await safe(door.client.jobs.cancel({ job: CRASH }));
    await vi.waitFor(async () => expect(await door.client.workspace.session()).toBeNull(), {
      timeout: 20_000,
    });
    const { error } = await safe(door.client.workspace.info());
    expect(error).toMatchObject({ data: { code: 'locked' } });

    const session = await door.client.workspace.unlock({ dir: made.workspace.dir, passphrase });
    expect(session.workspace).toMatchObject({ name: 'W', marking: 'Internal' });
    await door.close();
    await rm(home, { recursive: true });
  },
);
