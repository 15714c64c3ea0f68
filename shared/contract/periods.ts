import { z } from 'zod';
import { CleanUp, Diagnosis } from '../domain/lockdown.ts';
import { Result } from '../domain/results.ts';
import { RollOutcome } from '../domain/roll-forward.ts';
import { Day, Id, Name, Page, procedure, Timestamp } from './base.ts';

export const LateAddition = z.object({
  at: Timestamp,
  by: z.object({ id: Id, name: z.string() }),
  summary: z.string(),
  /** Null where it was made on a copy that did not know of the lockdown. */
  reason: z.string().nullable(),
  records: z.array(z.string()),
});
export type LateAddition = z.infer<typeof LateAddition>;

export const Lockdown = z.object({
  engagement: Id,
  at: Timestamp,
  by: z.string(),
  reason: z.string(),
  /** What the clean-up diagnosis still counted at that moment. */
  open: z.partialRecord(CleanUp, z.int()),
  late: z.array(LateAddition),
  /** The reason with which this session adds to it now. */
  adding: z.string().nullable(),
});
export type Lockdown = z.infer<typeof Lockdown>;

const OutcomeCounts = z.record(RollOutcome, z.int());

/** What would become of each check in the next period. */
export const RollPreview = z.object({
  engagement: Id,
  counts: OutcomeCounts,
  total: z.int(),
  rows: z.array(
    z.object({
      /** What a decision names. */
      key: z.string(),
      kind: z.enum(['control', 'item']),
      label: z.string(),
      title: z.string(),
      subject: z.string(),
      result: Result,
      outcome: RollOutcome,
      because: z.string(),
    }),
  ),
});
export type RollPreview = z.infer<typeof RollPreview>;

/** What became of an item of the last period, as recorded. */
export const RolledRow = z.object({
  record: z.string(),
  /** What the record is called. */
  label: z.string(),
  from: z.string(),
  outcome: RollOutcome,
  decision: z.string(),
  by: z.object({ id: Id, name: z.string() }),
  at: Timestamp,
});
export type RolledRow = z.infer<typeof RolledRow>;

const Which = z.object({ engagement: Id.optional() });
const Reason = z.string().trim().min(1).max(10_000);

/** How a period ends and the next one begins. */
export const periods = {
  diagnose: procedure('Says what to clean up before an engagement is made final', 'read')
    .input(Which)
    .output(Diagnosis),
  reviewTimes: procedure(
    'How long reviews took, from opening to decision, against the goal of 15 minutes',
    'read',
  )
    .input(Which)
    .output(
      z.object({
        measured: z.int(),
        median: z.number().nullable(),
        ninetieth: z.number().nullable(),
        withinGoal: z.number().nullable(),
        goalMinutes: z.number(),
      }),
    ),
  lock: procedure('Makes an engagement final; what comes later needs a reason and is marked', 'review')
    .input(Which.extend({ reason: Reason, acceptOpen: z.boolean().default(false) }))
    .output(Lockdown),
  lockdown: procedure('Shows the lockdown of an engagement and what was added after it', 'read')
    .input(Which)
    .output(z.object({ lockdown: Lockdown.nullable() })),
  addLate: procedure(
    'Lets this session add to a locked engagement for a reason, until it is taken back',
    'read',
  )
    .input(Which.extend({ reason: Reason.nullable() }))
    .output(Lockdown),
  previewRoll: procedure('Says what would become of each check in the next period', 'read')
    .input(
      Page.extend({
        engagement: Id.optional(),
        from: Day,
        frameworks: z.array(Id).default([]),
        outcome: RollOutcome.optional(),
      }),
    )
    .output(RollPreview),
  roll: procedure(
    'Opens the next period from an engagement; every outcome is recorded with its reason',
    'prepare',
  )
    .input(
      z.object({
        engagement: Id.optional(),
        name: Name,
        from: Day,
        to: Day.optional(),
        frameworks: z.array(Id).default([]),
        decisions: z
          .array(
            z.object({
              key: z.string(),
              outcome: RollOutcome,
              decision: z.string().trim().min(1).max(10_000),
            }),
          )
          .default([]),
      }),
    )
    .output(z.object({ engagement: Id, counts: OutcomeCounts })),
  rolled: procedure('Shows what was decided when an engagement was opened from the last one', 'read')
    .input(Which)
    .output(z.array(RolledRow)),
};
