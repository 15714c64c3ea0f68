import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { FaultData, Id, JobRef, procedure } from './base.ts';

export const TOPICS = [
  'session',
  'frameworks',
  'engagements',
  'assessments',
  'evidence',
  'checklists',
  'review',
  'members',
  'binders',
  'ledger',
  'programme',
  'jobs',
] as const;
export const Topic = z.enum(TOPICS);
export type Topic = z.infer<typeof Topic>;

export const JobState = z.object({
  job: Id,
  kind: z.enum([
    'import',
    'binder',
    'verify',
    'ledger-verify',
    'sample',
    'evidence',
    'countersign',
    'courier',
    'sync',
  ]),
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** What it is doing now, in words. */
  step: z.string(),
  done: z.number(),
  /** Null while unknown. */
  total: z.number().nullable(),
  result: z.unknown().optional(),
  fault: FaultData.optional(),
});
export type JobState = z.infer<typeof JobState>;

export const system = {
  about: procedure('Says which version, shell and platform this is', 'open').output(
    z.object({
      version: z.string(),
      shell: z.enum(['electron', 'browser', 'cli', 'test']),
      platform: z.string(),
      node: z.string(),
      home: z.string(),
    }),
  ),
  /** Streams the topics whose data changed; screens refresh their queries by them. */
  changes: procedure('Streams which topics changed', 'open').output(
    eventIterator(z.object({ topics: z.array(Topic) })),
  ),
};

export const jobs = {
  list: procedure('Lists running and recent jobs', 'open').output(z.array(JobState)),
  watch: procedure('Streams the progress of a job until it ends', 'open')
    .input(JobRef)
    .output(eventIterator(JobState)),
  cancel: procedure('Stops a job', 'open')
    .input(JobRef)
    .output(z.object({ cancelled: z.boolean() })),
};
