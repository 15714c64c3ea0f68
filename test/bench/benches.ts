import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { argon2id } from 'hash-wasm';
import PDFDocument from 'pdfkit';
import { createCore } from '../../core/index.ts';
import { connectPlain } from '../../db/driver.ts';
import { bigCatalog } from '../support/big-catalog.ts';
import { corpusDir } from '../support/corpus.ts';
import { binderAtScale } from './binder-scale.ts';
import { boards } from './boards.ts';
import { registers } from './registers.ts';
import { type Figures, times } from './report.ts';
import { sync } from './sync.ts';
import { syncCurve } from './sync-curve.ts';

export interface Bench {
  readonly name: string;
  run(dir: string): Promise<Figures[]>;
}

type Core = Awaited<ReturnType<typeof createCore>>;
const PASSPHRASE = 'a passphrase for the bench';
const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 };

async function openCore(dir: string, name: string): Promise<Core> {
  const core = await createCore({ shell: 'test', home: dir, cost: CHEAP });
  await core.client.workspace.create({ name, member: 'Ada', passphrase: PASSPHRASE, dir: join(dir, name) });
  return core;
}

async function finish(core: Core, job: string): Promise<unknown> {
  for await (const state of await core.client.jobs.watch({ job })) {
    if (state.state === 'done') return state.result;
    if (state.state !== 'running') throw new Error(JSON.stringify(state.fault));
  }
  return undefined;
}

const createAndUnlock: Bench = {
  name: 'create and unlock',
  async run(dir) {
    // The passphrase's stretching is the point of both, and the floor: one Argon2id with the same cost.
    const stretch = () =>
      argon2id({
        password: PASSPHRASE,
        salt: randomBytes(16),
        memorySize: 64 * 1024,
        iterations: 3,
        parallelism: 1,
        hashLength: 32,
        outputType: 'binary',
      });
    const floor = await times(5, async () => void (await stretch()));
    const cores: Core[] = [];
    const create = await times(5, async (run) => {
      const core = await createCore({ shell: 'test', home: dir });
      await core.client.workspace.create({
        name: `w${run}`,
        member: 'Ada',
        passphrase: PASSPHRASE,
        dir: join(dir, `w${run}`),
      });
      cores.push(core);
    });
    for (const core of cores) await core.close();
    const core = await createCore({ shell: 'test', home: dir });
    const unlock = await times(5, async () => {
      await core.client.workspace.unlock({ dir: join(dir, 'w1'), passphrase: PASSPHRASE });
      await core.client.workspace.lock();
    });
    await core.close();
    const floorName = 'Argon2id alone';
    return [
      { what: 'create a workspace', unit: 'workspaces', amount: 1, ours: create, floorName, floor },
      { what: 'unlock and lock', unit: 'times', amount: 1, ours: unlock, floorName, floor },
    ];
  },
};

const importCatalog: Bench = {
  name: 'import a catalog',
  async run(dir) {
    const real = corpusDir === null ? '' : join(corpusDir, 'oscal/NIST_SP-800-53_rev5_catalog.json');
    const text = existsSync(real) ? readFileSync(real, 'utf8') : bigCatalog(1189);
    const file = join(dir, 'catalog.json');
    writeFileSync(file, text);
    const controls = 1189;
    const ours = await times(3, async (run) => {
      const core = await openCore(dir, `w${run}`);
      await core.client.frameworks.import({ files: [{ path: file }], dryRun: false });
      await core.close();
    });
    // The floor parses the file and writes one row of the same size for each control, without encryption.
    const body = 'x'.repeat(Math.floor(text.length / controls));
    const floor = await times(3, (run) => {
      JSON.parse(readFileSync(file, 'utf8'));
      const db = connectPlain(join(dir, `plain${run}.db`));
      db.pragma('journal_mode=WAL');
      db.exec('CREATE TABLE control (id INTEGER PRIMARY KEY, label TEXT, body TEXT)');
      const insert = db.prepare('INSERT INTO control (label, body) VALUES (?, ?)');
      db.transaction(() => {
        for (let i = 0; i < controls; i += 1) insert.run(`C-${i}`, body);
      })();
      db.close();
    });
    const what = `import ${existsSync(real) ? 'SP 800-53' : 'a catalog of that size'}, with a new workspace`;
    return [
      { what, unit: 'controls', amount: controls, ours, floorName: 'JSON.parse and plain SQLite', floor },
    ];
  },
};

