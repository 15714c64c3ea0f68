import { z } from 'zod';
import { FRAMEWORK_SCHEMA, type NormalisedFramework } from '../framework.ts';
import { CriterionRule } from './criterion-rule.ts';
import { Severity } from './shapes.ts';

/**
 * A programme template: a plan whose days are counted from the start (day 0). Keys are lower-case words joined by
 * `-`, unique within their kind (phases and pillars count as one, since a checklist names either); they become the
 * paths of the plan, so they never change between versions.
 */
const Key = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const offset = z.int().nonnegative();

/** How often evidence is refreshed, attested and its links checked, and how soon after a declared change. */
const TemplateRhythm = z.strictObject({
  refreshDays: z.int().positive(),
  changeHours: z.int().positive(),
  attestDays: z.int().positive(),
  linkDays: z.int().positive(),
});

const TemplateCriterion = z.strictObject({ key: Key, text: z.string(), rule: CriterionRule.optional() });

export const ProgrammeTemplate = z.strictObject({
  schema: z.literal('bindery.programme-template/1'),
  id: Key,
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  /** How long it takes, as its title says; the last phase says on which day it ends. */
  days: z.int().positive(),
  /** Becomes the cadence of the engagement; absent where the template leaves it to those who run it. */
  evidence: TemplateRhythm.optional(),
  pillars: z.array(z.strictObject({ key: Key, title: z.string(), owner: z.string(), scope: z.string() })),
  phases: z.array(
    z.strictObject({
      key: Key,
      title: z.string(),
      fromDay: offset,
      toDay: offset,
      priority: z.string().optional(),
      scope: z.array(z.string()),
      exit: z.array(TemplateCriterion),
    }),
  ),
  gates: z.array(
    z.strictObject({
      key: Key,
      title: z.string(),
      phase: Key.optional(),
      rule: CriterionRule.optional(),
      criteria: z.array(TemplateCriterion),
    }),
  ),
  kpis: z.array(
    z.strictObject({
      key: Key,
      title: z.string(),
      unit: z.string(),
      target: z.number(),
      direction: z.enum(['up', 'down']),
      cadence: z.string(),
    }),
  ),
  maturity: z.array(
    z.strictObject({
      key: Key,
      dimension: z.string(),
      current: z.number(),
      target: z.number(),
      scale: z.number(),
    }),
  ),
  risks: z.array(
    z.strictObject({
      key: Key,
      title: z.string(),
      severity: Severity,
      likelihood: z.int().min(1).max(5),
      impact: z.int().min(1).max(5),
      owner: z.string(),
      dueDay: offset,
      remediation: z.string(),
      exit: z.string(),
      category: z.string().optional(),
    }),
  ),
  /** `of` is the key of a phase or pillar. */
  checklists: z.array(
    z.strictObject({
      key: Key,
      title: z.string(),
      of: Key.optional(),
      items: z.array(
        z.strictObject({
          key: Key,
          text: z.string(),
          owner: z.string().optional(),
          dueDay: offset.optional(),
        }),
      ),
    }),
  ),
});
export type ProgrammeTemplate = z.infer<typeof ProgrammeTemplate>;

const DAY = 86_400_000;

/** The day so many days after another, both `YYYY-MM-DD`. */
export function dayAfter(start: string, days: number): string {
  return new Date(Date.parse(`${start}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The plan a template becomes when it starts on a day: the same nodes, with dates. `source` is the template's file. */
export function planFrom(
  template: ProgrammeTemplate,
  start: string,
  source: { readonly sha256: string; readonly bytes: number },
): NormalisedFramework {
  const on = (days: number) => dayAfter(start, days);
  const ordered = <T extends { readonly key: string }, R>(
    prefix: string,
    nodes: readonly T[],
    rest: (node: T) => R,
  ) => nodes.map((node, order) => ({ path: `${prefix}/${node.key}`, order, ...rest(node) }));
  const belongsTo = (key: string | undefined) => (key === undefined ? {} : { of: placeOf(template, key) });
  const phases = ordered('phase', template.phases, (p) => ({
    title: p.title,
    from: on(p.fromDay),
    to: on(p.toDay),
    fromDay: p.fromDay,
    toDay: p.toDay,
    ...(p.priority === undefined ? {} : { priority: p.priority }),
    scope: p.scope,
  }));
  const gates = ordered('gate', template.gates, (g) => ({
    text: g.title,
    ...(g.rule === undefined ? {} : { rule: g.rule }),
    ...(g.phase === undefined ? {} : { phase: `phase/${g.phase}` }),
  }));
  return {
    schema: FRAMEWORK_SCHEMA,
    kind: 'plan',
    format: 'programme-template',
    source: { sha256: source.sha256, bytes: source.bytes },
    title: template.title,
    version: `${template.version}, from ${start}`,
    groups: [],
    controls: [],
    pillars: ordered('pillar', template.pillars, ({ title, owner, scope }) => ({ title, owner, scope })),
    phases,
    gates,
    kpis: ordered('kpi', template.kpis, ({ title, unit, target, direction, cadence }) => ({
      text: title,
      unit,
      target,
      direction,
      cadence,
    })),
    maturity: ordered('maturity', template.maturity, ({ dimension, current, target, scale }) => ({
      dimension,
      current,
      target,
      scale,
    })),
    risks: ordered(
      'risk',
      template.risks,
      ({ key: _key, dueDay, likelihood, impact, category, ...risk }) => ({
        ...risk,
        due: on(dueDay),
        likelihood: String(likelihood),
        impact: String(impact),
        ...(category === undefined ? {} : { category }),
      }),
    ),
    checklists: ordered('checklist', template.checklists, (c) => ({ title: c.title, ...belongsTo(c.of) })),
    items: template.checklists.flatMap((c) =>
      ordered(`checklist/${c.key}`, c.items, ({ text, owner, dueDay }) => ({
        checklist: `checklist/${c.key}`,
        text,
        ...(owner === undefined ? {} : { owner }),
        ...(dueDay === undefined ? {} : { due: on(dueDay) }),
      })),
    ),
    criteria: [
      ...criteriaOf(
        'phase',
        template.phases.map((p) => ({ key: p.key, criteria: p.exit })),
      ),
      ...criteriaOf('gate', template.gates),
    ],
    notes: [],
  };
}

function placeOf(template: ProgrammeTemplate, key: string): string {
  return template.phases.some((phase) => phase.key === key) ? `phase/${key}` : `pillar/${key}`;
}

function criteriaOf(
  prefix: 'phase' | 'gate',
  owners: readonly { key: string; criteria: readonly z.infer<typeof TemplateCriterion>[] }[],
) {
  return owners.flatMap(({ key, criteria }) =>
    criteria.map((criterion, order) => ({
      path: `${prefix}/${key}/${criterion.key}`,
      order,
      kind: prefix === 'phase' ? ('exit' as const) : ('acceptance' as const),
      of: `${prefix}/${key}`,
      text: criterion.text,
      ...(criterion.rule === undefined ? {} : { rule: criterion.rule }),
    })),
  );
}
