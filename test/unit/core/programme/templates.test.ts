import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNWATCHED } from '../../../../core/jobs.ts';
import { verifyWorkspace } from '../../../../core/ledger/verify-workspace.ts';
import { systemPorts } from '../../../../core/ports.ts';
import { judgeAll } from '../../../../core/programme/gates.ts';
import { pillarRows, readinessContext } from '../../../../core/programme/pillars.ts';
import { shippedBytes } from '../../../../core/programme/shipped.ts';
import { readStanding } from '../../../../core/programme/standing.ts';
import { startProgramme } from '../../../../core/programme/start-programme.ts';
import { listTemplates, ownFramework, readTemplate } from '../../../../core/programme/templates.ts';
import { createWorkspace } from '../../../../core/workspace/create-workspace.ts';
import { type OpenWorkspace, sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { frameworkById, listFrameworks } from '../../../../db/queries/frameworks.ts';
import { programmeRows } from '../../../../db/queries/programme.ts';
import { planFrom } from '../../../../shared/domain/programme/template.ts';
import { CHEAP, faultOf } from '../../../support/workspaces.ts';

const DAY = 86_400_000;
/** Of programmes that start on Monday 1 March 2027: weeks end on a Sunday. */
const LAST_DAYS: Readonly<Record<string, string>> = {
  'enterprise-target-180': '2027-08-28',
  'fortune-50-readiness-90': '2027-05-30',
  'platform-roadmap-16-weeks': '2027-06-20',
  'enterprise-implementation-12-weeks': '2027-05-23',
};
const daysApart = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY;

/** Every date a value holds at any depth, in its order. */
function datesIn(value: unknown): string[] {
  if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(datesIn) : [];
}

describe('a template', () => {
  test('is found by its id or its title in any case', () => {
    const [first] = listTemplates();
    expect(readTemplate(first?.id ?? '').template.title).toBe(first?.title);
    expect(readTemplate(` ${first?.title.toUpperCase()} `).id).toBe(first?.id);
    expect(ownFramework('Enterprise readiness').id).toBe('enterprise-readiness');
  });

  test('that is not there is not found', async () => {
    expect(await faultOf(() => readTemplate('moon-landing'))).toEqual({
      code: 'not-found',
      what: 'programme template',
      id: 'moon-landing',
    });
  });

  test('whose file is not the one its index names is refused', async () => {
    const [first] = listTemplates();
    const other = { file: first?.file ?? '', sha256: '0'.repeat(64) };
    expect(await faultOf(() => shippedBytes('programmes', other))).toMatchObject({ code: 'corrupt' });
  });

  test.each(listTemplates())('$id moves every date as far as its start moves', ({ id }) => {
    const { template, sha256, bytes } = readTemplate(id);
    const plan = (start: string) => planFrom(template, start, { sha256, bytes: bytes.length });
    // Over the end of a month, of a year and of a February with 29 days.
    const early = datesIn(plan('2027-11-30'));
    const late = datesIn(plan('2028-03-09'));
    expect(early.length).toBe(
      template.phases.length * 2 +
        template.risks.length +
        template.checklists.flatMap(({ items }) => items).length,
    );
    expect(early.map((day, at) => daysApart(day, late[at] ?? ''))).toEqual(early.map(() => 100));
  });
});

describe('a programme started from a template', () => {
  let folder: string;
  let ws: OpenWorkspace;
  let first: Awaited<ReturnType<typeof startProgramme>>;
  const template = 'fortune-50-readiness-90';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bindery-programme-'));
    const made = {
      dir: join(folder, 'w'),
      name: 'Readiness',
      member: 'Ada',
      passphrase: 'Ada opens this',
      cost: CHEAP,
    };
    ({ open: ws } = await createWorkspace(systemPorts, made));
    first = await startProgramme(ws, {
      template,
      name: 'Spring',
      start: '2027-03-01',
      subjects: ['Payroll', 'Ledger'],
    });
  });
  afterAll(() => {
    sealAndClose(ws);
    rmSync(folder, { recursive: true, force: true });
  });

  test('works by our catalog and the dated plan, until its last phase ends', () => {
    const { engagement, catalog, plan } = first;
    expect({
      name: engagement.name,
      from: engagement.from,
      to: engagement.to,
      subjects: engagement.subjects.map((one) => one.name),
    }).toEqual({
      name: 'Spring',
      from: '2027-03-01',
      to: '2027-05-30',
      subjects: ['Ledger', 'Payroll'],
    });
    expect(engagement.frameworks.map(({ id }) => id).sort()).toEqual([catalog, plan].sort());
    const { title, version, kind, format, counts, source } = frameworkById(ws.db, plan) ?? {};
    const shipped = readTemplate(template);
    expect({ title, version, kind, format, counts, source }).toEqual({
      title: shipped.title,
      version: '1.0, from 2027-03-01',
      kind: 'plan',
      format: 'programme-template',
      counts: {
        pillars: 15,
        phases: 3,
        risks: 15,
        gates: 8,
        kpis: 16,
        maturity: 7,
        checklists: 8,
        items: 61,
        criteria: 45,
      },
      source: { sha256: shipped.sha256, bytes: shipped.bytes.length, name: 'fortune-50-readiness-90.json' },
    });
    expect(frameworkById(ws.db, catalog)?.counts.controls).toBe(150);
  });

  test('keeps the files both were made from, byte for byte', async () => {
    for (const { sha256, bytes } of [readTemplate(template), ownFramework('enterprise-readiness')])
      expect((await ws.vault.read(sha256)).equals(bytes)).toBe(true);
  });

  test('holds its phases, risks and gates with dates counted from its start', () => {
    const { id } = first.engagement;
    const [phase] = programmeRows(ws.db, id, 'phase');
    expect(phase?.body).toMatchObject({ from: '2027-03-01', to: '2027-03-15' });
    const risk = programmeRows(ws.db, id, 'risk').find(({ title }) => title.startsWith('Secrets lie'));
    expect(risk?.body).toMatchObject({
      severity: 'P0',
      likelihood: 4,
      impact: 5,
      due: '2027-03-13',
      category: 'Security and compliance',
    });
    expect(programmeRows(ws.db, id, 'gate')).toHaveLength(8);
    expect(programmeRows(ws.db, id, 'criterion').filter(({ body }) => body.for === null)).toEqual([]);
  });

  test('asks for evidence in the rhythm of its template', () => {
    const [cadence, ...others] = programmeRows(ws.db, first.engagement.id, 'cadence');
    expect(others).toEqual([]);
    expect(cadence?.body).toEqual({
      for: null,
      refreshDays: 31,
      changeHours: 48,
      attestDays: 90,
      linkDays: 31,
    });
  });

  test.each(listTemplates())('$id finds everything its rules ask about', async ({ id, title }) => {
    const { engagement } = await startProgramme(ws, { template: id, name: title, start: '2027-03-01' });
    expect(engagement.to).toBe(LAST_DAYS[id]);
    const standing = readStanding(ws.db, engagement.id, '2027-03-02');
    const { gates, phases } = judgeAll(standing);
    const said = [...gates, ...phases].flatMap(({ criteria }) => criteria.map(({ because }) => because));
    expect(said.length).toBe(programmeRows(ws.db, engagement.id, 'criterion').length);
    expect(said.filter((because) => /is not in the engagement|There is no|is empty/.test(because))).toEqual(
      [],
    );
    const rows = pillarRows(readinessContext(standing, { gates, phases }));
    expect(rows.filter((row) => row.checks.total === 0).map((row) => row.title)).toEqual([]);
  });

  test('is the same plan when it starts on the same day, and another on another day', async () => {
    const before = listFrameworks(ws.db, 0, 10).total;
    const again = await startProgramme(ws, { template, name: 'Spring once more', start: '2027-03-01' });
    expect({ ...again, engagement: again.engagement.subjects.map(({ name }) => name) }).toEqual({
      ...first,
      engagement: ['Whole scope'],
    });
    expect(listFrameworks(ws.db, 0, 10).total).toBe(before);
    const later = await startProgramme(ws, { template, name: 'Summer', start: '2027-06-01' });
    expect(later.catalog).toBe(first.catalog);
    expect(later.plan).not.toBe(first.plan);
    expect(listFrameworks(ws.db, 0, 10).total).toBe(before + 1);
    const due = (engagement: string) =>
      programmeRows(ws.db, engagement, 'risk').map(({ body }) => String(body.due));
    const moved = due(later.engagement.id);
    expect(due(first.engagement.id).map((day, at) => daysApart(day, moved[at] ?? ''))).toEqual(
      moved.map(() => 92),
    );
  });

  test.each(['2027-02-30', '2027-3-1', 'soon', '9999-12-31'])('does not start on %s', async (start) => {
    const before = listFrameworks(ws.db, 0, 10).total;
    expect(
      await faultOf(startProgramme(ws, { template: 'enterprise-target-180', name: 'Never', start })),
    ).toMatchObject({
      code: 'invalid-input',
      where: 'start',
    });
    expect(listFrameworks(ws.db, 0, 10).total).toBe(before);
  });

  test('takes nothing in where its name is taken', async () => {
    const before = listFrameworks(ws.db, 0, 10).total;
    const taken = { template: 'enterprise-target-180', name: 'SPRING', start: '2027-03-01' };
    expect(await faultOf(startProgramme(ws, taken))).toMatchObject({ code: 'conflict' });
    expect(listFrameworks(ws.db, 0, 10).total).toBe(before);
  });

  test('is told alike by its ledger replayed from nothing', async () => {
    const { intact, problems, rebuild } = await verifyWorkspace(ws, true, UNWATCHED);
    expect({ intact, problems, differences: rebuild?.differences }).toEqual({
      intact: true,
      problems: [],
      differences: [],
    });
  });
});

test('the phases of a programme told in weeks are whole weeks', () => {
  const told = listTemplates().filter(({ id }) => id.endsWith('-weeks'));
  const phases = told.flatMap(({ id }) => readTemplate(id).template.phases);
  expect(phases.filter(({ fromDay, toDay }) => (toDay - fromDay + 1) % 7 !== 0)).toEqual([]);
  for (const { id, days } of told)
    expect(Math.max(...readTemplate(id).template.phases.map(({ toDay }) => toDay)) + 1).toBe(days);
});
