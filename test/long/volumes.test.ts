import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { judgeSets, type SetReport } from '../../shared/domain/volumes.ts';
import { sha256Hex } from '../support/binder-model.ts';
import { runTool } from '../support/outside-tools.ts';
import { memberSigner } from '../support/signers.ts';
import { asReviewer, type Disk, emptyDisk, OWN_CATALOG, twoMembers } from '../support/whole-way.ts';

let disk: Disk;
const contents = new Map<string, Buffer>();
const FILES = ['Audit volume 2 of 3.pdf', 'Audit volume 3 of 3.pdf', 'Audit.pdf'];

beforeAll(async () => {
  disk = emptyDisk();
  await twoMembers(disk);
  await disk.done('import', ['ws', OWN_CATALOG]);
  await disk.done('engagement new', ['ws', '--name', 'Audit', '--framework', 'Harbour controls']);
  for (const name of ['a.bin', 'b.bin', 'c.bin', 'd.bin']) {
    contents.set(name, randomBytes(310_000));
    disk.write(name, contents.get(name) ?? '');
  }
  disk.write('tape.bin', randomBytes(900_000));
  const files = [...contents.keys(), 'tape.bin'];
  for (const name of files) await disk.done('evidence add', ['ws', name, '--control', 'AC-1']);
  await disk.done('assess', ['ws', 'AC-1', '--result', 'satisfied']);
  await disk.done('sign', ['ws', 'control', 'AC-1', '--as', 'preparer']);
  for (const folder of ['set', 'other']) {
    mkdirSync(disk.path(folder));
    const told = await compose(`${folder}/Audit.pdf`);
    expect(told).toMatchObject({ code: 0 });
  }
}, 240_000);
afterAll(() => disk.remove());

const compose = (out: string, ...more: string[]) =>
  disk.run(['binder', 'ws', '--out', out, '--volume-size', '1MiB', ...more]);

const pdfsIn = (folder: string) => readdirSync(disk.path(folder)).sort();

interface Verified {
  readonly files: readonly VerifyReport[];
  readonly sets: readonly SetReport[];
}

async function verify(...files: string[]): Promise<{ code: number | null; value: Verified }> {
  const { code, value } = await disk.run(['verify', ...files]);
  return { code, value: value as unknown as Verified };
}

/** A copy of the set to do something to. */
function copyOf(name: string): string {
  mkdirSync(disk.path(name));
  for (const file of FILES) copyFileSync(disk.path('set', file), disk.path(name, file));
  return name;
}

const problems = ({ sets }: Verified) =>
  sets.flatMap((set) => set.problems.map(({ code, where }) => `${code} @ ${where}`));

it('a binder beyond the volume size is written as several, and names what fits into none', async () => {
  expect(pdfsIn('set')).toEqual(FILES);
  const { value } = await compose('set/Audit.pdf', '--force');
  expect(value).toMatchObject({
    volumes: [
      { volume: 2, attachments: 3 },
      { volume: 3, attachments: 3 },
    ],
    manifest: { omitted: [{ kind: 'file', reason: 'too-large', bytes: 900_000 }] },
  });
  expect(pdfsIn('set')).toEqual(FILES);
});

it('each volume is a signed PDF for other programs, and its files come out byte for byte', async () => {
  const found = new Set<string>();
  for (const name of FILES) {
    const file = disk.path('set', name);
    expect((await runTool('pdfsig', file)).output).toContain('Signature is Valid');
    expect((await runTool('pdfsig', file)).output).toContain('Total document signed');
    expect((await runTool('qpdf', '--check', file)).code).toBe(0);
    const out = disk.path(`out of ${name}`);
    mkdirSync(out);
    await runTool('pdfdetach', '-saveall', '-o', out, file);
    for (const one of readdirSync(out)) found.add(sha256Hex(readFileSync(join(out, one))));
  }
  expect([...contents.values()].filter((bytes) => !found.has(sha256Hex(bytes)))).toEqual([]);
});

it('verifying the folder or the files in any order says that the set is whole', async () => {
  const folder = await verify('set');
  expect(folder).toMatchObject({ code: 0, value: { sets: [{ whole: true, of: 3, problems: [] }] } });
  const [two = '', three = '', one = ''] = FILES.map((name) => join('set', name));
  const files = await verify(three, one, two);
  expect(files).toMatchObject({ code: 0, value: { sets: [{ whole: true, files: [one, two, three] }] } });
});

it('the first volume alone is not put into a bag, which would hold none of the evidence', async () => {
  const bagged = await disk.run(['binder', 'bag', join('set', FILES[2] ?? ''), '--out', 'bag']);
  expect(bagged).toMatchObject({
    code: 1,
    fault: { code: 'invalid-input', detail: expect.stringContaining('is in 3 volumes') },
  });
});

it('a volume verified alone is valid, and says that it is not all', async () => {
  const { code, value } = await verify(join('set', FILES[0] ?? ''));
  expect(code).toBe(3);
  expect(value.files[0]).toMatchObject({ verdict: 'valid-unknown-signer', set: { volume: 2, of: 3 } });
  expect(value.files[0]?.notProven.join(' ')).toContain('Verify all of them together');
  expect(problems(value)).toEqual(['volume-missing @ volume 1']);
});

