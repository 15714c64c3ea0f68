import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { oscalCatalogJson } from '../../../core/formats/oscal-catalog-json/index.ts';
import { listTemplates, ownFramework, readTemplate } from '../../../core/programme/templates.ts';
import type { CriterionRule } from '../../../shared/domain/programme/criterion-rule.ts';
import { cadenceDays } from '../../../shared/domain/programme/kpi.ts';
import { type ProgrammeTemplate, planFrom } from '../../../shared/domain/programme/template.ts';

const own = ownFramework('enterprise-readiness');
const catalog = oscalCatalogJson.read({ name: own.file, bytes: own.bytes, sha256: own.sha256 }).framework;
const groups = (catalog?.groups ?? []).map(({ title }) => title);

test('four templates come with the program, each with the hash of its file', () => {
  expect(listTemplates().map(({ id, days }) => `${id}: ${days}`)).toEqual([
    'enterprise-target-180: 180',
    'fortune-50-readiness-90: 90',
    'platform-roadmap-16-weeks: 112',
    'enterprise-implementation-12-weeks: 84',
  ]);
});

const keysOf = (nodes: readonly { readonly key: string }[]) => nodes.map(({ key }) => key);
const twice = (names: readonly string[]) => names.filter((name, at) => names.indexOf(name) !== at);

interface Stated {
  readonly text: string;
  readonly rule: CriterionRule | undefined;
}

function criteriaOf({ phases, gates }: ProgrammeTemplate): Stated[] {
  const all = [...phases.flatMap(({ exit }) => exit), ...gates.flatMap(({ criteria }) => criteria)];
  return all.map(({ text, rule }) => ({ text, rule }));
}

/** What a rule names that neither the template nor the catalog has; null where it has all of it. */
function missing(template: ProgrammeTemplate, rule: CriterionRule): string | null {
  const absent = (name: string, among: readonly string[]) => (among.includes(name) ? null : name);
  switch (rule.rule) {
    case 'controls-accepted':
    case 'evidence-fresh': {
      const { framework = own.title, group } = rule.scope;
      return absent(framework, [own.title]) ?? (group === undefined ? null : absent(group, groups));
    }
    case 'checklist-complete':
      return absent(
        rule.checklist,
        template.checklists.map(({ title }) => title),
      );
    case 'kpi-at-target':
      return absent(
        rule.kpi,
        template.kpis.map(({ title }) => title),
      );
    case 'maturity-reached':
      return absent(
        rule.dimension,
        template.maturity.map(({ dimension }) => dimension),
      );
    case 'actions-done':
      return rule.of === undefined
        ? null
        : absent(
            rule.of,
            [...template.phases, ...template.pillars].map(({ title }) => title),
          );
    case 'attested':
      return rule.by === undefined ? 'who attests it' : null;
    case 'artifact-attached':
      return rule.what.length < 10 ? rule.what : null;
    case 'risks-at-most':
      return null;
  }
}

