import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { composeBinder } from '../../../../../core/binder/compose/compose-binder.ts';
import { assessmentOf, controlOf, sampleBinderModel } from '../../../../support/binder-model.ts';
import { folder, run } from './composed.ts';

/** The pages of a binder as a stranger's tool reads them, each as its lines. */
async function pagesOf(model: Parameters<typeof composeBinder>[0], pageSize: 'A4' | 'Letter' = 'A4') {
  await using dir = await folder();
  const file = join(dir.path, 'binder.pdf');
  await composeBinder(model, file, { pageSize });
  return run('pdftotext', '-layout', file, '-')
    .split('\f')
    .slice(0, -1)
    .map((page) => page.split('\n').filter((line) => line.trim() !== ''));
}

/** Head and marking above, foot and marking below. */
const bodyOf = (lines: readonly string[]) => lines.slice(2, -2);

describe('the pages of a binder', () => {
  test('begin under a head that names what they begin with, not what ended before', async () => {
    const family = (name: string) => ({
      title: `${name} Family`,
      controls: Array.from({ length: 5 }, (_, i) =>
        controlOf(`${name}-${i}`, `Control ${i}`, { assessments: [assessmentOf(), assessmentOf()] }),
      ),
    });
    const groups = ['AA', 'BB', 'CC', 'DD', 'EE', 'FF', 'GG'].map(family);
    const pages = await pagesOf(sampleBinderModel({ groups }));
    const heads = pages.flatMap((lines) => {
      const [, named] = /Controls · ([A-Z]{2}\S*)/.exec(lines[1] ?? '') ?? [];
      const [, first] = /^\s*([A-Z]{2}(?:-\d)?) +(?:Family|Control)/.exec(bodyOf(lines)[0] ?? '') ?? [];
      return named === undefined || first === undefined ? [] : [[named, first]];
    });
    expect(heads.length).toBeGreaterThan(3);
    for (const [named, first] of heads) expect(named).toBe(first);
  });

  test('are never nearly empty: what comes next begins below a few lines that were left', async () => {
    const row = (i: number) => ({ cells: [`Row ${i}`, 'open', 'Nobody'], notes: [] });
    const [register] = sampleBinderModel().registers;
    for (const pageSize of ['A4', 'Letter'] as const)
      for (let rows = 24; rows < 44; rows += 3) {
        const table = {
          title: 'Actions',
          columns: [],
          ...register,
          rows: Array.from({ length: rows }, (_, i) => row(i)),
        };
        const pages = await pagesOf(sampleBinderModel({ registers: [table] }), pageSize);
        const lengths = pages.map((lines) => bodyOf(lines).length);
        expect(Math.min(...lengths), `${rows} rows on ${pageSize}: ${lengths}`).toBeGreaterThan(9);
      }
  });

  test('divide no single word of a risk, however many of the same length stand above it', async () => {
    const { findings } = sampleBinderModel();
    const titles = ['Risk', 'Severity', 'State', 'Remediation', 'Owner', 'Due', 'Exit criteria'];
    const row = (state: string) => ({
      cells: ['A risk', 'P0\n4 × 5 = 20', state, 'Read it again', 'SRE lead', '2026-12-24', 'It was read'],
      notes: [],
    });
    const risks = {
      title: 'Risks',
      columns: titles.map((title, i) => ({ title, share: [3.2, 1.75, 1.5, 3.6, 1.8, 1.4, 3.2][i] ?? 1 })),
      rows: [row('Accepted\nuntil 2027-01-01'), row('Open\nacceptance expired')],
    };
    const model = sampleBinderModel({ findings: { ...findings, risks } });
    for (const pageSize of ['A4', 'Letter'] as const) {
      const text = (await pagesOf(model, pageSize)).flat().join('\n');
      expect(text).toContain('acceptance');
      expect(text).toContain('4 × 5 = 20');
    }
  });

  test('of contents end with more than a few lines', async () => {
    for (const count of [30, 33, 36]) {
      const groups = Array.from({ length: count }, (_, i) => ({ title: `Family ${i}`, controls: [] }));
      const [, first = [], second = []] = await pagesOf(sampleBinderModel({ groups }));
      const contents = second.some((line) => /Signatures \.* *\d+$/.test(line)) ? second : first;
      expect(bodyOf(contents).length).toBeGreaterThan(9);
    }
  });

  test('say in a glossary what each mark means', async () => {
    const pages = await pagesOf(sampleBinderModel());
    const text = pages.map((lines) => lines.join(' ').replaceAll(/\s+/g, ' ')).join(' ');
    for (const words of ['Glossary of marks', 'Nobody has recorded a result.', 'P0 to P3', 'Void'])
      expect(text).toContain(words);
  });
});