it('names the volume that is missing', async () => {
  const folder = copyOf('missing');
  rmSync(disk.path(folder, FILES[1] ?? ''));
  const { code, value } = await verify(folder);
  expect([code, problems(value)]).toEqual([3, ['volume-missing @ volume 3']]);
});

it('names the first volume where a crash left the others alone, as they get their names before it', async () => {
  const folder = copyOf('headless');
  rmSync(disk.path(folder, FILES[2] ?? ''));
  const { code, value } = await verify(folder);
  expect(value.files.map(({ verdict }) => verdict)).not.toContain('invalid');
  expect(value.sets).toMatchObject([
    { whole: false, of: 3, files: [null, expect.anything(), expect.anything()] },
  ]);
  expect([code, problems(value)]).toEqual([3, ['volume-missing @ volume 1']]);
  // Nobody else signed what was left behind, so the next export takes its place.
  expect(await compose(`${folder}/Audit.pdf`)).toMatchObject({ code: 0 });
  expect(await verify(folder)).toMatchObject({ code: 0, value: { sets: [{ whole: true }] } });
});

it('finds a volume of another export of the same records in its place', async () => {
  const folder = copyOf('swapped');
  copyFileSync(disk.path('other', FILES[0] ?? ''), disk.path(folder, FILES[0] ?? ''));
  const { code, value } = await verify(folder);
  expect(value.files.map(({ verdict }) => verdict)).not.toContain('invalid');
  expect([code, problems(value)]).toEqual([3, ['volume-missing @ volume 2', 'volume-foreign @ volume 2']]);
});

it('takes no volume for another, whatever its file is called', async () => {
  const folder = copyOf('renamed');
  const [two, three] = [disk.path(folder, FILES[0] ?? ''), disk.path(folder, FILES[1] ?? '')];
  renameSync(two, `${two}.aside`);
  renameSync(three, two);
  renameSync(`${two}.aside`, three);
  const { code, value } = await verify(folder);
  expect(code).toBe(0);
  expect(value.sets[0]?.files.map((file) => basename(file ?? ''))).toEqual([FILES[2], FILES[1], FILES[0]]);
});

it('finds a volume that was altered', async () => {
  const folder = copyOf('altered');
  const file = disk.path(folder, FILES[1] ?? '');
  const bytes = readFileSync(file);
  const at = bytes.indexOf(contents.values().next().value?.subarray(0, 32) ?? '');
  const place = at > 0 ? at : bytes.length >> 1;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const { code, value } = await verify(folder);
  expect(code).toBe(3);
  expect(problems(value)).toContain('volume-altered @ volume 3');
});

it('finds a volume that somebody else signed in the preparer’s place, and one they made with other files', async () => {
  const folder = copyOf('resigned');
  const file = disk.path(folder, FILES[0] ?? '');
  const { set } = await verifyBinder(file);
  writeFileSync(file, readFileSync(file).subarray(0, set?.composed.bytes));
  const mallory = memberSigner('Ada');
  const more = { appearance: { lines: [] }, reason: 'I prepared this binder', capacityText: 'Preparer' };
  await signPdf(file, {
    field: 'Preparer',
    signer: mallory.signer,
    at: new Date(),
    certification: true,
    ...more,
  });
  const { code, value } = await verify(folder);
  expect(value.files.map(({ verdict }) => verdict)).not.toContain('invalid');
  expect([code, problems(value)]).toEqual([3, ['volume-signer @ volume 2']]);
  const reports = await Promise.all(FILES.map((name) => verifyBinder(disk.path('set', name))));
  const forged = reports.map((report) =>
    report.set?.volume === 2
      ? { ...report, set: { ...report.set, manifest: sha256Hex('other files') } }
      : report,
  );
  expect(judgeSets(reports)).toMatchObject([{ whole: true }]);
  expect(judgeSets(forged)).toMatchObject([{ whole: false, problems: [{ code: 'volume-altered' }] }]);
});

it('stays whole when a volume is countersigned', async () => {
  const folder = copyOf('countersigned');
  for (const name of FILES.slice(1))
    expect(
      await disk.run(['countersign', join(folder, name), '--workspace', 'ws'], asReviewer),
    ).toMatchObject({ code: 0 });
  const { code, value } = await verify(folder);
  expect([code, problems(value)]).toEqual([0, []]);
});

it('leaves nothing of a set where one of its files cannot be written', async () => {
  mkdirSync(disk.path('blocked', FILES[1] ?? ''), { recursive: true });
  const refused = await compose('blocked/Audit.pdf');
  expect(refused).toMatchObject({ code: 1, fault: { code: 'invalid-input' } });
  expect(pdfsIn('blocked')).toEqual([FILES[1]]);
  rmSync(disk.path('blocked', FILES[1] ?? ''), { recursive: true });
  expect(await compose('blocked/Audit.pdf')).toMatchObject({ code: 0 });
  expect(pdfsIn('blocked')).toEqual(FILES);
});

it('refuses a size that is none, too small or beyond the format', async () => {
  for (const [size, code] of [
    ['many', 2],
    ['100KiB', 1],
    ['10GiB', 1],
  ] as const)
    expect((await disk.run(['binder', 'ws', '--out', 'x.pdf', '--volume-size', size])).code).toBe(code);
});
