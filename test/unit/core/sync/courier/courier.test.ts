import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNWATCHED } from '../../../../../core/jobs.ts';
import { systemPorts } from '../../../../../core/ports.ts';
import { exportBundle } from '../../../../../core/sync/courier/export-bundle.ts';
import { unlockWorkspace } from '../../../../../core/workspace/unlock-workspace.ts';
import type { CourierReport, CourierVerification } from '../../../../../shared/contract/courier.ts';
import type { LedgerReport } from '../../../../../shared/contract/proof.ts';
import { type CopyHere, type CourierWorld, courierWorld, SECRET } from '../../../../support/courier-world.ts';
import { type Api, faultOf, finish, makeWorkspace, OWNER } from '../../../../support/workspaces.ts';

let world: CourierWorld;
let desk: CopyHere;
let laptop: CopyHere;
beforeEach(async () => {
  world = await courierWorld({ Ben: 'auditor' });
  desk = world.first;
  laptop = await world.begin('Laptop', 'Ben');
});
afterEach(() => world.close());

const assess = (api: Api, note: string, control = 'AC-1') => api.assessments.set({ control, note });
const noteOf = async (api: Api, control = 'AC-1') => {
  const { assessments } = await api.controls.get({ control, engagement: 'Audit 2026' });
  return assessments[0]?.note ?? null;
};
const one = ({ bundles }: { bundles: CourierReport[] }) => {
  expect(bundles).toHaveLength(1);
  return bundles[0] as CourierReport;
};
const conflicts = async (api: Api) => (await api.conflicts.list({})).rows;

async function expectWhole(api: Api): Promise<void> {
  const report = await finish<LedgerReport>(api, api.ledger.verify({ rebuild: true }));
  expect(report).toMatchObject({ intact: true, problems: [], rebuild: { differences: [] } });
}

/** The Laptop has told the Desk what it holds, so that bundles carry what is new and nothing else. */
async function introduce(): Promise<void> {
  await desk.take((await laptop.send('Desk')).files);
}

describe('bundles carry what the other side lacks', () => {
  it('a first one makes a whole copy, which joins as a device of its member', async () => {
    await expectWhole(laptop.api);
    await introduce();
    const { rows } = await desk.api.members.list();
    expect(rows.find((row) => row.name === 'Ben')?.devices.map((device) => device.name)).toEqual(['Laptop']);
    await expectWhole(desk.api);
  });

  it('and what is known to be there already stays out of the next', async () => {
    await introduce();
    await assess(desk.api, 'Seen on site');
    await desk.api.evidence.add({
      files: [{ path: world.source.file('photo.txt', 'a photo') }],
      links: [{ control: 'AC-1' }],
      together: true,
    });
    const sent = await desk.send('Laptop');
    expect(sent).toMatchObject({ number: 1, entries: 2, evidence: 1, empty: false, to: 'Laptop' });
    const report = one(await laptop.take(sent.files));
    expect(report).toMatchObject({
      verdict: 'new',
      taken: true,
      bundle: { from: { device: 'Desk', member: OWNER }, to: 'Laptop', number: 1 },
      content: { applied: 2, quarantined: 0, waiting: 0, files: 1, newConflicts: 0, differs: [] },
    });
    expect(await noteOf(laptop.api)).toBe('Seen on site');
    await expectWhole(laptop.api);
    await desk.take((await laptop.send('Desk')).files);
    expect(await desk.send('Laptop')).toMatchObject({ segments: 0, evidence: 0, empty: true });
  });

  it('sends a file again that the other side says its vault has not', async () => {
    await introduce();
    await desk.api.evidence.add({
      files: [{ path: world.source.file('photo.txt', 'a photo') }],
      links: [{ control: 'AC-1' }],
      together: true,
    });
    await laptop.take((await desk.send('Laptop')).files);
    await desk.take((await laptop.send('Desk')).files);
    // The file is lost on the laptop; its ledger still names it.
    const { rows } = await laptop.api.evidence.list({});
    const sha256 = rows[0]?.files[0]?.sha256 ?? '';
    const vault = join(laptop.dir, 'vault');
    const before = readdirSync(vault, { recursive: true }).length;
    await lose(laptop, sha256);
    expect(readdirSync(vault, { recursive: true }).length).toBeLessThan(before);
    await desk.take((await laptop.send('Desk')).files);
    const sent = await desk.send('Laptop');
    expect(sent).toMatchObject({ entries: 0, evidence: 1 });
    expect(one(await laptop.take(sent.files))).toMatchObject({ taken: true, content: { files: 1 } });
    await expectWhole(laptop.api);
  });

  it('for a member it carries what any of their devices may lack', async () => {
    await introduce();
    const tablet = await world.begin('Tablet', 'Ben', laptop);
    await desk.take((await laptop.send('Desk')).files);
    await assess(desk.api, 'To both');
    const { files } = await desk.send('Ben');
    expect(one(await laptop.take(files))).toMatchObject({ verdict: 'new', taken: true });
    expect(one(await tablet.take(files))).toMatchObject({ verdict: 'new', taken: true });
    expect([await noteOf(laptop.api), await noteOf(tablet.api)]).toEqual(['To both', 'To both']);
  });

  it('for a member who changed their passphrase in one copy, the other copy still opens it', async () => {
    await introduce();
    await laptop.api.members.changePassphrase({ current: 'Ben opens this', passphrase: 'another' });
    await assess(desk.api, 'Under the key of before');
    expect(one(await laptop.take((await desk.send('Laptop')).files)).verdict).toBe('not-for-you');
    await desk.take((await laptop.send('Desk')).files);
    expect(one(await laptop.take((await desk.send('Laptop')).files))).toMatchObject({ taken: true });
    expect(await noteOf(laptop.api)).toBe('Under the key of before');
  });
});

