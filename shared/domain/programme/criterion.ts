import { z } from 'zod';
import type { CriterionRule, RuleScope } from './criterion-rule.ts';
import { counted, numbered, percent } from './day.ts';
import type { KpiStanding } from './kpi.ts';
import type { MaturityStanding } from './maturity.ts';
import type { CheckTally } from './readiness.ts';
import { type Said, type Word, weighWords, wordFor } from './said.ts';
import type { Severity } from './shapes.ts';

/** A person's dated word on a criterion or gate, with their name and what they said. */
export interface Attestation extends Word {
  readonly by: string;
  readonly statement: string;
}

/** Something that somebody took away. */
interface Taken {
  readonly title: string;
  readonly by: string;
  readonly at: string;
}

/** Evidence that somebody took off a check, or removed, and that would be stale there. */
export interface TakenOff extends Taken {
  /** The evidence itself is gone, so nobody can see any more whether it was stale. */
  readonly removed: boolean;
}

/** Risks of a severity; those raised from it since count for it still, so that raising one empties no list. */
export interface RiskCounts {
  readonly open: number;
  readonly accepted: number;
  readonly unrated: number;
  /** Of the open and of the accepted, those raised to a worse severity since. */
  readonly raised: { readonly open: number; readonly accepted: number };
}

/** What a name finds: the one meant, none, or several of that title. */
export type Sought<T> = T | null | 'several';

/** What the rule of one criterion may ask; every answer is about the day of `today`. */
export interface CriterionFacts {
  readonly today: string;
  /** Words on the criterion itself, in any order. */
  readonly attestations: readonly Attestation[];
  /** Members whom the programme names in a part (`security lead`); empty where it names nobody. */
  membersInPart(part: string): readonly string[];
  /** Checks in a scope; null where the engagement has no such framework or group. */
  checks(scope: RuleScope): CheckTally | null;
  /**
   * Evidence that checks in a scope lean on; null where there is no such scope. What was taken off a check counts as
   * standing there until a reviewer has accepted the check without it: taking stale evidence away makes nothing fresh.
   */
  evidence(
    scope: RuleScope,
  ): { readonly total: number; readonly stale: number; readonly taken: readonly TakenOff[] } | null;
  /** Risks of a severity, by where they stand; `unrated` are open ones whose severity nobody knows. */
  risks(severity: Severity): RiskCounts;
  /** A checklist by id or title, over all subjects: `done` items are satisfied or not applicable. */
  checklist(named: string): {
    readonly title: string;
    readonly total: number;
    readonly done: number;
    readonly notApplicable: number;
  } | null;
  /** Pieces of evidence shown as proof on the criterion, and how many of them are stale. */
  readonly proofs: { readonly total: number; readonly stale: number };
  /** By id, ledger name or title; a title that several bear finds none of them. */
  kpi(named: string): Sought<KpiStanding>;
  maturity(named: string): Sought<MaturityStanding>;
  /** Actions of the record named, or of the criterion's own phase, gate or pillar. */
  actions(of: string | undefined): Sought<{
    readonly total: number;
    readonly done: number;
    /** Actions that stood there and were taken out, the newest first. */
    readonly removed: readonly Taken[];
  }>;
}

/** What became of one criterion: `met` is null where nobody can say yet. */
export const Decision = z.object({
  met: z.boolean().nullable(),
  /** One sentence. */
  because: z.string(),
  /** Decided from data, not by a person's word. */
  computed: z.boolean(),
  by: z.string().nullable(),
  at: z.string().nullable(),
  count: z.number().nullable(),
  target: z.number().nullable(),
});
export type Decision = z.infer<typeof Decision>;

