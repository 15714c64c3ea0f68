import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ProgrammeRow } from '../../../../shared/contract/programme.ts';
import { PLANNED_KINDS, type PlannedKind } from '../../../../shared/domain/programme/shapes.ts';
import { corpusDir, corpusFacts, corpusFile } from '../../../support/corpus.ts';
import { root } from '../../../support/source-files.ts';
import { type Api, makeWorkspace, type TestWorkspace } from '../../../support/workspaces.ts';

/** Letters and digits alone: what a line says, whatever marks it carries. */
const bare = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** Whether a record says every word of a line; the number before a heading or list line is order, not text. */
function says(record: ReadonlySet<string>, line: string): boolean {
  const text = line.replace(/^[\s>#]*(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?(?:\d+[A-Z]?(?:\.\d+)*[.)]?\s+)?/, '');
  return [...wordsOf(text)].every((word) => record.has(word));
}

interface Piece {
  readonly became: string;
  readonly text: string;
}

/** Everything a programme shows of a plan: records with their fields and notes, checklists with their items. */
async function piecesOf(api: Api, engagement: string): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const kind of PLANNED_KINDS) {
    for (const row of (await api.programme.list({ kind, engagement, limit: 1000 })).rows) {
      const said = [
        ...Object.values(row.body)
          .flat()
          .filter((value) => value !== null),
        ...row.notes,
        row.section,
      ];
      const label = kind === 'criterion' ? ['criteria'] : [];
      pieces.push({ became: kind, text: [...said, ...label].join(' ') });
      for (const note of row.notes) pieces.push({ became: `note on ${kind} "${row.title}"`, text: note });
    }
  }
  for (const { id } of (await api.checklists.list({ engagement, limit: 1000 })).rows) {
    const { checklist } = await api.checklists.get({ checklist: id, engagement });
    pieces.push({ became: 'checklist', text: `${checklist.title} ${checklist.of ?? ''}` });
    for (const note of [...checklist.notes, ...checklist.criteria])
      pieces.push({ became: `note on checklist "${checklist.title}"`, text: note });
    for (const item of checklist.rows)
      pieces.push(
        { became: 'item', text: `${item.text} ${item.owner ?? ''} ${item.due ?? ''}` },
        ...item.details.map((text) => ({ became: `note on item "${item.text}"`, text })),
      );
  }
  return pieces;
}

interface LineFate {
  readonly line: number;
  readonly text: string;
  readonly became: string;
}

/** The rows of a Markdown table whose head names a risk and a severity, cell by cell, read without our parser. */
function riskTable(lines: readonly string[]): Record<string, string>[] {
  const cells = (line: string) =>
    line
      .replace(/^\s*\||\|\s*$/g, '')
      .split('|')
      .map((cell) => cell.trim());
  const at = lines.findIndex(
    (line) => /^\s*\|/.test(line) && /\brisk\b/i.test(line) && /severity/i.test(line),
  );
  if (at < 0) return [];
  const head = cells(lines[at] ?? '').map((cell) => cell.toLowerCase());
  const body = lines.slice(at + 2);
  const end = body.findIndex((line) => !/^\s*\|/.test(line));
  return body
    .slice(0, end < 0 ? undefined : end)
    .map((line) => Object.fromEntries(cells(line).map((cell, column) => [head[column] ?? '', cell])));
}

let open: TestWorkspace[] = [];
afterAll(async () => {
  for (const w of open) await w.close();
  open = [];
});

async function programmeOf(file: string) {
  const w = await makeWorkspace();
  open.push(w);
  const path = w.file(basename(file), corpusFile(file));
  const { files } = await w.api.frameworks.import({ files: [{ path }] });
  const [imported] = files;
  if (imported?.framework == null) throw new Error(`${file} was refused`);
  await w.api.engagements.create({
    name: 'Programme',
    frameworks: [imported.framework.id],
    from: '2026-02-17',
  });
  return { w, imported, lines: corpusFile(file).toString('utf8').split(/\r?\n/) };
}