describe.each(listTemplates())('$title', (shipped) => {
  const { template, bytes, sha256 } = readTemplate(shipped.id);
  const { days, phases, pillars, gates, kpis, maturity, risks, checklists } = template;
  const items = checklists.flatMap((checklist) => checklist.items.map((item) => ({ ...item, checklist })));

  test('is what the index says of it', () => {
    const { id, title, version, summary } = template;
    expect({ id, title, version, days, summary, sha256 }).toEqual({
      id: shipped.id,
      title: shipped.title,
      version: shipped.version,
      days: shipped.days,
      summary: shipped.summary,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  test('has keys and titles that name one thing each', () => {
    expect(
      [
        keysOf([...phases, ...pillars]),
        keysOf(gates),
        keysOf(kpis),
        keysOf(maturity),
        keysOf(risks),
        keysOf(checklists),
        ...phases.map(({ exit }) => keysOf(exit)),
        ...gates.map(({ criteria }) => keysOf(criteria)),
        ...checklists.map((checklist) => keysOf(checklist.items)),
        [...pillars, ...phases].map(({ title }) => title),
        gates.map(({ title }) => title),
        kpis.map(({ title }) => title),
        checklists.map(({ title }) => title),
        risks.map(({ title }) => title),
        items.map(({ text }) => text),
      ].flatMap(twice),
    ).toEqual([]);
  });

  test('lets every rule name what the template or the catalog has', () => {
    const stated = criteriaOf(template);
    expect(stated.filter(({ rule }) => rule === undefined)).toEqual([]);
    expect(stated.flatMap(({ rule }) => (rule === undefined ? [] : (missing(template, rule) ?? [])))).toEqual(
      [],
    );
  });

  test('decides most criteria from data', () => {
    const rules = criteriaOf(template).map(({ rule }) => rule?.rule);
    expect(rules.filter((rule) => rule !== 'attested').length / rules.length).toBeGreaterThan(0.75);
  });

  test('keeps every day within its horizon, its phases in order and its items within their phase', () => {
    expect(phases.flatMap(({ fromDay, toDay }) => [fromDay, toDay])).toEqual(
      phases.flatMap(({ fromDay, toDay }) => [fromDay, toDay]).sort((a, b) => a - b),
    );
    expect(phases[0]?.fromDay).toBe(0);
    // Days count from 0: a programme told in whole weeks ends with the last day of its last week.
    expect(phases.at(-1)?.toDay).toBe(days % 7 === 0 ? days - 1 : days);
    expect(risks.filter(({ dueDay }) => dueDay > days)).toEqual([]);
    const late = items.filter(({ dueDay, checklist }) => {
      const phase = phases.find(({ key }) => key === checklist.of);
      return dueDay === undefined || dueDay > (phase?.toDay ?? days) || dueDay < (phase?.fromDay ?? 0);
    });
    expect(late.map(({ text }) => text)).toEqual([]);
  });

  test('gives every group of controls a pillar, and every risk, checklist and gate its place', () => {
    const titles = pillars.map(({ title }) => title);
    const places = keysOf([...phases, ...pillars]);
    expect(groups.filter((group) => !titles.includes(group))).toEqual([]);
    expect(risks.filter(({ category = '' }) => !titles.includes(category))).toEqual([]);
    expect(checklists.filter(({ of = '' }) => !places.includes(of))).toEqual([]);
    expect(gates.filter(({ phase = '' }) => !keysOf(phases).includes(phase))).toEqual([]);
  });

  test('names an owner for everything that has one, a rhythm for every KPI and a higher target for every dimension', () => {
    const owners = [...pillars, ...risks, ...items].map(({ owner = '' }) => owner);
    expect(owners.filter((owner) => owner.length < 2)).toEqual([]);
    expect(kpis.filter(({ cadence }) => cadenceDays(cadence) === null)).toEqual([]);
    expect(maturity.filter(({ current, target, scale }) => current >= target || target > scale)).toEqual([]);
  });

  test('becomes a plan that loses nothing', () => {
    const plan = planFrom(template, '2027-01-04', { sha256, bytes: bytes.length });
    expect({
      pillars: plan.pillars.length,
      phases: plan.phases.length,
      gates: plan.gates.length,
      kpis: plan.kpis.length,
      maturity: plan.maturity.length,
      risks: plan.risks.length,
      checklists: plan.checklists.length,
      items: plan.items.length,
      criteria: plan.criteria.length,
    }).toEqual({
      pillars: pillars.length,
      phases: phases.length,
      gates: gates.length,
      kpis: kpis.length,
      maturity: maturity.length,
      risks: risks.length,
      checklists: checklists.length,
      items: items.length,
      criteria: criteriaOf(template).length,
    });
    const paths = [
      ...plan.pillars,
      ...plan.phases,
      ...plan.gates,
      ...plan.kpis,
      ...plan.maturity,
      ...plan.risks,
      ...plan.checklists,
      ...plan.items,
      ...plan.criteria,
    ].map(({ path }) => path);
    expect(twice(paths)).toEqual([]);
  });
});
