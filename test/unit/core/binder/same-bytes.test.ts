import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileBytes } from '../../../../core/binder/verify/file-bytes.ts';
import { Findings } from '../../../../core/binder/verify/findings.ts';
import { openNewest, revisionEnds } from '../../../../core/binder/verify/versions.ts';
import { createCore } from '../../../../core/index.ts';
import { idsFrom, type Ports } from '../../../../core/ports.ts';
import { seededRandom } from '../../../support/random.ts';
import {
  CHEAP,
  finish,
  makeEngagement,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

const MEGA = 2 ** 20;
let work: TestWorkspace;
let now: number;

beforeAll(async () => {
  work = await makeEngagement({ Rita: 'reviewer' }, ['Payroll']);
  const { api } = work;
  const files = Array.from({ length: 5 }, (_, n) => ({
    path: work.file(`tape ${n}.bin`, randomBytes(300_000)),
  }));
  await api.evidence.add({ files, links: [{ control: 'AC-1' }], expires: '2031-01-31' });
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen the policy, all of it.' });
  await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: 'Two accounts are shared.' });
  for (const id of ['AC-1', 'AC-2']) await api.review.sign({ kind: 'assessment', id, as: 'preparer' });
  await (await work.as('Rita')).review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
  await work.as('Ada');
  await work.core.client.workspace.lock();
  now = Date.now() + 60_000;
});
afterAll(() => work.close());

/** What was there before anybody signed, of each file of a binder made in a copy of the workspace of its own. */
async function unsigned(name: string, more: Record<string, unknown>): Promise<Record<string, string>> {
  const home = join(work.home, name);
  mkdirSync(home);
  cpSync(work.dir, join(home, 'w'), { recursive: true });
  const chance = seededRandom(7);
  const random = {
    bytes: (count: number) => Buffer.from(Array.from({ length: count }, () => chance() * 256)),
  };
  const ports: Ports = { clock: { now: () => now }, random, ids: idsFrom(random) };
  const core = await createCore({ shell: 'test', home, cost: CHEAP, ports });
  try {
    await core.client.workspace.unlock({ dir: join(home, 'w'), passphrase: passphraseOf('Ada') });
    const out = join(home, 'out');
    mkdirSync(out);
    await finish(core.client, core.client.binders.compose({ out: join(out, 'B.pdf'), ...more }));
    const found: Record<string, string> = {};
    for (const file of readdirSync(out).sort()) found[file] = await composedHash(join(out, file));
    return found;
  } finally {
    await core.close();
  }
}

async function composedHash(path: string): Promise<string> {
  const file = await FileBytes.open(path);
  try {
    const view = await openNewest(file, new Findings());
    if (!view) throw new Error('it cannot be read');
    const ends = await revisionEnds(view);
    expect(ends).toHaveLength(1);
    const hash = createHash('sha256');
    for await (const chunk of file.chunks(0, ends.at(-1) ?? 0)) hash.update(chunk);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

test.each<[string, Record<string, unknown>, number]>([
  ['an ordinary binder', {}, 1],
  ['one for a customer, in Letter', { profile: 'customer', page: 'Letter' }, 1],
  ['a binder in volumes, the first and the further ones', { volumeBytes: MEGA }, 4],
])(
  '%s has the same bytes before it is signed, whoever makes it of the same state',
  async (name, more, count) => {
    const once = await unsigned(`${name} once`, more);
    const { TZ: zone = 'UTC' } = process.env;
    process.env.TZ = 'Pacific/Auckland';
    const again = await unsigned(`${name} again`, more).finally(() => {
      process.env.TZ = zone;
    });
    expect(Object.keys(once)).toHaveLength(count);
    expect(again).toEqual(once);
    const titled = await unsigned(`${name} titled`, { ...more, title: 'Another' });
    for (const [file, hash] of Object.entries(once)) expect([file, titled[file]]).not.toEqual([file, hash]);
  },
);
