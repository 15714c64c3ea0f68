import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PageFrame } from '../../../../core/binder/compose/page-frame.ts';
import { PdfFile } from '../../../../core/binder/compose/pdfkit-internals.ts';
import { TYPE } from '../../../../core/binder/compose/style.ts';
import { SIGNATURE_FIELDS } from '../../../../core/binder/sign/signer.ts';
import { composePacket } from '../../../../core/packets/compose/compose-packet.ts';
import { REST_IS_ELSEWHERE } from '../../../../core/packets/compose/summary-page.ts';
import { fitLines } from '../../../../core/packets/compose/type.ts';
import { packetTemplates } from '../../../../core/packets/templates.ts';
import { figuresOf, packetModelOf, sectionsOf } from '../../../support/packet-model.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-packet-'));
});
afterAll(() => rm(folder, { recursive: true }));

const WORDS: Readonly<Record<string, (text: string) => string>> = {
  'usual words': (text) => text,
  'words without an end': (text) => `${text} ${'and a name that goes on and on '.repeat(60)}`,
  'one word without a break': () => 'Donaudampfschifffahrtsgesellschaft'.repeat(40),
  'Arabic and Chinese': (text) =>
    `${text} مراجعة الأمان والامتثال 企業の準備状況とセキュリティの監査 `.repeat(6),
  'many lines': () => Array.from({ length: 400 }, (_, i) => `- line ${i}`).join('\n'),
};

let made = 0;
async function pages(model: Parameters<typeof composePacket>[0], size: 'A4' | 'Letter' = 'A4') {
  const file = join(folder, `${++made}.pdf`);
  const composed = await composePacket(model, file, size);
  const text = (await readFile(file)).toString('latin1');
  return { file, counted: composed.pages, written: text.match(/\/Type \/Page\b(?!s)/g)?.length, text };
}

describe('a weekly summary is exactly one page', () => {
  test.each([0, 1, 2, 5, 12, 13, 90])('of %i pillars, risks, KPIs and dates', async (count) => {
    const { counted, written } = await pages(packetModelOf('weekly-summary', { figures: figuresOf(count) }));
    expect([counted, written]).toEqual([1, 1]);
  });

  test.each(Object.entries(WORDS))('with %s, on either paper', async (_name, words) => {
    const figures = figuresOf(40, (text) => words(text));
    const sections = sectionsOf('weekly-summary', words);
    const model = packetModelOf(
      'weekly-summary',
      { figures, sections, title: words('Title') },
      { marking: 'Secret' },
    );
    expect((await pages(model, 'A4')).written).toBe(1);
    expect((await pages(model, 'Letter')).written).toBe(1);
  });
});

describe('a release packet is exactly one page', () => {
  test.each(Object.entries(WORDS))('with %s, on either paper', async (_name, words) => {
    const model = packetModelOf('release', { sections: sectionsOf('release', words), about: words('About') });
    expect((await pages(model, 'A4')).written).toBe(1);
    expect((await pages(model, 'Letter')).written).toBe(1);
  });

  test('of sections that are all missing, and says why in each', async () => {
    const sections = sectionsOf('release').map((section) => ({
      ...section,
      state: 'missing' as const,
      text: '',
      values: {},
      evidence: [],
      data: [],
    }));
    const missing = new Map(sections.map(({ key }) => [key, ['Nothing is there yet: write it.']]));
    expect((await pages(packetModelOf('release', { sections }, { missing, final: null }))).written).toBe(1);
  });
});

test('every packet has all six signature fields from the start, and none twice', async () => {
  for (const { id } of packetTemplates()) {
    const { text } = await pages(packetModelOf(id));
    for (const name of SIGNATURE_FIELDS)
      expect(text.split(`/T (${name})`).length - 1, `${id} ${name}`).toBe(1);
  }
});

test('the same packet gives the same bytes', async () => {
  const [one, other] = [await pages(packetModelOf('release')), await pages(packetModelOf('release'))];
  expect(one.text).toBe(other.text);
});

test('text that is cut ends with an ellipsis and keeps to its lines', () => {
  const pdf = new PdfFile({
    width: 500,
    height: 500,
    fileId: new Uint8Array(16),
    language: 'en',
    title: '',
    author: '',
    subject: '',
    creator: '',
    at: new Date(0),
  });
  const frame = new PageFrame(pdf, 'A4', { title: '', marking: '', id: '' });
  const cut = fitLines(frame, 'many words '.repeat(100), TYPE.small, 120, 3);
  expect(cut.cut).toBe(true);
  expect(cut.lines).toHaveLength(3);
  const last = cut.lines[2]?.runs.at(-1)?.glyphs.at(-2)?.codePoints;
  expect(String.fromCodePoint(...(last ?? []))).toBe('…');
  expect(fitLines(frame, 'few words', TYPE.small, 120, 3)).toMatchObject({ cut: false });
});

test('a weekly summary shows first what misses its target and what waits longest, with days as people write them', async () => {
  const figures = figuresOf(12);
  const kpis = figures.kpis.map((kpi, i) => ({ ...kpi, title: `Measure ${i}`, reached: i !== 11 }));
  const blocked = Array.from({ length: 9 }, (_, i) => ({
    title: `Waiting ${i}`,
    owner: 'Jonas',
    due: `2026-11-${20 - i}`,
    overdue: i > 4,
    by: 'A certificate',
  }));
  const dates = Array.from({ length: 20 }, (_, i) => ({
    day: `2026-11-${25 - i}`.replace(/-(\d)$/, '-0$1'),
    what: 'risk',
    title: `Due ${i}`,
    owner: '',
    late: i > 4,
  }));
  const { file } = await pages(
    packetModelOf('weekly-summary', {
      figures: {
        ...figures,
        kpis,
        blocked,
        dates,
        overall: { ...figures.overall, why: 'Late since 2026-11-02' },
      },
      day: '2026-11-21',
      period: '2026-11-15 to 2026-11-21',
      sections: [],
    }),
  );
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }).replace(/\s+/gu, ' ');
  for (const first of ['Measure 11', 'Waiting 8', 'Due 19']) expect(text).toContain(first);
  expect(text).toContain('more, see the foot of the page');
  expect(text).toContain(REST_IS_ELSEWHERE);
  expect(text).toContain('15 Nov 2026 to 21 Nov 2026 · as of 21 Nov 2026');
  expect(text).toContain('Late since 2 Nov 2026');
  expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}/);
});
