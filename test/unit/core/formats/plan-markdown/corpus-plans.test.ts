import { describe, expect, it } from 'vitest';
import { planMarkdown } from '../../../../../core/formats/plan-markdown/index.ts';
import { corpusDir, corpusFacts, corpusFile } from '../../../../support/corpus.ts';
import { importSource } from '../../../../support/import-source.ts';
import { brokenRules, readPlan } from './reading.ts';

/** How the facts of the corpus are counted here; `items` is what of a plan can be worked line by line. */
const ORIGIN = {
  'fortune50-readiness-gap-plan.md': { pillars: 14, phases: 3, items: 57, boxes: 0, checklists: 14 },
  'symbi-resonate-implementation-plan.md': { phases: 6, items: 26 + 36, boxes: 36, checklists: 6, risks: 8 },
  'unified360-execution-plan.md': {
    risks: 10,
    phases: 4,
    maturity: 6,
    kpis: 6,
    gates: 5,
    pillars: 4,
    items: 12,
    checklists: 3,
  },
} as const;

describe.runIf(corpusDir !== null)('the plans of the corpus', () => {
  for (const [name, counts] of Object.entries(ORIGIN)) {
    it(`counts in ${name} what its facts say`, () => {
      const file = `plans-origin/${name}`;
      const facts = corpusFacts(file)[0]?.facts ?? {};
      const read = readPlan(corpusFile(file)).counts;
      expect(read).toMatchObject(counts);
      for (const key of ['pillars', 'phases', 'risks', 'gates', 'kpis', 'maturity', 'checklists'] as const) {
        if (facts[key] !== undefined) expect(read[key], key).toBe(facts[key]);
      }
      expect(read.boxes).toBe(facts['check boxes'] ?? 0);
    });
  }

  for (const { file, facts } of [...corpusFacts('plans-origin/'), ...corpusFacts('plans/')]) {
    it(`takes ${file} in whole`, () => {
      const bytes = corpusFile(file);
      expect(brokenRules(bytes)).toEqual([]);
      expect(planMarkdown.detect(importSource(bytes))).toBeGreaterThanOrEqual(0.6);
      expect(readPlan(bytes)).toEqual(readPlan(bytes));
      const boxes = facts['checkboxes (outside code fences)'];
      if (boxes === undefined) return;
      const boxed = readPlan(bytes).framework.items.filter((item) => item.checked !== undefined);
      expect(boxed).toHaveLength(Number(boxes));
      expect(boxed.filter((item) => item.checked)).toHaveLength(Number(facts.checked));
      expect(boxed.filter((item) => item.parent !== undefined)).toHaveLength(
        Number(facts['nested checkboxes']),
      );
      expect(readPlan(bytes).framework.title).toBe(facts['first heading']);
    });
  }

  it('leaves files of other formats alone', () => {
    const others = ['oscal/', 'stig/', 'registers/', 'frameworks/', 'scans/'].flatMap((folder) =>
      corpusFacts(folder),
    );
    expect(others.length).toBeGreaterThan(20);
    const taken = others
      .map(({ file }) => ({ file, bytes: corpusFile(file) }))
      .filter(({ bytes }) => bytes.length < 4_000_000)
      .filter(({ bytes }) => planMarkdown.detect(importSource(bytes)) >= 0.3);
    expect(taken.map(({ file }) => file)).toEqual([]);
  });
});
