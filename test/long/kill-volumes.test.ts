import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { createCore } from '../../core/index.ts';
import { judgeSets, volumeFile } from '../../shared/domain/volumes.ts';
import { bigCatalog } from '../support/big-catalog.ts';
import { inspect, runAndKill, WHOLE } from '../support/kill-run.ts';
import { dice } from '../support/replicas.ts';
import { CHEAP } from '../support/workspaces.ts';

const PASSPHRASE = 'kill me in the middle';
const TIMES = 20;
/** Two files fit into a volume, and the pages stand in the first one. */
const FILES = 6;
const VOLUMES = 4;

describe('a process that is killed -9 while it writes a binder in volumes', () => {
  const roll = dice(Number(process.env.BINDERY_SEED ?? Date.now()));
  let root = '';
  let dir = '';
  let binders = 0;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'bindery-kill-volumes-'));
    dir = join(root, 'w');
    const catalog = join(root, 'catalog.json');
    writeFileSync(catalog, bigCatalog(400));
    const core = await createCore({ shell: 'test', home: root, cost: CHEAP });
    const api = core.client;
    await api.workspace.create({ name: 'W', member: 'Ada', passphrase: PASSPHRASE, dir });
    const { files } = await api.frameworks.import({ files: [{ path: catalog }], dryRun: false });
    const framework = files[0]?.framework?.id ?? '';
    await api.engagements.create({ name: 'E', frameworks: [framework], subjects: [] });
    await api.assessments.setMany({ controls: ['G0-1', 'G0-2'], result: 'satisfied' });
    const tapes = Array.from({ length: FILES }, (_, n) => join(root, `tape ${n}.bin`));
    for (const tape of tapes) writeFileSync(tape, randomBytes(300_000));
    await api.evidence.add({ files: tapes.map((path) => ({ path })), links: [{ control: 'G0-1' }] });
    await core.close();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Kills one export, and says what it left. Whatever that is, nothing of it may be taken for more than it is. */
  async function killed(out: string, killAfter: number | null, named = '') {
    const run = await runAndKill(['volumes', dir, out, PASSPHRASE, named], killAfter);
    const left = await inspect(dir, PASSPHRASE);
    expect(left).toMatchObject(WHOLE);
    const recorded = left.counts.binders > binders;
    binders = left.counts.binders;
    const here = readdirSync(join(out, '..'));
    // What was not finished was removed when the workspace was opened.
    expect(here.filter((name) => !name.endsWith('.pdf'))).toEqual([]);
    const reports = [];
    for (const name of here) reports.push(await verifyBinder(join(out, '..', name)));
    // Each volume that has its name is one that is whole and signed.
    expect(reports.map(({ verdict }) => verdict)).toEqual(here.map(() => 'valid-unknown-signer'));
    const sets = judgeSets(reports.map((report, at) => ({ ...report, file: here[at] ?? '' })));
    expect(sets.map(({ whole }) => whole)).toEqual(here.length === 0 ? [] : [here.length === VOLUMES]);
    if (recorded || run.finished) expect(here).toHaveLength(VOLUMES);
    return { ...run, here, recorded };
  }

  const placeOf = (name: string) => {
    mkdirSync(join(root, name));
    return join(root, name, 'B.pdf');
  };
  /** The same command again, to the same place, over whatever the kill left there. */
  async function again(out: string): Promise<void> {
    const whole = await killed(out, null);
    expect([whole.finished, whole.recorded, whole.here.length]).toEqual([true, true, VOLUMES]);
  }

  it(`at any moment of it leaves a whole set, or none that is called one (${TIMES} times)`, async () => {
    const first = placeOf('first');
    const { after, here } = await killed(first, null);
    expect(here.sort()).toEqual(
      ['B.pdf', ...[2, 3, 4].map((volume) => volumeFile('B.pdf', volume, VOLUMES))].sort(),
    );
    const seen = { nothing: 0, some: 0, all: 0 };
    for (let n = 0; n < TIMES; n += 1) {
      const out = placeOf(`moment ${n}`);
      const left = await killed(out, roll(after));
      seen[left.here.length === 0 ? 'nothing' : left.here.length < VOLUMES ? 'some' : 'all'] += 1;
      if (n % 5 === 0) await again(out);
      rmSync(join(out, '..'), { recursive: true });
    }
    console.log(`volumes killed ${TIMES} times: ${JSON.stringify(seen)}`);
  });

  it.each([1, 2, 3, 4])('after %i of its four names were given leaves that many volumes', async (named) => {
    const out = placeOf(`named ${named}`);
    const left = await killed(out, null, String(named));
    expect(left).toMatchObject({ finished: false, recorded: false });
    expect(left.here).toHaveLength(named);
    // The first volume, which lists the others, gets its name last.
    expect(left.here.includes('B.pdf')).toBe(named === VOLUMES);
    await again(out);
  });

  it.each([1, 3])('over an earlier set after %i names leaves none that is called whole', async (named) => {
    const out = placeOf(`over ${named}`);
    await killed(out, null);
    await runAndKill(['volumes', dir, out, PASSPHRASE, String(named)], null);
    const here = readdirSync(join(out, '..')).filter((name) => name.endsWith('.pdf'));
    const reports = [];
    for (const name of here) reports.push({ ...(await verifyBinder(join(out, '..', name))), file: name });
    expect(judgeSets(reports).map(({ whole }) => whole)).toEqual([false]);
    await again(out);
  });
});
