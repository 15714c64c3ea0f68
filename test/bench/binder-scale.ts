import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCore } from '../../core/index.ts';
import { bigCatalog } from '../support/big-catalog.ts';
import type { Bench } from './benches.ts';
import type { Figures } from './report.ts';

const MEGA = 1024 * 1024;
const PASSPHRASE = 'a passphrase for the bench';
const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 };
const CONTROLS = 1189;
/** One entry holds two million letters, and the notes of the long binder are long. */
const AT_ONCE = 500;
const FILES = Number(process.env.BINDERY_BENCH_FILES ?? 1000);
const PRINTED = 1000;
const NOTE = 'Looked at the records of the period and found them whole. ';

/** What `cli/node.mjs` runs the product with. */
const AS_STARTED = ['--max-semi-space-size=4'];

/** What a workspace holds of which a binder is made. */
export interface Size {
  readonly name: string;
  readonly subjects: readonly string[];
  /** How often the note says what it says, which is what makes pages. */
  readonly length: number;
  readonly files: number;
  /** Bytes of each file; a megabyte where nothing is said. */
  readonly bytes?: number;
}

const PAGES: Size = {
  name: 'pages',
  subjects: Array.from({ length: 10 }, (_, n) => `Site ${n + 1}`),
  length: 24,
  files: 50,
};
const SIZES: readonly Size[] = [
  { name: 'evidence', subjects: [], length: 6, files: FILES },
  { name: 'bytes', subjects: [], length: 6, files: FILES, bytes: 4 * MEGA },
  PAGES,
];

interface Done {
  readonly ms: number;
  readonly peakMb: number;
  readonly pages?: number;
}

/** One piece of work in a process of its own. */
async function once(...words: string[]): Promise<Done> {
  const child = fileURLToPath(new URL('binder-child.ts', import.meta.url));
  const flags = words[0] === 'compose' ? AS_STARTED : [];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, child, ...words], {
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Done;
}

/** The better of two runs, since what disturbs a run only makes it slower; the larger of their peaks. */
async function measured(...words: string[]): Promise<Done> {
  const [one, other] = [await once(...words), await once(...words)];
  const better = one.ms <= other.ms ? one : other;
  return { ...better, peakMb: Math.max(one.peakMb, other.peakMb) };
}

/** What composing one binder takes, by itself; of the thousands of pages where no size is given. */
export async function composedOnce(dir: string, size: Size = PAGES): Promise<Done> {
  const workspace = join(dir, size.name);
  await fill(dir, workspace, size);
  return once('compose', workspace, join(dir, `${size.name}.pdf`), PASSPHRASE);
}

/** The binder of 1,189 controls: with a thousand pieces of evidence, and with thousands of pages. */
export const binderAtScale: Bench = {
  name: `binders of ${CONTROLS} controls with ${FILES} files, and of thousands of pages`,
  async run(dir) {
    const rows: Figures[] = [];
    let smaller: number | null = null;
    for (const size of SIZES) {
      const workspace = join(dir, size.name);
      await fill(dir, workspace, size);
      const figures = await compared(dir, workspace, size);
      // The same records with larger files: the two peaks stand side by side.
      const beside = size.bytes === undefined ? '' : `, beside a peak of ${smaller} MB with files of 1 MB`;
      rows.push(...figures.map((one) => ({ ...one, what: one.what + beside })));
      smaller ??= figures[0]?.peakMb ?? null;
      rmSync(workspace, { recursive: true, force: true });
    }
    return rows;
  },
};

async function fill(
  dir: string,
  workspace: string,
  { subjects, length, files, bytes = MEGA }: Size,
): Promise<void> {
  const core = await createCore({ shell: 'test', home: `${workspace}-home`, cost: CHEAP });
  const { client: api } = core;
  await api.workspace.create({ name: 'w', member: 'Ada', passphrase: PASSPHRASE, dir: workspace });
  const catalog = join(dir, 'catalog.json');
  writeFileSync(catalog, bigCatalog(CONTROLS));
  const { files: taken } = await api.frameworks.import({ files: [{ path: catalog }], dryRun: false });
  const frameworks = taken.flatMap(({ framework }) => (framework === null ? [] : [framework.id]));
  await api.engagements.create({ name: 'E', frameworks, subjects: [...subjects] });
  const labels = Array.from({ length: CONTROLS }, (_, n) => `G${Math.floor(n / 40)}-${(n % 40) + 1}`);
  for (let from = 0; from < CONTROLS; from += AT_ONCE)
    for (const subject of subjects.length === 0 ? [undefined] : subjects)
      await api.assessments.setMany({
        controls: labels.slice(from, from + AT_ONCE),
        result: 'satisfied',
        note: NOTE.repeat(length),
        ...(subject === undefined ? {} : { subject }),
      });
  for (let n = 0; n < files; n += 1) {
    const file = join(dir, `e${n}.bin`);
    writeFileSync(file, randomBytes(bytes));
    const [subject] = subjects;
    await api.evidence.add({
      files: [{ path: file }],
      together: false,
      links: [{ control: labels[n % CONTROLS] ?? '', ...(subject === undefined ? {} : { subject }) }],
    });
    rmSync(file);
  }
  await core.close();
}

async function compared(
  dir: string,
  workspace: string,
  { name, files, bytes = MEGA }: Size,
): Promise<Figures[]> {
  const out = join(dir, `${name}.pdf`);
  const ours = await measured('compose', workspace, out, PASSPHRASE);
  const pages = ours.pages ?? 0;
  const what = `binder of ${pages} pages with ${files} files of ${bytes / MEGA} MB`;
  const figures = (floorName: string, floor: Done): Figures => ({
    what,
    unit: 'pages',
    amount: pages,
    ours: [ours.ms],
    floorName: `${floorName} (peak ${floor.peakMb} MB)`,
    floor: [floor.ms],
    peakMb: ours.peakMb,
  });
  const rows: Figures[] = [];
  // pdfkit takes minutes for what is larger, and ends at 2 GiB.
  if (bytes === MEGA) {
    const bare = join(dir, 'bare.pdf');
    const floor = await measured('bare', bare, String(pages), String(files));
    rows.push(figures('pdfkit alone, as many pages and MB', floor));
    rmSync(bare, { force: true });
  }
  if (name === 'evidence') {
    const print = await measured('print', join(dir, 'print.pdf'), String(PRINTED));
    rows.push(figures(`${PRINTED} such pages printed by Chromium, without attachments`, print));
  }
  // Beyond 2 GiB there are volumes beside the first.
  const volumes = readdirSync(dir).filter((file) => file.startsWith(name) && file.endsWith('.pdf'));
  const written = volumes.map((file) => join(dir, file));
  if (name !== 'pages') {
    const hash = await measured('hash', ...written);
    const bytes = written.reduce((sum, file) => sum + statSync(file).size, 0);
    rows.push(figures(`SHA-256 of its ${Math.round(bytes / MEGA)} MB`, hash));
  }
  for (const file of written) rmSync(file);
  return rows;
}
