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

  test('begin with no sign-offs of which nobody can tell of what they are', async () => {
    const [, signed] = sampleBinderModel().groups.flatMap(({ controls }) => controls);
    const [first] = signed?.assessments ?? [];
    let turned = 0;
    for (const pageSize of ['A4', 'Letter'] as const)
      for (const words of [0, 60, 150]) {
        const controls = Array.from({ length: 14 }, (_, i) =>
          controlOf(`AA-${i}`, `Control ${i}`, {
            text: [{ kind: 'statement', label: '', depth: 0, text: 'What is asked for. '.repeat(words + i) }],
            assessments: [{ ...(first ?? assessmentOf()), note: 'Seen in full. '.repeat(words / 2 + 3 * i) }],
          }),
        );
        const pages = await pagesOf(sampleBinderModel({ groups: [{ title: 'Family', controls }] }), pageSize);
        for (const body of pages.filter((lines) => / Controls · /.test(lines[1] ?? '')).map(bodyOf)) {
          expect(body[0] ?? '').not.toMatch(
            /^\s*(Sign-off +By|Preparer|Reviewer|Digest of what|No sign-off)/,
          );
          if (/^\s*Sign-off +By/.test(body[1] ?? '')) {
            expect(body[0]).toMatch(/^\s*AA-\d+ +Control \d+, continued$/);
            turned += 1;
          }
          const end = body.findIndex((line) => /^\s*Checklists$/.test(line));
          const dossiers = body.slice(0, end < 0 ? body.length : end);
          const rows = dossiers.filter((line) => /^\s*(Preparer|Reviewer) /.test(line)).length;
          const digests = dossiers.filter((line) => /Digest of what stands here now/.test(line)).length;
          expect(rows).toBe(digests * 2);
        }
      }
    expect(turned).toBeGreaterThan(0);
  });

  test('hold no last row of a table alone', async () => {
    const [register] = sampleBinderModel().registers;
    for (let rows = 24; rows < 33; rows += 1) {
      const table = {
        title: 'Actions',
        columns: [],
        ...register,
        rows: Array.from({ length: rows }, (_, i) => ({ cells: [`Row ${i}`, 'open', 'Nobody'], notes: [] })),
      };
      const pages = await pagesOf(sampleBinderModel({ registers: [table] }));
      const counts = pages.map((lines) => lines.filter((line) => /^\s*Row \d+/.test(line)).length);
      expect(
        counts.filter((count) => count === 1),
        `${rows} rows: ${counts}`,
      ).toEqual([]);
    }
  });

  test('hold no few bars of a chart alone', async () => {
    const { summary } = sampleBinderModel();
    const results = { satisfied: 4, 'not-satisfied': 1, 'not-applicable': 0, 'not-reviewed': 2 };
    for (const pageSize of ['A4', 'Letter'] as const)
      for (const bars of [21, 24, 27, 33]) {
        const byGroup = Array.from({ length: bars }, (_, i) => ({
          ...{ framework: i < 12 ? 'One' : 'Two', label: `Bar ${i}`, results },
        }));
        const pages = await pagesOf(sampleBinderModel({ summary: { ...summary, byGroup } }), pageSize);
        const counts = pages.map((lines) => lines.filter((line) => /^\s*Bar \d+/.test(line)).length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(bars);
        expect(Math.min(...counts.filter((count) => count > 0)), `${bars} bars: ${counts}`).toBeGreaterThan(
          3,
        );
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
