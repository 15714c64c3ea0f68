import { expect, test } from 'vitest';
import { countsInWords, countWords, formatWords } from '../../../../shared/domain/count-words.ts';
import { countPlan } from '../../../../shared/domain/plan-counts.ts';

test('an import is counted in words, what there is none of left out', () => {
  const counts = { taskLists: 6, pillars: 0, phases: 1, kpis: 6, maturity: 6, boxes: 36, items: 62 };
  expect(countsInWords(counts)).toEqual([
    '1 phase',
    '6 task lists',
    '62 items',
    '36 of them with a tick box',
    '6 KPIs',
    '6 maturity scores',
  ]);
  expect(countWords('controls', 1189)).toBe('1,189 controls');
  expect(countsInWords({ 'unknown things': 2 })).toEqual(['2 unknown things']);
});

test('every count of a plan has words', () => {
  const none = { pillars: [], phases: [], risks: [], gates: [], kpis: [], maturity: [] };
  const kinds = Object.keys(countPlan({ ...none, checklists: [], items: [], criteria: [] }));
  for (const kind of kinds) expect(countWords(kind, 1)).not.toBe(`1 ${kind}`);
  expect(formatWords('plan-markdown')).toBe('Readiness plan (Markdown)');
});
