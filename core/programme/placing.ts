import { findProgrammeRows, programmeRows } from '../../db/queries/programme.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { same } from '../../shared/domain/programme/belonging.ts';
import { CriterionRule } from '../../shared/domain/programme/criterion-rule.ts';
import { EVERY_PHASE, type ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import { refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

type Values = Record<string, Json>;

const isObject = (value: Json | undefined): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a criterion or action may be for. */
const PLACES: readonly ProgrammeKind[] = ['gate', 'phase', 'pillar', 'risk', 'milestone'];

/** What a record names is kept by that record's ledger name, which outlives every title. */
export function placed(
  ws: OpenWorkspace,
  kind: ProgrammeKind,
  engagement: string,
  values: Readonly<Values>,
): Values {
  const out = { ...values };
  const named = out.for;
  if (kind === 'criterion' && typeof named === 'string' && same(named, EVERY_PHASE)) out.for = EVERY_PHASE;
  else if ((kind === 'criterion' || kind === 'action') && typeof named === 'string' && named.trim() !== '')
    out.for =
      oneMeant(ws, engagement, named, PLACES)?.record ??
      refuse({ code: 'not-found', what: 'record it is for', id: named });
  if ((kind === 'criterion' || kind === 'gate') && isObject(out.rule))
    out.rule = ruleByRecord(ws, engagement, out.rule);
  return out;
}

/** The one record meant, undefined where there is none; refused with the candidates where several may be. */
function oneMeant(
  ws: OpenWorkspace,
  engagement: string,
  named: string,
  kinds: readonly ProgrammeKind[],
): ProgrammeRow | undefined {
  const found = kinds.flatMap((kind) => findProgrammeRows(ws.db, named, { kind, engagement }));
  const exact = found.filter((row) => row.id === named || row.record === named);
  const meant = exact.length > 0 ? exact : found;
  if (meant.length <= 1) return meant[0];
  return refuse({
    code: 'conflict',
    detail: `Several match "${named}".`,
    candidates: meant.map((row) => `${row.title} (${row.record})`).slice(0, 20),
  });
}

/** The part of a rule that names a record, and the kinds it may mean. */
const NAMED_IN_RULE: Readonly<
  Partial<Record<CriterionRule['rule'], { readonly part: string; readonly kinds: readonly ProgrammeKind[] }>>
> = {
  'kpi-at-target': { part: 'kpi', kinds: ['kpi'] },
  'maturity-reached': { part: 'dimension', kinds: ['maturity'] },
  'actions-done': { part: 'of', kinds: ['pillar', 'phase', 'gate', 'risk'] },
};

/** A rule may ask for what does not exist yet; that stays named as it was typed. */
function ruleByRecord(ws: OpenWorkspace, engagement: string, rule: Values): Values {
  const naming = NAMED_IN_RULE[CriterionRule.parse(rule).rule];
  if (naming === undefined) return rule;
  const named = rule[naming.part];
  if (typeof named !== 'string') return rule;
  return { ...rule, [naming.part]: oneMeant(ws, engagement, named, naming.kinds)?.record ?? named };
}

/**
 * An action or risk that says nothing of its place begins where its owner's pillar is, where that is one only. It is
 * kept, so that the work may change hands afterwards and still belong there.
 */
export function placedWithOwner(
  ws: OpenWorkspace,
  kind: ProgrammeKind,
  engagement: string,
  values: Readonly<Values>,
): Values {
  const field = kind === 'action' ? 'for' : kind === 'risk' ? 'pillar' : null;
  const said = (one: Json | undefined) => typeof one === 'string' && one.trim() !== '';
  const { owner } = values;
  if (field === null || said(values[field]) || said(values.category) || typeof owner !== 'string')
    return { ...values };
  const [pillar, ...others] = programmeRows(ws.db, engagement, 'pillar').filter(({ body }) =>
    same(String(body.owner), owner),
  );
  return pillar === undefined || others.length > 0 ? { ...values } : { ...values, [field]: pillar.record };
}
