import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { planMarkdown } from '../../../../core/formats/plan-markdown/index.ts';
import { corpusDir, corpusFacts, corpusFile } from '../../../support/corpus.ts';
import { importSource } from '../../../support/import-source.ts';
import { CATALOG, finish, makeWorkspace, type TestWorkspace } from '../../../support/workspaces.ts';

let open: TestWorkspace | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

/** The text of the binder of an engagement over these plans. */
async function binderOf(plans: readonly { readonly name: string; readonly text: string | Uint8Array }[]) {
  const w = await makeWorkspace();
  open = w;
  const files = plans.map(({ name, text }) => ({ path: w.file(name, text) }));
  const imported = (await w.api.frameworks.import({ files })).files;
  const frameworks = imported.flatMap(({ framework }) => (framework === null ? [] : [framework.id]));
  await w.api.engagements.create({ name: 'Programme', frameworks });
  const out = join(w.home, 'binder.pdf');
  await finish(w.api, w.api.binders.compose({ out }));
  return { w, text: execFileSync('pdftotext', [out, '-'], { encoding: 'utf8', maxBuffer: 1e8 }) };
}

const bare = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

const wordsIn = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Lines of a plan of which some word is printed nowhere. */
function missing(plan: string, printed: string): string[] {
  const pages = bare(printed);
  return plan.split(/\r?\n/).filter((line) => wordsIn(line).some((word) => !pages.includes(bare(word))));
}

/** What is printed from the heading of a register up to the next one; the phases begin the registers here. */
function registerIn(text: string, title: string, next: string): string {
  const start = text.indexOf(`\n${title}\n`, text.lastIndexOf('\nPhases\n') - 1);
  return text.slice(start, text.indexOf(`\n${next}\n`, start + 1));
}

const PLAN = `# Readiness plan

A sentence before every section.

## Why

- Nobody has written down the estuary rule.

## Phase 1: Prepare (2026-01-05 to 2026-01-30)

The harbour is closed meanwhile.

### Checklist

Two people tick these boxes.

- [ ] Freeze the configuration
  The lantern stays on.
- [x] Tell the bank the date

## Risks

| Risk | Severity | Owner |
|------|----------|-------|
| Nobody rated this heron | | Bea |
| A pelican in the vault | Low | Bea |
| An otter at the door | Critical | Cyd |
`;

const OTHER = `# Second plan

## Risks

| Risk | Severity | Owner |
|------|----------|-------|
| A walrus in the lift | High | Dee |
`;

const LED = `# Led plan

## Goal

Gates before release:
- The lighthouse is lit.

Said before:
A sentence of its own.

## Phase 1: Prepare (2026-01-05 to 2026-01-30)

Scope:
- Close the harbour.
- Count the boats.

Exit criteria:
- Nobody is at sea.

## Register

| Risk | Severity | Mitigation |
|------|----------|------------|
| Fog | High | Sound the horn |

## Teams

### Watch

- **Owner:** Bea
- **Objectives:** Look out.

### Acceptance

- **Success criteria:** All boats counted.
`;

describe('a binder over a plan', () => {
  test('prints no label whose lines stand elsewhere as a sentence without an end', async () => {
    const { text } = await binderOf([{ name: 'led.md', text: LED }]);
    const lines = text.split('\n').map((line) => line.trim());
    // Only what is followed by lines of its own still ends in a colon.
    expect(lines.filter((line) => line.endsWith(':'))).toEqual(['Said before:']);
    expect(text).toMatch(/Said before:\s+A sentence of its own/);
    expect(lines).toContain('Gates before release: see Gates');
    expect(lines).toContain('Exit criteria: see Criteria');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Table of Risk, Severity, Mitigation: see Risks');
    // What the page of commands says is not the plan's.
    expect(text.slice(0, text.indexOf('None of this needs a network'))).not.toContain('|');
    expect(text).toContain('None of this needs a network');
    expect(missing(LED, text)).toEqual([]);
  });

  test('names the days of a phase once and puts each line of its scope on its own', async () => {
    const { text } = await binderOf([{ name: 'led.md', text: LED }]);
    const phases = registerIn(text, 'Phases', 'Gates');
    expect(phases.match(/2026-01-05/g)).toHaveLength(1);
    expect(phases).toContain('Phase 1: Prepare');
    expect(phases).toMatch(/Close the harbour\.\s*\n\s*Count the boats\./);
    expect(text).not.toContain('.;');
  });

  test('leaves out the columns of a register in which nothing stands', async () => {
    const { text } = await binderOf([{ name: 'led.md', text: LED }]);
    const gates = registerIn(text, 'Gates', 'Risks');
    expect(gates).toContain('The lighthouse is lit.');
    expect(gates).not.toMatch(/Closes|Owner/);
  });

  test('says every line of it', async () => {
    const { text } = await binderOf([{ name: 'plan.md', text: PLAN }]);
    expect(missing(PLAN, text)).toEqual([]);
    for (const word of ['estuary', 'harbour', 'lantern', 'Two people tick']) expect(text).toContain(word);
    expect(text).toContain('Ticked in the plan');
  });

  test('puts the gravest risk first and the unrated last, each with its plan where there are several', async () => {
    const { w, text } = await binderOf([
      { name: 'plan.md', text: PLAN },
      { name: 'other.md', text: OTHER },
    ]);
    const titles = ['An otter at the door', 'A walrus in the lift', 'A pelican in the vault', 'Nobody rated'];
    const risks = text.slice(text.indexOf('\nRisks\n', text.lastIndexOf('\nOpen points\n')));
    expect(risks.indexOf('Nobody rated')).toBeLessThan(risks.indexOf('Accepted risks and exceptions'));
    const places = titles.map((title) => risks.indexOf(title));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(risks).toContain('Plan: Second plan');
    const summary = await w.api.dashboard.summary({});
    expect(summary.risks.map(({ severity, plan }) => [severity, plan])).toEqual([
      ['P0', 'Readiness plan'],
      ['P1', 'Second plan'],
      ['P3', 'Readiness plan'],
      ['', 'Readiness plan'],
    ]);
  });
});

