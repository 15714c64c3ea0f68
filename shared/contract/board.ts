import { z } from 'zod';
import { AcceptanceState, RiskStanding } from '../domain/programme/acceptance.ts';
import { BurnDown } from '../domain/programme/burn-down.ts';
import { CriterionVerdict, GateVerdict } from '../domain/programme/gate.ts';
import { KpiStanding } from '../domain/programme/kpi.ts';
import { MaturityStanding } from '../domain/programme/maturity.ts';
import { CheckTally } from '../domain/programme/readiness.ts';
import { Severity } from '../domain/programme/shapes.ts';
import { Rag, Reason } from '../domain/programme/status.ts';
import { Day, Id, Page, paged, procedure, Timestamp } from './base.ts';

/** What a row of a dashboard opens: the ledger name of a record (`risk:…`, `assessment:…`, `evidence:…`). */
const Opens = z.string();

/** One pillar as it stands; `id` is empty for the programme as a whole. */
export const PillarRow = z.object({
  id: z.string(),
  record: Opens.nullable(),
  title: z.string(),
  owner: z.string(),
  due: Day.nullable(),
  rag: Rag,
  /** Every rule that fired, worst first; none where it is green. */
  why: z.array(Reason),
  /** What belongs to it, and how much of it is ready. Checks count as ready when accepted on evidence that holds. */
  checks: CheckTally,
  risks: z.object({ total: z.int(), ready: z.int() }),
  actions: z.object({ total: z.int(), ready: z.int() }),
  criteria: z.object({ total: z.int(), ready: z.int() }),
  /** Ready parts over all parts, 0 to 1; null where nothing belongs to it. */
  share: z.number().nullable(),
  /** What the plan asks for on the day, 0 to 1; null where the engagement has no dates. */
  planned: z.number().nullable(),
  proofs: z.int(),
  /** The share at the end of each of the last weeks, oldest first: what the dashboard as of that day says. */
  trend: z.array(z.object({ day: Day, share: z.number() })),
});
export type PillarRow = z.infer<typeof PillarRow>;

export const RiskRow = z.object({
  id: Id,
  record: Opens,
  title: z.string(),
  severity: Severity.nullable(),
  /** Whether severity follows from likelihood and impact because nobody gave one. */
  severityComputed: z.boolean(),
  likelihood: z.int().nullable(),
  impact: z.int().nullable(),
  score: z.int().nullable(),
  owner: z.string(),
  due: Day.nullable(),
  overdue: z.boolean(),
  pillar: z.string().nullable(),
  remediation: z.string(),
  exit: z.string(),
  standing: RiskStanding,
});
export type RiskRow = z.infer<typeof RiskRow>;

export const ActionRow = z.object({
  id: Id,
  record: Opens,
  title: z.string(),
  owner: z.string(),
  due: Day.nullable(),
  overdue: z.boolean(),
  state: z.enum(['open', 'doing', 'done']),
  pillar: z.string().nullable(),
  /** Titles of the open actions it waits for, and what else blocks it, in words. */
  blockedBy: z.array(z.object({ id: Id, title: z.string() })),
  blocked: z.string(),
});
export type ActionRow = z.infer<typeof ActionRow>;

export const PhaseRow = z.object({
  id: Id,
  record: Opens,
  title: z.string(),
  scope: z.array(z.string()),
  from: Day.nullable(),
  to: Day.nullable(),
  done: Day.nullable(),
  state: z.enum(['not-started', 'under-way', 'late', 'done', 'undated']),
  /** Days past its end: until it was done, or until the day shown; negative where it was done early. */
  slip: z.int(),
  exit: GateVerdict,
});
export type PhaseRow = z.infer<typeof PhaseRow>;

export const MilestoneRow = z.object({
  id: Id,
  record: Opens,
  title: z.string(),
  phase: z.string().nullable(),
  due: Day.nullable(),
  done: Day.nullable(),
  state: z.enum(['open', 'late', 'done']),
  slip: z.int(),
});
export type MilestoneRow = z.infer<typeof MilestoneRow>;

export const ExceptionRow = z.object({
  id: Id,
  kind: z.enum(['risk-acceptance', 'exception']),
  /** What it is about. */
  record: Opens,
  title: z.string(),
  by: z.string(),
  at: Timestamp,
  reason: z.string(),
  compensating: z.string(),
  expires: Day.nullable(),
  state: AcceptanceState,
  /** Why it counts nothing; null where it does. */
  flaw: z.string().nullable(),
});
export type ExceptionRow = z.infer<typeof ExceptionRow>;

/** One thing for the person who is looking, most pressing first. */
export const NextStep = z.object({
  what: z.string(),
  why: z.string(),
  /** `overdue`, `today`, `soon` or `open`, to sort and to mark. */
  urgency: z.enum(['overdue', 'today', 'soon', 'open']),
  due: Day.nullable(),
  record: Opens,
});
export type NextStep = z.infer<typeof NextStep>;

