import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Manifest, VerifyReport, VolumeManifest } from '../../shared/domain/binder.ts';
import { judgeSets } from '../../shared/domain/volumes.ts';
import { canonicalBytes, type Json } from '../../shared/ledger/canonical.ts';
import { finish, makeEngagement } from '../support/workspaces.ts';
import { makeSigner } from '../unit/core/binder/verify/signer.ts';
import { verifyBytes } from '../unit/core/binder/verify/verify.ts';
import { fileOf } from './contents.ts';
import { embedded, Pdf } from './pdf.ts';
import { unsigned } from './real-binder.ts';

const MANIFEST = 'manifest.json';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const mallory = makeSigner('Mallory');
let folder: string;
/** The volumes of a binder in three, and of another binder of the same state of the same work. */
let volumes: Buffer[];
let others: Buffer[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-forged-volumes-'));
  const { api, file, close } = await makeEngagement();
  const files = ['tape 1', 'tape 2'].map((name) => ({ path: file(`${name}.bin`, randomBytes(500_000)) }));
  await api.evidence.add({ files, links: [{ control: 'AC-1' }] });
  const composed = async (name: string): Promise<Buffer[]> => {
    mkdirSync(join(folder, name));
    await finish(api, api.binders.compose({ out: join(folder, name, 'Audit.pdf'), volumeBytes: 2 ** 20 }));
    const found = readdirSync(join(folder, name)).sort();
    return ['Audit.pdf', ...found.filter((one) => one !== 'Audit.pdf')].map((one) =>
      readFileSync(join(folder, name, one)),
    );
  };
  volumes = await composed('one');
  others = await composed('other');
  await close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const judge = async (files: readonly Buffer[]) => {
  const reports: VerifyReport[] = [];
  for (const [at, bytes] of files.entries())
    reports.push({ ...(await verifyBytes(bytes)), file: `file ${at + 1}` });
  return {
    verdicts: reports.map(({ verdict }) => verdict),
    sets: judgeSets(reports).map(({ whole, problems }) => ({
      whole,
      problems: problems.map(({ code, where }) => `${code} @ ${where}`),
    })),
  };
};

/** A volume with these files written over and its manifest as it is wanted, before anybody signed it. */
function rewritten<T>(bytes: Buffer, files: ReadonlyMap<string, Buffer>, edit: (manifest: T) => void): Pdf {
  const pdf = new Pdf(unsigned(bytes));
  const manifest = JSON.parse(fileOf(pdf, MANIFEST).toString('utf8')) as T;
  edit(manifest);
  const objects = [...files, [MANIFEST, Buffer.from(canonicalBytes(manifest as Json))] as const].map(
    ([name, content]) => [pdf.attachment(name).file, embedded(content)],
  );
  return pdf.update(Object.fromEntries(objects));
}

const signed = (pdf: Pdf): Buffer => pdf.sign(mallory, { field: 'Preparer' }).bytes;

/** A set of somebody’s own in which a further volume is what they like, and the first one lists it by its hashes. */
function forgedSet(second: Pdf): Buffer[] {
  const [first = Buffer.alloc(0), , third = Buffer.alloc(0)] = volumes;
  const manifest = sha256(fileOf(second, MANIFEST));
  const listing = rewritten<Manifest>(first, new Map(), ({ volumes: listed = [] }) => {
    Object.assign(listed[0] ?? {}, { manifest });
  });
  return [signed(listing), signed(second), signed(new Pdf(unsigned(third)).update({}))];
}

it('a set as it was composed is whole', async () => {
  const whole = { whole: true, problems: [] };
  const valid = volumes.map(() => 'valid-unknown-signer');
  expect(await judge(volumes)).toEqual({ verdicts: valid, sets: [whole] });
  expect((await judge([...volumes, ...others])).sets).toEqual([whole, whole]);
});

it('a further volume with another file than the first one lists there is named', async () => {
  const [, second = Buffer.alloc(0)] = volumes;
  const { files } = JSON.parse(fileOf(new Pdf(second), MANIFEST).toString('utf8')) as VolumeManifest;
  const [name = ''] = files.map((file) => file.name);
  const content = Buffer.from('nothing of the tape');
  const forged = rewritten<VolumeManifest>(second, new Map([[name, content]]), (manifest) => {
    for (const file of manifest.files)
      if (file.name === name) Object.assign(file, { sha256: sha256(content), bytes: content.length });
  });
  const found = await judge(forgedSet(forged));
  expect(found.sets).toEqual([{ whole: false, problems: ['volume-altered @ volume 2'] }]);
});

it('volumes of two binders of the same work are not taken for each other', async () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = volumes;
  const [, foreign = Buffer.alloc(0)] = others;
  expect((await judge([first, foreign, third])).sets).toEqual([
    { whole: false, problems: ['volume-missing @ volume 2', 'volume-foreign @ volume 2'] },
  ]);
  const told = signed(
    rewritten<VolumeManifest>(foreign, new Map(), (manifest) => {
      const own = JSON.parse(fileOf(new Pdf(second), MANIFEST).toString('utf8')) as VolumeManifest;
      manifest.binder = own.binder;
    }),
  );
  expect((await judge([first, told, third])).sets).toEqual([
    { whole: false, problems: ['volume-altered @ volume 2', 'volume-signer @ volume 2'] },
  ]);
});