const rowsOf = async (api: Api, kind: PlannedKind): Promise<ProgrammeRow[]> =>
  (await api.programme.list({ kind, engagement: 'Programme', limit: 1000 })).rows;

describe.runIf(corpusDir !== null)('each plan the product grew out of is held whole', () => {
  for (const { file } of corpusFacts('plans-origin/')) {
    test(`${file}: a table of every line and what became of it, and no line without a home`, async () => {
      const { w, imported, lines } = await programmeOf(file);
      const all = [
        ...(await piecesOf(w.api, 'Programme')),
        ...(await sectionsOf(w.api, imported.framework?.id ?? '')),
      ];
      const pieces = all.map((piece) => ({ became: piece.became, words: wordsOf(piece.text) }));
      const reported = new Map(imported.problems.map((problem) => [problem.where, problem.message]));
      const fates = lines.flatMap((text, index): LineFate[] => {
        if (wordsOf(text).size === 0) return [];
        const line = index + 1;
        const home = pieces.find((piece) => says(piece.words, text));
        const report = reported.get(`line ${line}`);
        return [{ line, text, became: home?.became ?? (report === undefined ? '' : `report: ${report}`) }];
      });
      keepTable(file, fates);
      const homeless = fates
        .filter(({ became }) => became === '')
        .map(({ line, text }) => `${line}: ${text}`);
      expect(homeless).toEqual([]);
    });

    test(`${file}: the programme holds as many of each as the import counted`, async () => {
      const { w, imported } = await programmeOf(file);
      const names = {
        pillar: 'pillars',
        phase: 'phases',
        gate: 'gates',
        criterion: 'criteria',
        kpi: 'kpis',
        maturity: 'maturity',
        risk: 'risks',
      } as const;
      for (const kind of PLANNED_KINDS) {
        const rows = await rowsOf(w.api, kind);
        expect([kind, rows.length]).toEqual([kind, imported.counts[names[kind]] ?? 0]);
      }
    });

    test(`${file}: every risk of a table keeps severity, owner, due date, remediation and exit criteria`, async () => {
      const { w, lines } = await programmeOf(file);
      const risks = await rowsOf(w.api, 'risk');
      for (const row of riskTable(lines)) {
        const risk = risks.find((candidate) => bare(candidate.title) === bare(row.risk ?? ''));
        expect(risk?.body, row.risk).toMatchObject({
          severity: row.severity,
          owner: row.owner,
          due: row['due date'] ?? row.due ?? null,
          state: 'open',
        });
        expect(bare(String(risk?.body.exit))).toBe(bare(row['exit criteria'] ?? ''));
        expect(bare(String(risk?.body.remediation))).toBe(bare(row.remediation ?? row.mitigation ?? ''));
      }
    });

    test(`${file}: every phase named in a heading keeps its dates, scope and exit criteria`, async () => {
      const { w, lines } = await programmeOf(file);
      const phases = await rowsOf(w.api, 'phase');
      const criteria = await rowsOf(w.api, 'criterion');
      const headings = lines.filter((line) => /^#{1,6}\s+phase\s+\d/i.test(line));
      for (const heading of headings) {
        const phase = phases.find((candidate) => bare(heading).includes(bare(candidate.title)));
        expect(phase, heading).toBeDefined();
        const [from, to] = heading.match(/\d{4}-\d{2}-\d{2}/g) ?? [];
        if (from !== undefined) expect(phase?.body).toMatchObject({ from, to });
        const stated = bulletsAfter(lines, heading, /^exit criteria/i);
        const held = criteria.filter((one) => one.body.for === phase?.record).map((one) => bare(one.title));
        expect(held).toEqual(stated.map(bare));
      }
    });
  }
});

describe.runIf(corpusDir !== null)('what a plan asks of each phase', () => {
  test('decides every phase, is counted once, and is said again in each', async () => {
    const file = 'plans-origin/symbi-resonate-implementation-plan.md';
    const { w, imported } = await programmeOf(file);
    const asked = [
      'Security: All security tests pass, no critical vulnerabilities',
      'Performance: Meets performance benchmarks (p95 < 200ms)',
      'Quality: Test coverage > 80%, all tests passing',
      'Documentation: Complete and reviewed',
      'Review: Code review completed and approved',
      'Deployment: Successfully deployed to staging',
    ];
    const verdicts = async () => (await w.api.board.gates({ engagement: 'Programme' })).gates;
    const phases = (await verdicts()).filter(({ kind }) => kind === 'phase');
    expect(phases.map((phase) => phase.criteria.map(({ title }) => title))).toEqual(
      phases.map(() => expect.arrayContaining(asked)),
    );
    expect(phases.length).toBe(imported.counts.phases);
    const rows = await rowsOf(w.api, 'criterion');
    expect(rows.filter(({ body }) => body.for === 'every phase').map(({ title }) => title)).toEqual(asked);
    const [first, second] = await rowsOf(w.api, 'phase');
    const moved = new Date().toISOString().slice(0, 10);
    const ahead = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    await w.api.programme.put({ kind: 'phase', record: first?.record ?? '', fields: { from: '2026-01-01' } });
    await w.api.programme.put({ kind: 'phase', record: second?.record ?? '', fields: { from: ahead } });
    const record = rows.find(({ title }) => title === asked[0])?.record ?? '';
    await w.api.programme.attest({ record, statement: 'All pass.' });
    const said = (await verdicts()).flatMap((gate) =>
      [first?.id, second?.id].includes(gate.id)
        ? gate.criteria.filter((one) => one.record === record).map(({ met, because }) => ({ met, because }))
        : [],
    );
    expect(said).toEqual([
      { met: true, because: expect.stringContaining('attested on') },
      {
        met: null,
        because: `Nobody has attested it yet; what was said before ${ahead} is not about this phase; the start of this phase was changed by Ada on ${moved}`,
      },
    ]);
    expect((await w.api.board.get({ engagement: 'Programme' })).criteria).toEqual([]);
  });
});

function bulletsAfter(lines: readonly string[], heading: string, label: RegExp): string[] {
  const start = lines.indexOf(heading);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#{1,6}\s/.test(line));
  const section = rest.slice(0, end < 0 ? undefined : end);
  const at = section.findIndex((line) => label.test(line.replaceAll(/[*_]/g, '').trim()));
  if (at < 0) return [];
  const bullets: string[] = [];
  for (const line of section.slice(at + 1)) {
    const bullet = /^\s*[-*]\s+(.*)$/.exec(line);
    if (bullet?.[1] !== undefined) bullets.push(bullet[1]);
    else if (line.trim() !== '') break;
  }
  return bullets;
}

/** Sections with the lines that stand in them, and the titles of the frameworks. */
async function sectionsOf(api: Api, framework: string): Promise<Piece[]> {
  const groups = await api.frameworks.groups({ framework });
  const { rows } = await api.frameworks.list({});
  return [
    ...groups.flatMap((group) => [
      { became: 'section', text: `${group.label} ${group.title}` },
      ...group.notes.map((text) => ({ became: `note on section "${group.title}"`, text })),
    ]),
    ...rows.map((row) => ({ became: 'framework', text: `${row.title} ${row.version}` })),
  ];
}

function keepTable(file: string, fates: readonly LineFate[]): void {
  const folder = join(root, 'test-results/origin-plans');
  mkdirSync(folder, { recursive: true });
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = fates.map(({ line, text, became }) => `| ${line} | ${cell(text)} | ${cell(became)} |`);
  writeFileSync(
    join(folder, basename(file)),
    ['| line | text | became |', '|---|---|---|', ...rows, ''].join('\n'),
  );
}
