import { z } from 'zod';
import { CleanUp, Diagnosis } from '../domain/lockdown.ts';
import { Id, procedure, Timestamp } from './base.ts';

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
};