/** Decides a criterion from the facts handed in. The same facts give the same answer on every copy. */
export function decide(rule: CriterionRule, facts: CriterionFacts): Decision {
  switch (rule.rule) {
    case 'attested':
      return attested(rule.by, facts);
    case 'controls-accepted':
      return controlsAccepted(facts.checks(rule.scope), rule.share, scopeName(rule.scope));
    case 'evidence-fresh':
      return evidenceFresh(facts.evidence(rule.scope), scopeName(rule.scope));
    case 'risks-at-most':
      return risksAtMost(rule, facts.risks(rule.severity));
    case 'checklist-complete':
      return checklistComplete(rule.checklist, facts.checklist(rule.checklist));
    case 'artifact-attached':
      return artifactAttached(rule.what, facts.proofs);
    case 'kpi-at-target':
      return kpiAtTarget(rule.kpi, facts.kpi(rule.kpi));
    case 'maturity-reached':
      return maturityReached(rule.dimension, facts.maturity(rule.dimension));
    case 'actions-done':
      return actionsDone(facts.actions(rule.of), rule.of);
  }
}

const NOBODY = { by: null, at: null, count: null, target: null };

function computed(
  met: boolean | null,
  because: string,
  count: number | null = null,
  target: number | null = null,
): Decision {
  return { ...NOBODY, met, because, computed: true, count, target };
}

/**
 * Words decide by `said.ts`. Where the rule names a part, only the words of the members count whom the programme names
 * in it: while it names nobody, nobody can say.
 */
function attested(part: string | undefined, facts: CriterionFacts): Decision {
  const entitled = part === undefined ? [] : facts.membersInPart(part);
  const counting = facts.attestations.filter(({ member }) => part === undefined || entitled.includes(member));
  const said = weighWords(counting, facts.today);
  const named = wordFor(said);
  if (named === null)
    return { ...NOBODY, met: null, because: unsaid(part, facts, entitled), computed: false };
  return {
    ...NOBODY,
    met: said.met ?? false,
    because: saidWords(named, said),
    computed: false,
    by: named.by,
    at: named.at,
  };
}

/** Who said what: the word named, who said so too, and who said the opposite without having seen it. */
function saidWords(named: Attestation, { met, deciding, beside }: Said<Attestation>): string {
  const words = `${named.by} attested on ${named.at.slice(0, 10)} that it is ${named.met ? '' : 'not '}met`;
  if (met === null) return `${words}, which held until ${named.until}`;
  const until = named.until === null ? '' : `, until ${named.until}`;
  const others = [
    ...(deciding.length > 1 ? [`${authors(deciding.slice(1))} said so too`] : []),
    ...(beside.length > 0 ? [`${authors(beside)} said that it is met, without knowing of that`] : []),
  ];
  return [`${words}${until}: ${oneLine(named.statement)}`, ...others].join('; ');
}

const MOST_NAMED = 3;

/** The authors of some words, each with the day of their last. */
function authors(words: readonly Attestation[]): string {
  const days = new Map<string, string>();
  for (const { by, at } of words) if (!days.has(by)) days.set(by, at.slice(0, 10));
  const named = [...days].slice(0, MOST_NAMED).map(([by, day]) => `${by} (${day})`);
  const more = days.size - named.length;
  return [...named, ...(more > 0 ? [counted(more, 'other')] : [])]
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
}

function unsaid(part: string | undefined, facts: CriterionFacts, entitled: readonly string[]): string {
  const early = facts.attestations.find(({ at }) => at.slice(0, 10) > facts.today);
  if (early !== undefined && (part === undefined || entitled.includes(early.member)))
    return `The clock of ${early.by} was ahead: a word of ${early.at.slice(0, 10)} does not count before that day. Attest it again from another device`;
  if (part === undefined) return 'Nobody has attested it yet';
  const others = facts.attestations.length > 0 ? '; the words of others do not count' : '';
  if (entitled.length === 0)
    return `The programme names no member as ${part}: name one under People, then they can attest it${others}`;
  return `Nobody as ${part} has attested it yet${others}`;
}

