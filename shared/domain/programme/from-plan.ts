import { OF_EVERY_PHASE } from '../framework.ts';
import { ATTESTED, CriterionRule, ruleInWords } from './criterion-rule.ts';
import { betterSide } from './kpi.ts';
import { CriterionKind, EVERY_PHASE, type PlannedKind, PROGRAMME_BLANKS, Severity } from './shapes.ts';
import { dayAfter } from './template.ts';

/** What a plan says about a node, as it was normalised (`shared/domain/framework.ts`), with its place resolved. */
export interface PlanPlace {
  /** The ledger name (`phase:…`) of the programme record that stands for a path of the same plan, if one does. */
  recordOf(path: string): string | null;
  /** First day of the engagement: plans that count days are shown in dates from here. */
  readonly start: string | null;
}

type Node = Readonly<Record<string, unknown>>;

/** The body a programme record begins with: the plan's own words, in the fields of its kind. */
export function bodyFromPlan(kind: PlannedKind, node: Node, place: PlanPlace): Record<string, unknown> {
  return { ...PROGRAMME_BLANKS[kind], ...FROM_PLAN[kind](node, place) };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
const day = (value: unknown): string | null => (ISO_DAY.test(text(value)) ? text(value) : null);

function dated(node: Node, field: 'from' | 'to', { start }: PlanPlace): string | null {
  const offset = node[`${field}Day`];
  return day(node[field]) ?? (typeof offset === 'number' && start !== null ? dayAfter(start, offset) : null);
}

function ruleOf(node: Node): CriterionRule {
  const stated = CriterionRule.safeParse(node.rule);
  return stated.success ? stated.data : ruleInWords(text(node.text) || text(node.title));
}

const placed = (path: unknown, place: PlanPlace) => (text(path) === '' ? null : place.recordOf(text(path)));

const FROM_PLAN: { readonly [K in PlannedKind]: (node: Node, place: PlanPlace) => Record<string, unknown> } =
  {
    pillar: (node) => ({ title: text(node.title), owner: text(node.owner), scope: text(node.scope) }),
    phase: (node, place) => ({
      title: text(node.title),
      scope: Array.isArray(node.scope) ? node.scope.map(text) : [],
      from: dated(node, 'from', place),
      to: dated(node, 'to', place),
    }),
    gate: (node, place) => ({ title: text(node.text), phase: placed(node.phase, place), rule: ruleOf(node) }),
    criterion: (node, place) => ({
      title: text(node.text),
      for: text(node.of) === OF_EVERY_PHASE ? EVERY_PHASE : placed(node.of, place),
      kind: CriterionKind.safeParse(node.of_kind).data ?? 'acceptance',
      rule: text(node.text) === '' ? ATTESTED : ruleOf(node),
    }),
    kpi: (node) => ({
      title: text(node.text),
      unit: text(node.unit),
      target: number(node.target),
      direction:
        node.direction === 'up' || node.direction === 'down' ? node.direction : betterSide(text(node.text)),
      cadence: text(node.cadence),
    }),
    maturity: (node) => ({
      title: text(node.dimension),
      current: number(node.current),
      target: number(node.target) ?? 0,
      scale: number(node.scale) ?? 5,
    }),
    risk: (node) => ({
      title: text(node.title),
      severity: severityOf(text(node.severity)),
      likelihood: fiveOf(text(node.likelihood)),
      impact: fiveOf(text(node.impact)),
      owner: text(node.owner),
      due: day(node.due),
      remediation: text(node.remediation),
      exit: text(node.exit),
      category: text(node.category),
    }),
  };

const SEVERITY_WORDS: Readonly<Record<string, Severity>> = {
  critical: 'P0',
  'very high': 'P0',
  high: 'P1',
  major: 'P1',
  medium: 'P2',
  moderate: 'P2',
  low: 'P3',
  minor: 'P3',
};

/** A plan's word for severity as P0 to P3; null where it says none or one of its own. */
export function severityOf(words: string): Severity | null {
  const plain = words.trim().toLowerCase();
  const named = /\b(?:p|sev-?)([0-3])\b/.exec(plain);
  return Severity.safeParse(named ? `P${named[1]}` : SEVERITY_WORDS[plain]).data ?? null;
}

const FIVE_WORDS: Readonly<Record<string, number>> = {
  'very low': 1,
  rare: 1,
  negligible: 1,
  low: 2,
  unlikely: 2,
  minor: 2,
  medium: 3,
  moderate: 3,
  possible: 3,
  high: 4,
  likely: 4,
  major: 4,
  'very high': 5,
  'almost certain': 5,
  critical: 5,
  severe: 5,
};

/** A plan's word or number for likelihood or impact on the scale of one to five; null where it says none. */
export function fiveOf(words: string): number | null {
  const plain = words.trim().toLowerCase();
  if (/^[1-5](?:\s*\/\s*5)?$/.test(plain)) return Number(plain[0]);
  return FIVE_WORDS[plain] ?? null;
}