const LISTED = 100_000;

const pageThrough: Bench = {
  name: 'page through 100,000 rows',
  async run(dir) {
    // A catalog holds at most 50,000 controls; two of them make the rows.
    const paths = ['one', 'two'].map((name) => join(dir, `${name}.json`));
    for (const path of paths) writeFileSync(path, bigCatalog(LISTED / 2, `Kept, ${path.slice(-8, -5)}.`));
    const core = await openCore(dir, 'w');
    const { files } = await core.client.frameworks.import({
      files: paths.map((path) => ({ path })),
      dryRun: false,
    });
    if (files.some((file) => file.outcome !== 'imported')) throw new Error(JSON.stringify(files));
    const pages = [0, 20_000, 50_000, 80_000, 99_000];
    const ours = await times(3, async () => {
      for (const offset of pages) {
        const { rows } = await core.client.controls.list({ offset, limit: 1000 });
        if (rows.length !== 1000) throw new Error(`a page of ${rows.length} rows`);
      }
    });
    await core.close();
    const db = connectPlain(join(dir, 'plain.db'));
    db.exec(
      'CREATE TABLE c (id TEXT PRIMARY KEY, framework TEXT, label TEXT, title TEXT, body TEXT, ord INTEGER); CREATE INDEX o ON c (framework, ord)',
    );
    const insert = db.prepare('INSERT INTO c VALUES (?, ?, ?, ?, ?, ?)');
    db.transaction(() => {
      for (let i = 0; i < LISTED; i += 1)
        insert.run(randomBytes(16).toString('hex'), 'f', `C-${i}`, `Control ${i}`, 'x'.repeat(400), i);
    })();
    const select = db.prepare(
      'SELECT id, framework, label, title FROM c WHERE framework = ? ORDER BY framework, ord LIMIT ? OFFSET ?',
    );
    const count = db.prepare('SELECT count(*) FROM c WHERE framework = ?');
    const floor = await times(3, () => {
      for (const offset of pages) {
        count.get('f');
        select.all('f', 1000, offset);
      }
    });
    db.close();
    return [
      {
        what: `five pages of 1,000 out of ${LISTED.toLocaleString('en')}`,
        unit: 'pages',
        amount: pages.length,
        ours,
        floorName: 'plain SQLite',
        floor,
      },
    ];
  },
};

const MEGA = 1_000_000;

const evidenceInOut: Bench = {
  name: 'evidence in and out',
  async run(dir) {
    const size = 100;
    const core = await openCore(dir, 'w');
    const inTimes: number[] = [];
    const outTimes: number[] = [];
    const floorIn: number[] = [];
    const floorOut: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      const file = join(dir, `e${run}.bin`);
      await writeFile(file, randomBytes(size * MEGA));
      const into = await clock(() =>
        core.client.evidence.add({ files: [{ path: file }], together: false, links: [] }),
      );
      const added = into.value.evidence[0];
      if (added === undefined) throw new Error('nothing was added');
      const floorInto = await clock(() => encryptPlainly(file, `${file}.floor`));
      const out = await clock(() =>
        core.client.evidence.export({ evidence: added.id, out: join(dir, `out${run}`) }),
      );
      const floorFrom = await clock(() => hashCopy(file, `${file}.copy`));
      if (run === 0) continue;
      inTimes.push(into.ms);
      outTimes.push(out.ms);
      floorIn.push(floorInto.ms);
      floorOut.push(floorFrom.ms);
    }
    await core.close();
    return [
      {
        what: 'evidence in',
        unit: 'MB',
        amount: size,
        ours: inTimes,
        floorName: 'hash, AES-GCM and write',
        floor: floorIn,
      },
      {
        what: 'evidence out',
        unit: 'MB',
        amount: size,
        ours: outTimes,
        floorName: 'read, hash and write',
        floor: floorOut,
      },
    ];
  },
};

