import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineCoverage, planMarkdown } from '../../../../../core/formats/plan-markdown/index.ts';
import { corpusDir, corpusFacts, corpusFile } from '../../../../support/corpus.ts';
import { importSource } from '../../../../support/import-source.ts';
import { brokenRules, readPlan } from './reading.ts';

const OWN_PLAN = `---
title: Harbour
---
# Harbour readiness

Last updated: 2026-02-16
Owner: Ada

## 1. Security & keys
- **Owner:** Grace
- **Exit Criteria:** No open findings; keys in a vault.
- **Actions:**
  - Rotate \`root\` keys
    and write it down
  - Close [the ticket](https://example.org/t/1 "T-1")

## 2. Risk register
| Risk | Severity | Mitigation | Owner | Due | Extra |
|---|:-:|---|---|---|---|
| Lost keys | P0 | Escrow \\| split | Ada | March 6, 2026 | x |
| Flood | P2 | Move | Lin | 2026-04-01 | |

### Other risks
* **Staff**: Train two (High)

## Phase 1 - Build (2026-02-17 to 2026-03-13)
Scope:
- Frame
- Roof

Exit criteria:
1. Walls stand.

### 1.1 Walls
\`\`\`sh
build --all
}
\`\`\`

## Checklist 目録
- [x] 手順を確認する
  - [ ] 二人で
- [ ] Ship ✅ 100%

> quoted
>
> - [ ] boxed

| Dimension | Current | Target |
|--|--|--|
| Data | 2/5 | 4/5 |

Maturity:
- Security: 4.5/5

---
<!-- done -->
`;

/** Cuts a plan into its sections, each with the heading it begins with. */
function sectionsOf(text: string): string[] {
  return text.split(/^(?=#{1,6} )/m).map((part) => (part.endsWith('\n') ? part : `${part}\n`));
}

const CHANGES: Readonly<Record<string, (text: string, chance: () => number) => string>> = {
  shuffled: (text, chance) =>
    sectionsOf(text)
      .map((part) => ({ part, key: chance() }))
      .sort((a, b) => a.key - b.key)
      .map(({ part }) => part)
      .join(''),
  levels: (text, chance) => text.replace(/^#{1,6} /gm, () => `${'#'.repeat(1 + Math.floor(chance() * 6))} `),
  headings: (text, chance) =>
    text.replace(/^(#{1,6}) .*$/gm, (line, marks: string) => {
      const words = [
        'Risks',
        'KPI metrics',
        'Gates',
        'Phase 3',
        'Timeline',
        'Backlog',
        'Definition of done',
        '名前',
        'Owners',
      ];
      return chance() < 0.5 ? line : `${marks} ${words[Math.floor(chance() * words.length)]}`;
    }),
  bullets: (text, chance) =>
    text.replace(/^(\s*)[-*+] /gm, (_, indent: string) => `${indent}${'-*+'[Math.floor(chance() * 3)]} `),
  windows: (text) => text.replace(/\n/g, '\r\n'),
  mac: (text) => text.replace(/\n/g, '\r'),
  tabs: (text, chance) => text.replace(/^ {2}/gm, () => (chance() < 0.5 ? '\t' : '    ')),
  cut: (text, chance) => text.slice(Math.floor(chance() * text.length)),
  joined: (text, chance) => text.replace(/\n\n/g, (gap) => (chance() < 0.4 ? '\n' : gap)),
  quoted: (text, chance) => text.replace(/^(?=.)/gm, () => (chance() < 0.2 ? '> ' : '')),
};

/** A small seeded source of chance, so that a failing plan can be made again. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const plans = [
  OWN_PLAN,
  ...[...corpusFacts('plans-origin/'), ...corpusFacts('plans/')].map(({ file }) =>
    corpusFile(file).toString('utf8'),
  ),
];

describe('every non-empty line of a plan ends in a record, a note or the report', () => {
  it('in a plan with all kinds of lines', () => {
    expect(brokenRules(OWN_PLAN)).toEqual([]);
  });

  it(`however the plan is shuffled, renamed, re-indented or cut (corpus ${corpusDir === null ? 'absent' : 'present'})`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...plans.keys()),
        fc.subarray(Object.keys(CHANGES), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (index, changes, seed) => {
          const chance = chanceOf(seed);
          const changed = changes.reduce(
            (text, name) => CHANGES[name]?.(text, chance) ?? text,
            plans[index] ?? '',
          );
          if (changed.trim() === '') return;
          expect(brokenRules(changed)).toEqual([]);
        },
      ),
      { numRuns: 60, seed: 20_260_217 },
    );
  });

  it('and for lines made of nothing but marks', () => {
    const line = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'#-*+>|`~_[]()!:.1 \tax\\&<=') }),
      fc.constantFrom(
        '```',
        '~~~',
        '---',
        '===',
        '| a | b |',
        '|--|--|',
        '- [ ] x',
        '  - y',
        '> z',
        '<div>',
        '',
        '1. n',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const text = lines.join('\n');
        if (text.trim() !== '') expect(brokenRules(text)).toEqual([]);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe('the proof of coverage', () => {
  it('fails for every record, note and report line that is taken away', () => {
    const source = importSource(OWN_PLAN);
    const { framework, ...reading } = readPlan(OWN_PLAN);
    const kinds = ['risks', 'items', 'criteria', 'notes', 'maturity'] as const;
    // A heading is a section as well, so taking its record away loses nothing of the line.
    const headings = new Set(framework.groups.map((group) => group.line));
    for (const kind of kinds) {
      expect(framework[kind].length, kind).toBeGreaterThan(0);
      for (const [index, record] of framework[kind].entries()) {
        if (headings.has(record.line)) continue;
        const without = { ...framework, [kind]: framework[kind].filter((_, at) => at !== index) };
        const lost = lineCoverage({ ...reading, framework: without }, source).filter(
          (fate) => fate.by === null,
        );
        expect(
          lost.map((fate) => fate.line),
          `${kind} of line ${record.line}`,
        ).toContain(record.line);
      }
    }
    const lost = lineCoverage({ ...reading, framework, problems: [] }, source).filter(
      (fate) => fate.by === null,
    );
    expect(lost.length).toBe(reading.problems.length);
  });

  it('asks for the words of a line, not for its number', () => {
    const { framework, ...reading } = readPlan('# Plan\n- [ ] Rotate keys\n');
    const forged = { ...framework, items: framework.items.map((item) => ({ ...item, text: 'Rotate' })) };
    expect(
      lineCoverage({ ...reading, framework: forged }, importSource('# Plan\n- [ ] Rotate keys\n')),
    ).toMatchObject([
      { line: 1, by: 'record' },
      { line: 2, by: null },
    ]);
  });

  it('lets no word stand for two lines', () => {
    const source = importSource('# Plan\n- [ ] Rotate keys\n\nkeys\n');
    const reading = planMarkdown.read(source);
    expect(reading.framework?.notes).toEqual([{ on: 'plan', text: 'keys', line: 4 }]);
  });
});