async function lose(copy: CopyHere, sha256: string): Promise<void> {
  const { openVault } = await import('../../../../../core/workspace/vault.ts');
  const { readKeyFile } = await import('../../../../../core/workspace/key-file.ts');
  const { openByPassphrase } = await import('../../../../../core/workspace/key-slots.ts');
  const { workspacePaths } = await import('../../../../../core/workspace/folder.ts');
  const { systemPorts } = await import('../../../../../core/ports.ts');
  const { rmSync } = await import('node:fs');
  const paths = workspacePaths(copy.dir);
  const [slot] = await openByPassphrase(readKeyFile(paths.keys), 'Ben opens this');
  if (slot === undefined) throw new Error('it does not open');
  const stored = openVault(paths, slot.keyring, systemPorts).stored(sha256);
  rmSync(stored?.path ?? '');
}

describe('a preview', () => {
  it('says from whom, what, and which conflicts there will be, and changes nothing', async () => {
    await introduce();
    await assess(desk.api, 'Here');
    await assess(laptop.api, 'There');
    const { files } = await desk.send('Laptop');
    const report = one(await laptop.take(files, { dryRun: true }));
    expect(report).toMatchObject({
      verdict: 'new',
      taken: false,
      content: {
        applied: 1,
        news: [{ what: 'Assessed', by: OWNER, count: 1 }],
        newConflicts: 1,
        conflicts: [
          {
            field: 'note',
            sides: expect.arrayContaining([
              expect.objectContaining({ value: 'Here', by: OWNER, device: 'Desk' }),
              expect.objectContaining({ value: 'There', by: 'Ben', device: 'Laptop' }),
            ]),
          },
        ],
      },
    });
    expect(await noteOf(laptop.api)).toBe('There');
    expect(await conflicts(laptop.api)).toEqual([]);
    expect(readdirSync(laptop.dir)).not.toContain('backups');
    expect(readdirSync(join(laptop.dir, 'incoming'))).toEqual([]);
    expect(one(await laptop.take(files))).toMatchObject({ taken: true, content: { newConflicts: 1 } });
    expect(await conflicts(laptop.api)).toHaveLength(1);
  });

  it('and taking in makes a copy of the database first, of which the last five stay', async () => {
    await introduce();
    for (let n = 0; n < 7; n += 1) {
      await assess(desk.api, `Note ${n}`);
      world.source.clock.ahead += 1000;
      laptop.test.clock.ahead += 1000;
      await laptop.take((await desk.send('Laptop')).files);
    }
    const kept = readdirSync(join(laptop.dir, 'backups'));
    expect(kept).toHaveLength(5);
    const [bytes] = kept.map((name) => readFileSync(join(laptop.dir, 'backups', name)).subarray(0, 15));
    expect(bytes?.toString('latin1')).not.toBe('SQLite format 3');
  });
});