function oneLine(statement: string): string {
  const plain = statement.replaceAll(/\s+/g, ' ').trim();
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

function scopeName({ framework, group }: RuleScope): string {
  return group ?? framework ?? 'the engagement';
}

const MISSING = (what: string) => computed(null, `${what} is not in the engagement`);
const SEVERAL = (what: string) =>
  computed(null, `${what} may mean several records of the engagement: choose the one in the rule`);

function controlsAccepted(tally: CheckTally | null, share: number, scope: string): Decision {
  if (tally === null) return MISSING(`"${scope}"`);
  if (tally.total === 0) return computed(null, `There is no control in ${scope}`, 0, 0);
  // The least whole number that reaches the share; a rounding error must not ask for one more.
  const least = Math.ceil(tally.total * share - 1e-9);
  const met = tally.ready >= least;
  const stale =
    tally.stale === 0 ? '' : `; ${tally.stale} more accepted on evidence that has gone stale since`;
  const failing = tally.failing === 0 ? '' : `; ${tally.failing} more accepted as not met`;
  return computed(
    met,
    `${numbered(tally.ready)} of ${counted(tally.total, 'check')} in ${scope} accepted as met, ${least} needed (${percent(share)})${failing}${stale}`,
    tally.ready,
    least,
  );
}

function evidenceFresh(found: ReturnType<CriterionFacts['evidence']>, scope: string): Decision {
  if (found === null) return MISSING(`"${scope}"`);
  const { total, stale, taken } = found;
  const missing = stale + taken.length;
  if (total === 0 && missing === 0) return computed(null, `No check in ${scope} leans on evidence yet`, 0, 0);
  const words =
    total === 0
      ? `No check in ${scope} leans on evidence now`
      : `${stale === 0 ? 'None' : numbered(stale)} of ${counted(total, 'piece')} of evidence in ${scope} is stale`;
  return computed(missing === 0, [words, ...takenWords(taken)].join('; '), missing, 0);
}

function takenWords(taken: readonly TakenOff[]): string[] {
  const [newest, ...others] = taken;
  if (newest === undefined) return [];
  const { title, by, at, removed } = newest;
  const what = removed
    ? `"${title}" was removed by ${by} on ${at.slice(0, 10)}`
    : `"${title}" was taken off while stale or has lapsed since, by ${by} on ${at.slice(0, 10)}`;
  const more = others.length === 0 ? '' : `, and ${counted(others.length, 'more', 'more')}`;
  return [`${what}${more}: it counts until a reviewer accepts the check without it`];
}

function risksAtMost(
  { severity, atMost, counting }: Extract<CriterionRule, { rule: 'risks-at-most' }>,
  found: RiskCounts,
): Decision {
  const count = found[counting];
  const raised =
    found.raised[counting] === 0
      ? ''
      : `, ${numbered(found.raised[counting])} of them raised to a worse severity since`;
  const unrated =
    found.unrated === 0 ? '' : `; ${counted(found.unrated, 'open risk')} without a severity not counted`;
  return computed(
    count <= atMost,
    `${counted(count, `${counting} ${severity} risk`)}${raised}, at most ${atMost} allowed${unrated}`,
    count,
    atMost,
  );
}

function checklistComplete(named: string, found: ReturnType<CriterionFacts['checklist']>): Decision {
  if (found === null) return MISSING(`The checklist "${named}"`);
  if (found.total === 0) return computed(null, `The checklist "${found.title}" is empty`, 0, 0);
  const apart = found.notApplicable === 0 ? '' : `, of which ${numbered(found.notApplicable)} not applicable`;
  return computed(
    found.done === found.total,
    `${numbered(found.done)} of ${counted(found.total, 'item')} of "${found.title}" done${apart}`,
    found.done,
    found.total,
  );
}

function artifactAttached(what: string, { total, stale }: CriterionFacts['proofs']): Decision {
  const good = total - stale;
  const words =
    total === 0
      ? `Nothing is attached; needed: ${what}`
      : good === 0
        ? `What is attached has gone stale; needed: ${what}`
        : `${counted(good, 'piece')} of evidence attached: ${what}`;
  return computed(good > 0, words, good, 1);
}

function kpiAtTarget(named: string, kpi: Sought<KpiStanding>): Decision {
  if (kpi === 'several') return SEVERAL(`The KPI "${named}"`);
  if (kpi === null) return MISSING(`The KPI "${named}"`);
  const { title, latest, target, unit, direction, overdue, age, cadence } = kpi;
  if (target === null) return computed(null, `The KPI "${title}" has no target`);
  if (latest === null) return computed(null, `The KPI "${title}" has not been measured yet`, null, target);
  const side = direction === 'up' ? 'at least' : 'at most';
  const old = overdue
    ? `; that was ${counted(age ?? 0, 'day')} ago, and it is to be measured ${cadence}`
    : '';
  return computed(
    kpi.atTarget === true && !overdue,
    `${title}: ${withUnit(latest.value, unit)} on ${latest.day}, ${side} ${withUnit(target, unit)} needed${old}`,
    latest.value,
    target,
  );
}

function withUnit(value: number, unit: string): string {
  return unit === '' ? String(value) : `${value} ${unit}`;
}

function maturityReached(named: string, found: Sought<MaturityStanding>): Decision {
  if (found === 'several') return SEVERAL(`The maturity dimension "${named}"`);
  if (found === null) return MISSING(`The maturity dimension "${named}"`);
  const { title, current, target } = found;
  if (current === null) return computed(null, `"${title}" has not been rated yet`, null, target);
  return computed(current >= target, `${title} stands at ${current} of ${target}`, current, target);
}

function actionsDone(found: ReturnType<CriterionFacts['actions']>, of: string | undefined): Decision {
  if (found === 'several') return SEVERAL(of === undefined ? 'The record it belongs to' : `"${of}"`);
  if (found === null) return MISSING(of === undefined ? 'The record it belongs to' : `"${of}"`);
  const [removed, ...others] = found.removed;
  const gone =
    removed === undefined
      ? ''
      : `; "${removed.title}" was removed by ${removed.by} on ${removed.at.slice(0, 10)}${others.length === 0 ? '' : `, and ${counted(others.length, 'more', 'more')}`}`;
  if (found.total === 0) return computed(null, `No action belongs to it yet${gone}`, 0, 0);
  return computed(
    found.done === found.total,
    `${numbered(found.done)} of ${counted(found.total, 'action')} done${gone}`,
    found.done,
    found.total,
  );
}

/** When a phase begins: words said before that are not about it. */
export interface PhaseStart {
  readonly record: string;
  readonly from: string | null;
  /** When its start was last moved, and the latest day it was ever given: an older word does not come into it by that. */
  readonly moved: { readonly at: string; readonly latest: string } | null;
}

/**
 * The words that are about a phase, of what is asked of every one: those said since it began. Moving its start back
 * brings no word into it that was said before the move and before the start as it was.
 */
export function saidIn(said: readonly Attestation[], phase: PhaseStart | null): readonly Attestation[] {
  if (phase === null) return said;
  const { from, moved } = phase;
  return said.filter(({ at }) => {
    const day = at.slice(0, 10);
    return (from === null || day >= from) && (moved === null || day >= moved.latest || at >= moved.at);
  });
}

/** Tells, where nobody has said anything that counts here, that words of before were left out. */
export function withEarly(decision: Decision, early: number, phase: PhaseStart | null): Decision {
  if (early === 0 || phase === null || decision.computed || decision.met !== null) return decision;
  const { from, moved } = phase;
  const back = moved !== null && (from === null || from < moved.latest);
  const before = back ? `its start was moved on ${moved.at.slice(0, 10)}` : from;
  return {
    ...decision,
    because: `${decision.because}; what was said before ${before} is not about this phase`,
  };
}
