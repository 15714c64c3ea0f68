import { describe, expect, it } from 'vitest';
import { linesOf, parseBlocks } from '../../../../../core/formats/plan-markdown/blocks.ts';
import { planMarkdown } from '../../../../../core/formats/plan-markdown/index.ts';
import { lineOf, MARKS, readBoxes } from '../../../../support/hostile-plans.ts';
import { importSource } from '../../../../support/import-source.ts';
import { brokenRules, readPlan } from './reading.ts';

const codes = (content: string | Uint8Array) =>
  planMarkdown
    .read(importSource(content))
    .problems.map(({ where, code, severity }) => ({ where, code, severity }));

describe('files that are no plan', () => {
  it('are refused with a reason where nothing can be read', () => {
    for (const content of ['', ' \n\t\r\n']) {
      expect(planMarkdown.read(importSource(content)).framework).toBeNull();
      expect(codes(content)).toEqual([{ where: 'file', code: 'empty', severity: 'error' }]);
    }
    const binary = Uint8Array.from({ length: 4096 }, (_, index) => index % 7);
    expect(planMarkdown.read(importSource(binary)).framework).toBeNull();
    expect(codes(binary)).toEqual([{ where: 'file', code: 'not-text', severity: 'error' }]);
    expect(planMarkdown.detect(importSource(binary))).toBe(0);
  });

  it('score low: settings, code, data, logs', () => {
    const others = [
      '{"a": [1, 2, {"b": "- [ ] x"}]}',
      'name: ci\non:\n  push:\n    branches:\n      - main\njobs:\n  build:\n    steps:\n      - uses: checkout\n',
      '# settings\n# of the server\n# below\nport = 80\nhost = example\n',
      '#!/bin/sh\n# build\nset -e\nfor f in *; do\n  echo "$f"\ndone\n',
      'import os\n\n# list\ndef main():\n    for x in y:\n        print(x)\n',
      '/** Adds. */\nexport function add(a: number) {\n  return a;\n}\n',
      'id,name,owner\n1,Access,Ada\n2,Backup,Grace\n',
      '2026-01-01T10:00:00Z INFO started\n2026-01-01T10:00:01Z WARN slow\n',
      '<?xml version="1.0"?>\n<Benchmark>\n# not a heading\n<a/>\n</Benchmark>\n',
      'Dear all,\n\nthe meeting is on Monday. Please bring the papers.\n',
    ];
    for (const text of others) expect(planMarkdown.detect(importSource(text)), text).toBeLessThan(0.3);
  });

  it('are not mistaken for them: small plans score high', () => {
    const plans = [
      '# Plan\n\n- a\n- b\n- c\n',
      '# Plan\n\n## Tasks\n\n- [ ] a\n',
      '## Risks\n\n| Risk | Owner |\n|---|---|\n| x | y |\n',
      '# 計画\n\n## 準備\n\n- 鍵\n',
      '\uFEFF# Plan\r\n\r\n- [ ] a\r\n- [x] b\r\n',
    ];
    for (const text of plans)
      expect(planMarkdown.detect(importSource(text)), text).toBeGreaterThanOrEqual(0.6);
  });
});

describe('damaged text', () => {
  it('is taken in with a warning for each line', () => {
    const bytes = Buffer.concat([
      Buffer.from('# Plan\n- [ ] caf'),
      Buffer.from([0xe9]),
      Buffer.from('\n- [ ] ok\n'),
    ]);
    expect(codes(bytes)).toEqual([{ where: 'line 2', code: 'not-text', severity: 'warning' }]);
    expect(readPlan(bytes).framework.items.map((item) => item.text)).toEqual(['caf\uFFFD', 'ok']);
    expect(brokenRules(bytes)).toEqual([]);
  });

  it('keeps a replacement sign the author wrote without a warning', () => {
    expect(codes('# Plan\n- [ ] caf\uFFFD\n')).toEqual([]);
  });

  it('is read from UTF-16 by its byte order mark, a lone surrogate replaced', () => {
    const bytes = Buffer.from('\uFEFF# Plän\n- [ ] a\uD800b\n', 'utf16le');
    const { framework, problems } = readPlan(bytes);
    expect(framework.title).toBe('Plän');
    expect(framework.items.map((item) => item.text)).toEqual(['a\uFFFDb']);
    expect(problems.map((problem) => problem.where)).toEqual(['line 2']);
  });

  it('loses a NUL, not the line; marks of direction stay', () => {
    const { framework, problems } = readPlan('# Plan\n- [ ] a\0b\n- [ ] \u200Fשלום\u202C\n');
    expect(framework.items.map((item) => item.text)).toEqual(['a\uFFFDb', '\u200Fשלום\u202C']);
    expect(problems.map(({ where, code }) => [where, code])).toEqual([['line 2', 'control-character']]);
  });
});

describe('plans built to break a reader', () => {
  it('keeps lines that nest too deep as notes, and says so', () => {
    const deep = [
      `${'> '.repeat(1000)}quote`,
      `${'- '.repeat(1000)}list`,
      `${'1. '.repeat(1000)}numbers`,
      Array.from({ length: 1000 }, (_, depth) => `${'  '.repeat(depth)}- level ${depth}`).join('\n'),
      `${'\t'.repeat(1000)}- tabs`,
    ];
    for (const text of deep) {
      const plan = `# Plan\n${text}\n- [ ] after\n`;
      expect(codes(plan)).toContainEqual(expect.objectContaining({ code: 'too-deep', severity: 'warning' }));
      expect(brokenRules(plan)).toEqual([]);
    }
  });

  it.each(MARKS)('reads one line of 50 kB of marks without running away: %s', (mark) => {
    expect(brokenRules(lineOf(mark, 50_000))).toEqual([]);
  });

  it('takes in 10,000 boxes', () => {
    expect(readBoxes(10_000)).toMatchObject({ items: 10_000, checklists: 1, notes: 0 });
  });

  it('keeps paths short and unlike for long and equal headings in any script', () => {
    const long = '長'.repeat(500);
    const nested = Array.from(
      { length: 6 },
      (_, depth) => `${'#'.repeat(depth + 1)} ${long}😀${'x'.repeat(300)}`,
    ).join('\n');
    const plan = `${nested}\n- [ ] a\n### !!!\n- [ ] b\n### ???\n- [ ] c\n`;
    expect(brokenRules(plan)).toEqual([]);
    for (const item of readPlan(plan).framework.items) expect(item.path.length).toBeLessThanOrEqual(400);
  });
});

describe('a paragraph without end', () => {
  it.each([
    ['by itself', ''],
    ['in a quote', '> '],
  ])('%s is read as several, and every line of it is there', (_where, mark) => {
    const lines = ['# Plan', '', ...Array.from({ length: 12_000 }, (_, n) => `${mark}line ${n} goes on`)];
    const { root } = parseBlocks(lines);
    const sizes = root.children.slice(1).map((block) => linesOf(block).to - linesOf(block).from + 1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(12_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4000);
  });
});
