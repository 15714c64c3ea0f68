import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCore } from '../../core/index.ts';
import { bigCatalog } from './big-catalog.ts';
import { inspect, runAndKill, WHOLE } from './kill-run.ts';
import { dice } from './replicas.ts';

const PASSPHRASE = 'kill me in the middle';
const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 };

/** Kills an import, an intake and a binder this many times each, at moments drawn from the seed. */
export function killSuite(times: number, seed: number): void {
  describe('a process that is killed -9 in the middle', () => {
    const roll = dice(seed);
    let root = '';
    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), 'bindery-kill-'));
    });
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    async function workspace(name: string, controls: number): Promise<string> {
      const dir = join(root, name);
      const catalog = join(root, `${name}.json`);
      writeFileSync(catalog, bigCatalog(controls));
      const core = await createCore({ shell: 'test', home: root, cost: CHEAP });
      await core.client.workspace.create({ name, member: 'Ada', passphrase: PASSPHRASE, dir });
      if (controls > 0) {
        const { files } = await core.client.frameworks.import({ files: [{ path: catalog }], dryRun: false });
        const framework = files[0]?.framework?.id ?? '';
        await core.client.engagements.create({ name: 'E', frameworks: [framework], subjects: [] });
        await core.client.assessments.setMany({ controls: ['G0-1', 'G0-2', 'G0-3'], result: 'satisfied' });
      }
      await core.close();
      return dir;
    }

    it(`of an import leaves all of it or nothing (${times} times)`, { timeout: 900_000 }, async () => {
      const dir = await workspace('import', 0);
      const seen = { before: 0, after: 0 };
      let controls = 0;
      // The first run is left alone: it says how long the work takes, and the kills fall anywhere within that.
      let fullRun = 0;
      for (let n = 0; n < times; n += 1) {
        const file = join(root, `import-${n}.json`);
        writeFileSync(file, bigCatalog(1200, `Edition ${n} of the rule stands.`));
        const whole = await runAndKill(['import', dir, file, PASSPHRASE], n === 0 ? null : roll(fullRun));
        if (n === 0) fullRun = whole.after;
        const left = await inspect(dir, PASSPHRASE);
        expect(left).toMatchObject(WHOLE);
        expect(left.counts.controls % 1200).toBe(0);
        expect(left.counts.controls - controls).toSatisfy((more: number) => more === 0 || more === 1200);
        if (whole.finished) expect(left.counts.controls - controls).toBe(1200);
        seen[left.counts.controls === controls ? 'before' : 'after'] += 1;
        controls = left.counts.controls;
      }
      console.log(
        `import killed ${times} times: ${seen.before} found nothing of it, ${seen.after} all of it`,
      );
    });

    it(`of an evidence intake leaves a whole record with its file, or nothing (${times} times)`, {
      timeout: 900_000,
    }, async () => {
      const dir = await workspace('evidence', 40);
      const seen = { before: 0, after: 0 };
      let evidence = 0;
      let fullRun = 0;
      for (let n = 0; n < times; n += 1) {
        const file = join(root, `evidence-${n}.bin`);
        writeFileSync(file, randomBytes(24_000_000));
        const run = await runAndKill(['evidence', dir, file, PASSPHRASE], n === 0 ? null : roll(fullRun));
        if (n === 0) fullRun = run.after;
        const left = await inspect(dir, PASSPHRASE);
        expect(left).toMatchObject(WHOLE);
        expect(left.counts.files).toBe(left.counts.evidence);
        seen[left.counts.evidence === evidence ? 'before' : 'after'] += 1;
        evidence = left.counts.evidence;
        rmSync(file);
      }
      console.log(
        `intake killed ${times} times: ${seen.before} found nothing of it, ${seen.after} all of it`,
      );
    });

    it(`of a binder leaves a whole signed file or none (${times} times)`, { timeout: 900_000 }, async () => {
      const dir = await workspace('binder', 1200);
      const out = join(root, 'binders');
      mkdirSync(out);
      const seen = { before: 0, after: 0 };
      let binders = 0;
      let fullRun = 0;
      for (let n = 0; n < times; n += 1) {
        const file = join(out, `b${n}.pdf`);
        const run = await runAndKill(['binder', dir, file, PASSPHRASE], n === 0 ? null : roll(fullRun));
        if (n === 0) fullRun = run.after;
        const left = await inspect(dir, PASSPHRASE);
        expect(left).toMatchObject(WHOLE);
        if (left.counts.binders > binders) expect(existsSync(file)).toBe(true);
        seen[left.counts.binders === binders ? 'before' : 'after'] += 1;
        binders = left.counts.binders;
        if (existsSync(file)) await expectValid(root, file);
        expect(readdirSync(out).filter((name) => !name.endsWith('.pdf'))).toEqual([]);
      }
      console.log(
        `binder killed ${times} times: ${seen.before} not recorded, ${seen.after} recorded; files: ${readdirSync(out).length}`,
      );
    });
  });
}

async function expectValid(home: string, file: string): Promise<void> {
  const core = await createCore({ shell: 'test', home });
  const { job } = await core.client.binders.verify({ file: { path: file }, trust: [] });
  for await (const state of await core.client.jobs.watch({ job })) {
    if (state.state !== 'running')
      expect(state).toMatchObject({ state: 'done', result: { verdict: 'valid-unknown-signer' } });
  }
  await core.close();
}
