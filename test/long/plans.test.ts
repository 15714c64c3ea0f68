import { describe, expect, it } from 'vitest';
import { planMarkdown } from '../../core/formats/plan-markdown/index.ts';
import { lineOf, MARKS, readBoxes } from '../support/hostile-plans.ts';
import { importSource } from '../support/import-source.ts';
import { brokenRules } from '../unit/core/formats/plan-markdown/reading.ts';

describe('plans built to break a reader', () => {
  // One of these took the parser 139 seconds before inline marks were limited: the time limit is the assertion.
  it('reads one line of 250 kB of marks without running away', { timeout: 60_000 }, () => {
    for (const mark of MARKS) expect(brokenRules(lineOf(mark, 250_000)), mark).toEqual([]);
  });

  it('reads long plans in time that grows with their length', { timeout: 180_000 }, () => {
    const shapes: readonly ((index: number) => string)[] = [
      (index) => `- [ ] item ${index}`,
      (index) => `## Same\n- [ ] item ${index}`,
      (index) => `  - a ${index}\n    - [ ] b`,
      (index) => `> quote ${index}\n\nwords`,
      (index) => `- **bold** ${index}`,
    ];
    const time = (text: string) => {
      const start = performance.now();
      planMarkdown.read(importSource(text));
      return performance.now() - start;
    };
    for (const shape of shapes) {
      const plan = (count: number) =>
        `# Plan\n${Array.from({ length: count }, (_, index) => shape(index)).join('\n')}\n`;
      time(plan(200));
      const small = time(plan(1_000));
      // Quadratic growth would be 64 times as long.
      expect(time(plan(8_000)), shape(0)).toBeLessThan(Math.max(small, 60) * 32);
    }
  });

  it('takes in 100,000 boxes', { timeout: 180_000 }, () => {
    expect(readBoxes(100_000)).toMatchObject({ items: 100_000, checklists: 1, notes: 0 });
  });
});
