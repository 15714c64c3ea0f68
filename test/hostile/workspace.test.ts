import {
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemPorts } from '../../core/ports.ts';
import { sealAndClose } from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import type { LedgerReport } from '../../shared/contract/proof.ts';
import { tell } from '../../shared/fault-sentences.ts';
import {
  faultOf,
  finish,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../support/workspaces.ts';

let test: TestWorkspace;
/** The workspace as it was before somebody damaged it. */
let sound: string;

beforeAll(async () => {
  test = await makeEngagement();
  await test.api.evidence.add({ files: [{ path: test.file('kept.txt', 'kept '.repeat(1000)) }] });
  await test.api.workspace.lock();
  sound = join(test.home, 'sound');
  cpSync(test.dir, sound, { recursive: true });
}, 60_000);

beforeEach(async () => {
  await test.api.workspace.lock();
  rmSync(test.dir, { recursive: true });
  cpSync(sound, test.dir, { recursive: true });
});

afterAll(() => test.close());

const keys = () => join(test.dir, 'keys.json');
const database = () => join(test.dir, 'workspace.db');

function rewrite(file: string, change: (bytes: Buffer) => Uint8Array | string): void {
  writeFileSync(file, change(readFileSync(file)));
}

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

const unlock = () => test.api.workspace.unlock({ dir: test.dir, passphrase: passphraseOf(OWNER) });

const DAMAGE: readonly [string, () => void, string][] = [
  ['a key file of no bytes', () => writeFileSync(keys(), ''), 'corrupt'],
  ['a key file that is no JSON', () => writeFileSync(keys(), 'not json'), 'corrupt'],
  ['a key file of somebody else', () => writeFileSync(keys(), '{"format":"other"}'), 'corrupt'],
  ['a key file cut short', () => rewrite(keys(), (bytes) => bytes.subarray(0, bytes.length / 2)), 'corrupt'],
  ['a key file without slots', () => rewrite(keys(), (bytes) => withoutSlots(bytes)), 'corrupt'],
  ['a missing key file', () => rmSync(keys()), 'corrupt'],
  ['a missing database', () => rmSync(database()), 'corrupt'],
  ['a database of no bytes', () => truncateSync(database(), 0), 'corrupt'],
  ['a database cut to one page', () => truncateSync(database(), 4096), 'corrupt'],
  ['a database cut in a page', () => truncateSync(database(), 40_000 + 17), 'corrupt'],
  ['a database with a changed first byte', () => rewrite(database(), (bytes) => flip(bytes, 0)), 'corrupt'],
  ['a database that is a text', () => writeFileSync(database(), 'x'.repeat(100_000)), 'corrupt'],
];

function withoutSlots(bytes: Buffer): string {
  return JSON.stringify({ ...JSON.parse(bytes.toString()), slots: [] });
}

describe('a damaged workspace', () => {
  it.each(DAMAGE)(
    'with %s is refused, left as it is, and opens again once that is put right',
    async (_, damage, code) => {
      damage();
      const before = contents(test.dir);
      const fault = await faultOf(unlock());
      expect(fault.code).toBe(code);
      const { happened, remedy } = tell(fault);
      expect(happened).toMatch(/\.$/);
      expect(remedy).not.toBe('');
      expect(contents(test.dir)).toEqual(before);
      for (const file of ['keys.json', 'workspace.db']) copyFileSync(join(sound, file), join(test.dir, file));
      expect((await unlock()).workspace.name).toBe('Payroll');
    },
  );

  it('whose database has a changed page says so instead of showing what is not there', async () => {
    const size = readFileSync(database()).length;
    for (let at = 4096 * 3 + 100; at < size; at += 4096 * 5) rewrite(database(), (bytes) => flip(bytes, at));
    const fault = await faultOf(async () => {
      await unlock();
      const { job } = await test.api.ledger.verify({ rebuild: true });
      for await (const seen of await test.api.jobs.watch({ job })) {
        if (seen.state === 'failed') throw Object.assign(new Error('failed'), { data: seen.fault });
      }
    });
    expect(fault.code).toBe('corrupt');
  });

  it('of a newer Bindery is refused with both numbers, and not a byte of it changes', async () => {
    const open = await unlockWorkspace(systemPorts, { dir: test.dir, passphrase: passphraseOf(OWNER) });
    open.db.pragma('user_version = 999');
    sealAndClose(open);
    const before = contents(test.dir);
    expect(await faultOf(unlock())).toMatchObject({ code: 'newer-schema', found: 999 });
    expect(contents(test.dir)).toEqual(before);
  });

  it('with a changed piece of evidence opens, names the damage when it is read, and keeps the rest', async () => {
    const vault = readdirSync(join(test.dir, 'vault'), { recursive: true, withFileTypes: true });
    const stored = vault.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    // The evidence is the one file of about its size; nothing in its name tells.
    const [evidence = '', ...others] = stored.filter((file) => Math.abs(statSync(file).size - 5100) < 150);
    expect(others).toEqual([]);
    rewrite(evidence, (bytes) => flip(bytes, bytes.length - 1));
    await unlock();
    const { rows } = await test.api.evidence.list({ limit: 5 });
    const out = join(test.home, 'never');
    const fault = await faultOf(test.api.evidence.export({ evidence: rows[0]?.id ?? '', out }));
    expect(fault.code).toBe('corrupt');
    expect(readdirSync(out)).toEqual([]);
    expect((await test.api.workspace.info()).counts).toMatchObject({ controls: 4, evidence: 1 });
  });

  it('with every stored file damaged still opens, and verifying the ledger names each of them', async () => {
    const vault = readdirSync(join(test.dir, 'vault'), { recursive: true, withFileTypes: true });
    const stored = vault.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of stored) rewrite(file, (bytes) => flip(bytes, bytes.length - 1));
    await unlock();
    expect((await test.api.controls.list({ limit: 10 })).total).toBe(4);
    const report = (await finish(test.api, test.api.ledger.verify({ rebuild: true }))) as LedgerReport;
    expect(report.intact).toBe(false);
    expect(report.problems.filter((problem) => problem.code === 'content-damaged')).toHaveLength(
      stored.length,
    );
  });

  it('without its vault still opens, and says what is missing when it is asked for', async () => {
    rmSync(join(test.dir, 'vault'), { recursive: true });
    const fault = await faultOf(async () => {
      await unlock();
      const { rows } = await test.api.evidence.list({ limit: 5 });
      await test.api.evidence.export({ evidence: rows[0]?.id ?? '', out: join(test.home, 'never2') });
    });
    expect(['not-found', 'corrupt']).toContain(fault.code);
  });
});

/** Every file of the folder with its bytes; the lock is nobody's data, and tries are counted beside it. */
function contents(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const own = files.filter((file) => !/^(lock|attempts\.json|.*-shm|.*-wal)$/.test(file.name));
  return Object.fromEntries(
    own.map((file) => [file.name, readFileSync(join(file.parentPath, file.name)).toString('base64')]),
  );
}