/** One sentence for each chart, for screen readers, packets and the command line alike. */
export const Summaries = z.object({
  readiness: z.string(),
  burnDown: z.string(),
  risks: z.string(),
  freshness: z.string(),
  funnel: z.string(),
  kpis: z.string(),
  maturity: z.string(),
  roadmap: z.string(),
  gates: z.string(),
  exceptions: z.string(),
  actions: z.string(),
});
export type Summaries = z.infer<typeof Summaries>;

const FreshnessDay = z.object({
  day: Day,
  expiring: z.int(),
  due: z.int(),
  evidence: z.array(z.object({ id: Id, reference: z.string(), title: z.string(), leaning: z.int() })),
  /** What was asked for by that day and is not there yet. */
  requests: z.array(z.object({ record: z.string(), title: z.string() })),
});

export const Board = z.object({
  engagement: z.object({
    id: Id,
    name: z.string(),
    state: z.enum(['planning', 'fieldwork', 'review', 'final']),
    from: Day.nullable(),
    to: Day.nullable(),
  }),
  /** The day it is about. */
  day: Day,
  /** Set for a past day: made from the ledger as it stood then. `note` says how far to trust the clocks. */
  asOf: z.object({ day: Day, entries: z.int(), note: z.string() }).nullable(),
  /** The whole programme first asked: one row like a pillar's, over everything. */
  overall: PillarRow,
  pillars: z.array(PillarRow),
  /** Families of controls and checklists. */
  groups: z.array(
    z.object({
      framework: Id,
      path: z.string(),
      label: z.string(),
      title: z.string(),
      checks: CheckTally,
    }),
  ),
  burnDown: BurnDown,
  heat: z.object({
    /** Likelihood by impact, each 1 to 5, of what is open; only cells that hold something. */
    cells: z.array(
      z.object({
        likelihood: z.int().min(1).max(5),
        impact: z.int().min(1).max(5),
        /** The worst of its risks. */
        severity: Severity,
        risks: z.array(Id),
        /** Those whose severity was set by hand to another than their score stands for. */
        byHand: z.array(Id),
      }),
    ),
    /** Open risks without likelihood or impact. */
    unscored: z.array(Id),
    bySeverity: z.array(
      z.object({
        severity: Severity.nullable(),
        open: z.int(),
        mitigating: z.int(),
        accepted: z.int(),
        closed: z.int(),
      }),
    ),
  }),
  /** Every risk, worst first. */
  risks: z.array(RiskRow),
  freshness: z.object({
    current: z.int(),
    expiring: z.int(),
    stale: z.int(),
    /** From four weeks back to thirteen weeks on; days with nothing are left out. */
    from: Day,
    to: Day,
    days: z.array(FreshnessDay),
    /** Accepted results that lean on stale evidence. */
    results: z.int(),
  }),
  funnel: z.array(
    z.object({
      stage: z.enum(['in-scope', 'result', 'submitted', 'accepted', 'ready']),
      title: z.string(),
      count: z.int(),
    }),
  ),
  kpis: z.array(KpiStanding),
  maturity: z.array(MaturityStanding),
  phases: z.array(PhaseRow),
  milestones: z.array(MilestoneRow),
  /** What the plan states as gates; phases carry their exit criteria themselves. */
  gates: z.array(GateVerdict),
  /** Criteria of no gate or phase: success criteria, thresholds, definitions of done. */
  criteria: z.array(CriterionVerdict),
  exceptions: z.array(ExceptionRow),
  actions: z.array(ActionRow),
  next: z.array(NextStep),
  summaries: Summaries,
});
export type Board = z.infer<typeof Board>;

const Where = { engagement: Id.optional(), asOf: Day.optional() };

export const board = {
  get: procedure('Shows everything the dashboards of an engagement need, for today or any past day', 'read')
    .input(z.object(Where))
    .output(Board),
  gates: procedure('Judges gates and phases by their criteria, with a reason for each', 'read')
    .input(
      z.object({
        ...Where,
        /** Id, title or unique beginning of a title, of a gate or phase. Left out: all of them. */
        gate: Id.optional(),
      }),
    )
    .output(
      z.object({ engagement: z.object({ id: Id, name: z.string() }), day: Day, gates: z.array(GateVerdict) }),
    ),
  stale: procedure('Lists accepted results that lean on stale evidence', 'read')
    .input(Page.extend({ engagement: Id.optional() }))
    .output(
      paged(
        z.object({
          assessment: Id,
          label: z.string(),
          title: z.string(),
          subject: z.string(),
          evidence: z.array(
            z.object({
              id: Id,
              reference: z.string(),
              title: z.string(),
              expires: Day.nullable(),
              lapsed: Day,
            }),
          ),
        }),
      ),
    ),
};
