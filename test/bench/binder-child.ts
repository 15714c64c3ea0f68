// One measured piece of work in a process of its own, so that its memory is its own: prints milliseconds and peak MB.
// Each loads only what it needs, for the same reason.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { memoryBelow } from './memory.ts';

const MEGA = 1024 * 1024;
const [mode = '', ...given] = process.argv.slice(2);
const [first = '', second = '', third = ''] = given;

/** What a line of a page says, in every program that is compared. */
const line = (page: number, n: number) =>
  `Line ${n} of page ${page}: looked at the records of the period and found them whole.`;
const LINES = 40;

interface Done {
  readonly ms: number;
  readonly peakMb: number;
  readonly pages?: number;
}

const ownPeak = () => Math.round(process.resourceUsage().maxRSS / 1024);

async function clock(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The workspace, the file to write, the passphrase. */
async function compose(dir: string, out: string, passphrase: string): Promise<Done> {
  const { createCore } = await import('../../core/index.ts');
  const { finish } = await import('../support/workspaces.ts');
  const core = await createCore({ shell: 'test', home: `${dir}-home` });
  await core.client.workspace.unlock({ dir, passphrase });
  let pages = 0;
  const ms = await clock(async () => {
    const work = core.client.binders.compose({ kind: 'evidence', out, force: true });
    ({ pages } = await finish<{ pages: number }>(core.client, work));
  });
  await core.close();
  return { ms, peakMb: ownPeak(), pages };
}

/** As many pages of text and attachments of that size, with what pdfkit offers and nothing of ours. */
async function bare(out: string, pages: number, megabytes: number): Promise<Done> {
  const { default: PDFDocument } = await import('pdfkit');
  const ms = await clock(async () => {
    const doc = new PDFDocument({ size: 'A4', autoFirstPage: false });
    const written = pipeline(doc, createWriteStream(out));
    for (let page = 0; page < pages; page += 1) {
      doc.addPage().fontSize(9);
      for (let n = 0; n < LINES; n += 1) doc.text(line(page, n));
    }
    for (let n = 0; n < megabytes; n += 1) doc.file(randomBytes(MEGA), { name: `e${n}.bin` });
    doc.end();
    await written;
  });
  return { ms, peakMb: ownPeak() };
}

/** As many pages printed to PDF by a browser, without any attachment. */
async function print(out: string, pages: number): Promise<Done> {
  const { launchChromium } = await import('../support/browser.ts');
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    const sheets = Array.from(
      { length: pages },
      (_, at) =>
        `<div style="break-after:page">${Array.from({ length: LINES }, (_line, n) => `<p>${line(at, n)}</p>`).join('')}</div>`,
    );
    const ms = await clock(async () => {
      await page.setContent(`<style>p{font-size:9px;margin:2px}</style>${sheets.join('')}`);
      await page.pdf({ path: out, format: 'A4' });
    });
    return { ms, peakMb: memoryBelow(process.pid) };
  } finally {
    await browser.close();
  }
}

async function hash(files: readonly string[]): Promise<Done> {
  const sum = createHash('sha256');
  const ms = await clock(async () => {
    for (const file of files)
      for await (const piece of createReadStream(file, { highWaterMark: MEGA })) sum.update(piece as Buffer);
  });
  return { ms, peakMb: ownPeak() };
}

const MODES: Readonly<Record<string, () => Promise<Done>>> = {
  compose: () => compose(first, second, third),
  bare: () => bare(first, Number(second), Number(third)),
  print: () => print(first, Number(second)),
  hash: () => hash(given),
};
const work = MODES[mode];
if (work === undefined) throw new Error(`no such work: ${mode}`);
process.stdout.write(`${JSON.stringify(await work())}\n`);