describe('each thing that can be wrong with a bundle has a verdict of its own and harms nothing', () => {
  const state = async (api: Api) => JSON.stringify([await api.workspace.info(), await noteOf(api)]);
  /** Refused with this verdict, and everything is as it was. */
  async function expectRefused(
    files: readonly string[],
    verdict: string,
    at = laptop,
  ): Promise<CourierReport> {
    const before = await state(at.api);
    const report = one(await at.take(files));
    expect(report).toMatchObject({ verdict, taken: false, content: null });
    expect(await state(at.api)).toBe(before);
    return report;
  }

  beforeEach(introduce);

  it('a duplicate', async () => {
    await assess(desk.api, 'Once');
    const { files } = await desk.send('Laptop');
    await laptop.take(files);
    await expectRefused(files, 'duplicate');
  });

  it('a replayed one: another that bears a number that was used', async () => {
    const backup = readFileSync(join(desk.dir, 'workspace.db'));
    expect(backup.length).toBeGreaterThan(0);
    await assess(desk.api, 'One');
    const first = await desk.send('Laptop');
    await laptop.take(first.files);
    // The desk was restored from a backup: it counts again from where it was.
    await forgetSent(desk);
    await assess(desk.api, 'Two');
    const again = await desk.send('Laptop');
    expect(again.number).toBe(first.number);
    await expectRefused(again.files, 'replayed');
    expect(one(await laptop.take(again.files, { replayed: true, dryRun: true }))).toMatchObject({
      verdict: 'replayed',
      because: expect.not.stringContaining('take it in anyway'),
      content: { applied: 1 },
      taken: false,
    });
    expect(one(await laptop.take(again.files, { replayed: true }))).toMatchObject({ taken: true });
    expect(await noteOf(laptop.api)).toBe('Two');
  });

  it('reordered ones: what builds on a missing one waits, and follows when that comes', async () => {
    await assess(desk.api, 'One');
    const first = await desk.send('Laptop', { onlyNew: true });
    await assess(desk.api, 'Two');
    const second = await desk.send('Laptop', { onlyNew: true });
    expect(second.entries).toBe(1);
    expect(one(await laptop.take(second.files))).toMatchObject({
      verdict: 'gap',
      missing: [1],
      taken: true,
      content: { applied: 0, waiting: 1 },
    });
    expect((await laptop.api.courier.state()).devices.find((d) => d.name === 'Desk')).toMatchObject({
      missing: [1],
    });
    expect((await laptop.api.courier.state()).held).toMatchObject([{ state: 'waiting', device: 'Desk' }]);
    expect(one(await laptop.take(first.files))).toMatchObject({
      verdict: 'late',
      content: { applied: 2, waiting: 0 },
    });
    expect(await noteOf(laptop.api)).toBe('Two');
    expect((await laptop.api.courier.state()).held).toEqual([]);
    await expectWhole(laptop.api);
  });

  it('and named together, they are taken in their order', async () => {
    await assess(desk.api, 'One');
    const first = await desk.send('Laptop', { onlyNew: true });
    await assess(desk.api, 'Two');
    const second = await desk.send('Laptop', { onlyNew: true });
    const { bundles } = await laptop.take([...second.files, ...first.files]);
    expect(bundles.map(({ verdict, bundle }) => [verdict, bundle?.number])).toEqual([
      ['new', 1],
      ['new', 2],
    ]);
  });

  it('a lost one costs nothing where the next carries all that was never confirmed', async () => {
    await assess(desk.api, 'One');
    await desk.send('Laptop');
    await assess(desk.api, 'Two');
    const second = await desk.send('Laptop');
    expect(one(await laptop.take(second.files))).toMatchObject({ taken: true, content: { waiting: 0 } });
    expect(await noteOf(laptop.api)).toBe('Two');
  });

  it('one with a missing volume', async () => {
    await desk.api.evidence.add({
      files: [{ path: world.source.file('noise.bin', noise(300_000)) }],
      links: [{ control: 'AC-1' }],
      together: true,
    });
    const { files } = await desk.send('Laptop', { volumeBytes: 100_000 });
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(readFileSync(file).length).toBeLessThanOrEqual(100_000);
    const report = await expectRefused([files[2] as string, files[0] as string], 'missing-volume');
    expect(report.missing).toEqual([2, ...files.map((_, i) => i + 1).slice(3)]);
    // A head may say anything of how many there are: the sentence stays one.
    const bytes = readFileSync(files[0] as string);
    const head = bytes
      .subarray(0, 512)
      .toString()
      .replace(/"of":\d+/, '"of":10000')
      .slice(0, 512);
    const many = world.path('of-ten-thousand.age');
    writeFileSync(many, Buffer.concat([Buffer.from(head.padEnd(512)), bytes.subarray(512)]));
    const { because } = await expectRefused([many], 'missing-volume');
    expect(because).toBe(
      'Of 10000 volumes, volumes 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 9989 more are not here.',
    );
    expect(one(await laptop.take(files.toReversed()))).toMatchObject({ taken: true, content: { files: 1 } });
    await expectWhole(laptop.api);
  });

  it('one of another workspace', async () => {
    const other = await makeWorkspace({ Ben: 'auditor' });
    try {
      const out = world.path('foreign.age');
      await finish(other.api, other.api.courier.export({ for: 'Ben', passphrase: SECRET, out }));
      const before = await state(laptop.api);
      expect(one(await laptop.take([out], { passphrase: SECRET }))).toMatchObject({
        verdict: 'foreign',
        taken: false,
      });
      expect(await state(laptop.api)).toBe(before);
    } finally {
      await other.close();
    }
  });

  it('one that was tampered with, wherever', async () => {
    await desk.api.evidence.add({
      files: [{ path: world.source.file('noise.bin', noise(200_000)) }],
      links: [{ control: 'AC-1' }],
      together: true,
    });
    const { files } = await desk.send('Laptop');
    const bytes = readFileSync(files[0] as string);
    for (const at of [600, 5000, 70_000, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const file = world.path(`changed-${at}.age`);
      writeFileSync(file, changed);
      await expectRefused([file], 'tampered');
    }
  });

  it('one that was cut short, wherever', async () => {
    await desk.api.evidence.add({
      files: [{ path: world.source.file('noise.bin', noise(200_000)) }],
      links: [{ control: 'AC-1' }],
      together: true,
    });
    const { files } = await desk.send('Laptop');
    const bytes = readFileSync(files[0] as string);
    for (const length of [30, 200, 700, 20_000, 65_536 + 216, 150_000, bytes.length - 1]) {
      const file = world.path(`short-${length}.age`);
      writeFileSync(file, bytes.subarray(0, length));
      await expectRefused([file], 'truncated');
    }
  });

  it('a small one, too, that was cut short or changed', async () => {
    await assess(desk.api, 'Small');
    const { files } = await desk.send('Laptop');
    const bytes = readFileSync(files[0] as string);
    expect(bytes.length).toBeLessThan(65_536);
    const file = world.path('small.age');
    writeFileSync(file, bytes.subarray(0, -7));
    await expectRefused([file], 'truncated');
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expectRefused([file], 'tampered');
  });

  it('one for somebody else', async () => {
    await desk.api.members.add({ name: 'Cleo', role: 'auditor', passphrase: 'Cleo opens this' });
    await expectRefused((await desk.send('Cleo')).files, 'not-for-you');
  });

  it('one that this copy made itself', async () => {
    await expectRefused((await laptop.send('Ben')).files, 'own');
  });

  it('something else', async () => {
    const file = world.source.file('letter.txt', 'Dear all');
    await expectRefused([file], 'no-bundle');
    await expectRefused([world.source.file('empty', '')], 'no-bundle');
  });
});

const noise = (bytes: number) =>
  Buffer.from(Array.from({ length: bytes }, (_, i) => Math.imul(i, 2654435761) >>> 24));

/** The desk's own numbers as a restored backup would have them. */
async function forgetSent(copy: CopyHere): Promise<void> {
  const { MIGRATIONS } = await import('../../../../../db/migrations/index.ts');
  const { openDatabase } = await import('../../../../../db/open.ts');
  const { databaseKeyHex } = await import('../../../../../core/workspace/keyring.ts');
  const { readKeyFile } = await import('../../../../../core/workspace/key-file.ts');
  const { openByPassphrase } = await import('../../../../../core/workspace/key-slots.ts');
  const [slot] = await openByPassphrase(readKeyFile(join(copy.dir, 'keys.json')), `${OWNER} opens this`);
  if (slot === undefined) throw new Error('it does not open');
  await copy.api.workspace.lock();
  const db = openDatabase(join(copy.dir, 'workspace.db'), databaseKeyHex(slot.keyring), {
    migrations: MIGRATIONS,
  });
  db.exec('DELETE FROM local_courier_sent');
  db.close();
  await copy.api.workspace.unlock({ dir: copy.dir, passphrase: `${OWNER} opens this` });
}

describe('a member who says something about another’s device', () => {
  it('is heard for the entries and not believed about the device', async () => {
    await introduce();
    const before = (await desk.api.courier.state()).devices;
    await laptop.api.workspace.lock();
    const ben = await unlockWorkspace(systemPorts, { dir: laptop.dir, passphrase: 'Ben opens this' });
    const out = world.path('forged.age');
    try {
      await assess(desk.api, 'What Ben never saw');
      const tablet = await world.begin('Tablet', OWNER);
      await desk.take((await tablet.send('Desk')).files);
      const others = (await desk.api.courier.state()).devices.find((device) => device.name === 'Tablet');
      const pretending = { ...ben, device: { ...ben.device, id: others?.id ?? '' } };
      const to = { kind: 'device' as const, id: deskId(before), member: ownerId(before) };
      await exportBundle(pretending, { to, out, first: false, onlyNew: false }, UNWATCHED);
      expect(one(await desk.take([out]))).toMatchObject({ taken: true, content: { quarantined: 0 } });
      const after = (await desk.api.courier.state()).devices.find((device) => device.name === 'Tablet');
      expect(after).toEqual(others);
    } finally {
      ben.close();
    }
  });
});

const deskId = (devices: readonly { here: boolean; id: string }[]) =>
  devices.find(({ here }) => here)?.id ?? '';
const ownerId = (devices: readonly { here: boolean; member: { id: string } }[]) =>
  devices.find(({ here }) => here)?.member.id ?? '';

describe('without a workspace', () => {
  beforeEach(introduce);
  const verify = (file: string, passphrase?: string) =>
    finish<CourierVerification[]>(
      laptop.api,
      laptop.api.courier.verify({ files: [{ path: file }], ...(passphrase ? { passphrase } : {}) }),
    );

  it('a bundle with a passphrase is verified to the last byte', async () => {
    const { files } = await desk.send('Laptop', { passphrase: SECRET });
    const [file = ''] = files;
    const [report] = await verify(file, SECRET);
    expect(report).toMatchObject({
      verdict: 'valid-unknown-signer',
      signatures: [{ by: OWNER, valid: true, coversWholeFile: true }],
      problems: [],
    });
    const short = world.path('short.age');
    writeFileSync(short, readFileSync(file).subarray(0, -5));
    const [flawed] = await verify(short, SECRET);
    expect(flawed).toMatchObject({ verdict: 'invalid', problems: [{ code: 'truncated' }] });
    expect((await faultOf(verify(file, 'no'))).code).toBe('wrong-key');
  });

  it('one that is sealed to a key is not judged', async () => {
    const { files } = await desk.send('Laptop');
    expect((await faultOf(verify(files[0] as string))).code).toBe('unavailable');
  });
});

describe('a copy of the workspace is signed out and in', () => {
  it('and every copy shows who has it since when', async () => {
    await introduce();
    const { carried } = await desk.api.courier.carry({ device: 'Laptop', act: 'out', note: 'To the site' });
    expect(carried).toMatchObject({ act: 'out', holder: 'Ben', by: OWNER, note: 'To the site' });
    await laptop.take((await desk.send('Laptop')).files);
    await laptop.api.courier.carry({ device: 'Laptop', act: 'in', holder: 'Front office', note: '' });
    await desk.take((await laptop.send('Desk')).files);
    const { devices } = await desk.api.courier.state();
    expect(devices.find((device) => device.name === 'Laptop')?.carried).toMatchObject({
      act: 'in',
      holder: 'Front office',
      by: 'Ben',
    });
    await expectWhole(desk.api);
  });
});
