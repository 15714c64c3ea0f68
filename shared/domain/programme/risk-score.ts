import type { Severity } from './shapes.ts';

/** Likelihood × impact from which a risk is of a severity, where nobody gave one. */
export const SEVERITY_FROM_SCORE: readonly (readonly [least: number, severity: Severity])[] = [
  [20, 'P0'],
  [12, 'P1'],
  [6, 'P2'],
  [1, 'P3'],
];

export function scoreOf(likelihood: number | null, impact: number | null): number | null {
  return likelihood === null || impact === null ? null : likelihood * impact;
}

export function severityFromScore(score: number): Severity {
  return SEVERITY_FROM_SCORE.find(([least]) => score >= least)?.[1] ?? 'P3';
}

export interface RatedRisk {
  readonly severity: Severity | null;
  readonly likelihood: number | null;
  readonly impact: number | null;
}

/** The severity a person gave; else the one its score stands for; null where neither is known. */
export function severityOfRisk(risk: RatedRisk): { severity: Severity | null; computed: boolean } {
  if (risk.severity !== null) return { severity: risk.severity, computed: false };
  const score = scoreOf(risk.likelihood, risk.impact);
  return score === null
    ? { severity: null, computed: false }
    : { severity: severityFromScore(score), computed: true };
}

/** Where a risk stands on the heat map; null where it has no likelihood or impact. */
export function heatCell(risk: RatedRisk): { likelihood: number; impact: number } | null {
  const { likelihood, impact } = risk;
  return likelihood === null || impact === null ? null : { likelihood, impact };
}

/** Whether a person gave a risk a severity that its likelihood and impact do not stand for. */
export function isSetByHand(risk: RatedRisk): boolean {
  const score = scoreOf(risk.likelihood, risk.impact);
  return risk.severity !== null && score !== null && severityFromScore(score) !== risk.severity;
}

/** The severity of several risks together: the worst of them. */
export function worstOf(severities: readonly Severity[]): Severity | null {
  return [...severities].sort()[0] ?? null;
}