test('a binder shows the words of a family’s overview as its controls show theirs, without marks and link targets', async () => {
  const overview = {
    name: 'overview',
    prose: 'See [OMB A-130](#27847491-5ce1-4f6a-a1e4-9e483782f0ef) and [PM-1](#pm-1).\n\n- *Every* year',
  };
  const [access, ...others] = CATALOG.catalog.groups;
  const catalog = { ...CATALOG.catalog, groups: [{ ...access, parts: [overview] }, ...others] };
  const { text } = await binderOf([{ name: 'catalog.json', text: JSON.stringify({ catalog }) }]);
  expect(text).toContain('See OMB A-130 and PM-1.');
  expect(text).toContain('• Every year');
  expect(text).not.toMatch(/\]\(|27847491|\*Every/);
});

test('the printed ledger says in words what was done, to what and with which file', async () => {
  const { w } = await binderOf([{ name: 'plan.md', text: PLAN }]);
  const [first] = (await w.api.checklists.list({})).rows;
  const item = async () =>
    (await w.api.checklists.get({ checklist: first?.id ?? '' })).checklist.rows.find(({ text }) =>
      text.startsWith('Freeze'),
    );
  const control = (await item())?.id ?? '';
  await w.api.assessments.set({ control, result: 'satisfied' });
  await w.api.evidence.add({ files: [{ path: w.file('proof.csv', 'a') }], links: [{ control }] });
  const out = join(w.home, 'second.pdf');
  await finish(w.api, w.api.binders.compose({ out }));
  const text = execFileSync('pdftotext', [out, '-'], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ');
  expect(text).toMatch(/1\. Freeze the configuration .*· Whole scope — Assessed: result satisfied/);
  expect(text).toContain('Evidence taken in: file proof.csv');
  expect(text).not.toMatch(/\bassess@1|evidence\.add@/);
  const { assessment } = await w.api.assessments.get({ assessment: (await item())?.assessment ?? '' });
  expect(assessment.history.map(({ summary }) => summary)).toContainEqual(
    expect.stringMatching(/^Evidence taken in: E-\w+ proof.csv$/),
  );
});

describe.runIf(corpusDir !== null)('a binder over a plan the product grew out of', () => {
  for (const { file } of corpusFacts('plans-origin/')) {
    test(`says every line of ${basename(file)}`, async () => {
      const plan = corpusFile(file);
      const { text } = await binderOf([{ name: basename(file), text: plan }]);
      expect(missing(plan.toString('utf8'), text)).toEqual([]);
      const pages = bare(text);
      const notes = planMarkdown.read(importSource(plan)).framework?.notes ?? [];
      expect(notes.length).toBeGreaterThan(20);
      // Their beginnings: a page may end in the middle of a note. The owner of a pillar stands in a column of that name,
      // and a label (`Scope:`) is printed once for a whole register, as the title of the column of what it is about.
      const inColumns = (note: string) => note.startsWith('Owner: ') || /^[^:]+:$/.test(note);
      const told = notes.filter((note) => !inColumns(note.text));
      expect(told.filter((note) => !pages.includes(bare(note.text).slice(0, 40)))).toEqual([]);
    });
  }
});