async function clock<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

async function encryptPlainly(from: string, to: string): Promise<void> {
  const hash = createHash('sha256');
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const source = createReadStream(from, { highWaterMark: 1 << 20 });
  source.on('data', (piece) => hash.update(piece));
  await pipeline(source, cipher, createWriteStream(to, { flush: true }));
}

async function hashCopy(from: string, to: string): Promise<void> {
  const hash = createHash('sha256');
  const source = createReadStream(from, { highWaterMark: 1 << 20 });
  source.on('data', (piece) => hash.update(piece));
  await pipeline(source, createWriteStream(to, { flush: true }));
}

const binderAndVerify: Bench = {
  name: 'binder and verify',
  async run(dir) {
    const core = await openCore(dir, 'w');
    const catalog = join(dir, 'catalog.json');
    writeFileSync(catalog, bigCatalog(1189));
    const { files } = await core.client.frameworks.import({ files: [{ path: catalog }], dryRun: false });
    await core.client.engagements.create({
      name: 'E',
      frameworks: [files[0]?.framework?.id ?? ''],
      subjects: [],
    });
    const all = await core.client.controls.list({ limit: 1000, engagement: 'E' });
    await core.client.assessments.setMany({
      controls: all.rows.map((r) => r.id),
      result: 'satisfied',
      note: 'Looked at the records of the period and found them whole. '.repeat(6),
    });
    const size = 50;
    for (let n = 0; n < size; n += 1) {
      const file = join(dir, `e${n}.bin`);
      writeFileSync(file, randomBytes(MEGA));
      await core.client.evidence.add({
        files: [{ path: file }],
        together: false,
        links: [{ control: `G0-${(n % 40) + 1}` }],
      });
    }
    let pages = 0;
    const out = (run: number) => join(dir, `b${run}.pdf`);
    const compose = await times(3, async (run) => {
      const { job } = await core.client.binders.compose({ kind: 'evidence', out: out(run), withhold: [] });
      pages = ((await finish(core, job)) as { pages: number }).pages;
    });
    const verify = await times(3, async (run) => {
      const { job } = await core.client.binders.verify({ file: { path: out(run) }, trust: [] });
      await finish(core, job);
    });
    await core.close();
    const bare = await times(3, (run) => barePdf(join(dir, `bare${run}.pdf`), pages, size));
    const hash = await times(3, (run) => hashCopy(out(run), join(dir, `h${run}`)));
    return [
      {
        what: `binder of ${pages} pages with ${size} MB`,
        unit: 'pages',
        amount: pages,
        ours: compose,
        floorName: 'pdfkit alone, as many pages and MB',
        floor: bare,
      },
      {
        what: 'verify that binder',
        unit: 'MB',
        amount: size,
        ours: verify,
        floorName: 'read, hash and write it',
        floor: hash,
      },
    ];
  },
};

/** As many pages of text and attachments of that size, with what pdfkit offers and nothing of ours. */
async function barePdf(file: string, pages: number, megabytes: number): Promise<void> {
  const doc = new PDFDocument({ size: 'A4', autoFirstPage: false });
  const written = pipeline(doc, createWriteStream(file));
  for (let page = 0; page < pages; page += 1) {
    doc.addPage().fontSize(9);
    for (let line = 0; line < 40; line += 1)
      doc.text(`Line ${line} of page ${page}: looked at the records of the period and found them whole.`);
  }
  const piece = randomBytes(MEGA);
  for (let n = 0; n < megabytes; n += 1) doc.file(piece, { name: `e${n}.bin` });
  doc.end();
  await written;
}

/** In the order they run. */
export const BENCHES: readonly Bench[] = [
  createAndUnlock,
  importCatalog,
  pageThrough,
  evidenceInOut,
  binderAndVerify,
  binderAtScale,
  boards,
  registers,
  sync,
  syncCurve,
];
