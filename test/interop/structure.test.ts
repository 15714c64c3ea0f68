import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeBinder } from '../../core/binder/compose/compose-binder.ts';
import type { BinderModel } from '../../core/binder/model.ts';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import { composePacket } from '../../core/packets/compose/compose-packet.ts';
import { packetTemplates } from '../../core/packets/templates.ts';
import { controlOf, sampleBinderModel } from '../support/binder-model.ts';
import { packetModelOf } from '../support/packet-model.ts';
import { ACCESSIBLE } from '../support/pdf-standards/accessible.ts';
import { ARCHIVE } from '../support/pdf-standards/archive.ts';
import { type Clause, type PdfDocument, readDocument } from '../support/pdf-standards/document.ts';
import { memberSigner } from '../support/signers.ts';

const CLAUSES: readonly Clause[] = [...ARCHIVE, ...ACCESSIBLE];
const BINDERS = [
  'A binder',
  'A binder on Letter',
  'A summary',
  'A long binder',
  'A binder with two signatures',
];
const PACKETS = packetTemplates().flatMap(({ id }) => [`${id} on A4`, `${id} on Letter`]);

let folder = '';
const documents = new Map<string, PdfDocument>();
const path = (name: string) => join(folder, `${name}.pdf`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-structure-'));
  await composeBinder(sampleBinderModel(), path('A binder'));
  await composeBinder(sampleBinderModel(), path('A binder on Letter'), { pageSize: 'Letter' });
  await composeBinder(summaryModel(), path('A summary'));
  await composeBinder(longModel(), path('A long binder'));
  await composeBinder(sampleBinderModel(), path('A binder with two signatures'));
  for (const field of ['Preparer', 'Reviewer'] as const)
    await sign(path('A binder with two signatures'), field);
  for (const { id } of packetTemplates()) {
    for (const size of ['A4', 'Letter'] as const)
      await composePacket(packetModelOf(id), path(`${id} on ${size}`), size);
  }
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function sign(file: string, field: 'Preparer' | 'Reviewer'): Promise<void> {
  const { signer } = memberSigner(field);
  const common = { capacityText: field, reason: 'For the test', at: new Date() };
  await signPdf(file, { ...common, field, signer, certification: field === 'Preparer' });
}

/** Tables over many pages, a row longer than a page, and letters of many scripts. */
function longModel(): BinderModel {
  const sample = sampleBinderModel();
  const [worked] = sample.groups
    .flatMap((group) => group.controls)
    .filter((one) => one.assessments.length > 0);
  const controls = Array.from({ length: 120 }, (_, i) =>
    controlOf(`CM-${i}`, i % 7 === 0 ? '監査 Ревизия τεκμήριο مراجعة' : `Number ${i} \u{10ffff}`, {
      assessments: i % 3 === 0 ? (worked?.assessments ?? []) : [],
    }),
  );
  const registers = [
    {
      title: 'Long',
      columns: [
        { title: 'What', share: 1 },
        { title: 'Why', share: 3 },
      ],
      rows: [{ cells: ['One', 'a word and another '.repeat(900)], notes: [] }],
    },
  ];
  return sampleBinderModel({ groups: [{ title: 'Many', controls }], registers });
}

/** What a summary leaves out: no control by itself, no evidence, no printed ledger. */
function summaryModel(): BinderModel {
  const { ledger } = sampleBinderModel();
  return sampleBinderModel({
    profile: 'summary',
    groups: [],
    checklists: [],
    evidence: [],
    attachments: [],
    ledger: { ...ledger, entries: [] },
  });
}

async function documentOf(name: string): Promise<PdfDocument> {
  const known = documents.get(name) ?? (await readDocument(path(name)));
  documents.set(name, known);
  return known;
}

describe.each([...BINDERS, ...PACKETS])('%s', (name) => {
  test.each(CLAUSES.map((clause) => [clause.clause, clause.asks, clause] as const))(
    'keeps %s: %s',
    async (_clause, _asks, { wrong }) => {
      expect(await wrong(await documentOf(name))).toEqual([]);
    },
  );
});

describe('the same binder with a few bytes exchanged', () => {
  test.each(CLAUSES.map((clause) => [clause.clause, clause] as const))(
    'is found to break %s',
    async (_clause, { wrong, broken }) => {
      const doc =
        typeof broken === 'function'
          ? await readDocument(path('A binder'), broken)
          : await readDocument(await exchanged(...broken));
      expect(await wrong(doc)).not.toEqual([]);
    },
  );
});

async function exchanged(from: RegExp, to: string): Promise<string> {
  const good = (await readFile(path('A binder'))).toString('latin1');
  const bad = good.replace(from, (old) => to.padEnd(old.length));
  expect(bad.length).toBe(good.length);
  expect(bad).not.toBe(good);
  await writeFile(path('broken'), bad, 'latin1');
  return path('broken');
}

describe('the documentation', () => {
  const DOCUMENT = fileURLToPath(new URL('../../docs/pdf-standards.md', import.meta.url));
  const PARTS = /(<!-- clauses -->\n)[\s\S]*(<!-- \/clauses -->)/;
  const table = (title: string, clauses: readonly Clause[]) => {
    const rows = clauses.map(({ clause, asks, does }) => `| ${clause} | ${asks} | ${does} |`);
    return `### ${title}\n| clause | what it asks for | what a binder does |\n|---|---|---|\n${rows.join('\n')}\n`;
  };

  test('prints the table of every clause that is tested', async () => {
    const text = await readFile(DOCUMENT, 'utf8');
    const tables = `${table('PDF/A-3b', ARCHIVE)}\n${table('PDF/UA-1', ACCESSIBLE)}`;
    const now = text.replace(PARTS, (_, open: string, close: string) => `${open}${tables}${close}`);
    if (process.env.BINDERY_WRITE) await writeFile(DOCUMENT, now);
    expect(now).toBe(await readFile(DOCUMENT, 'utf8'));
    expect(text).toMatch(PARTS);
  });
});
