import { z } from 'zod';
import { VerifyReport } from '../domain/binder.ts';
import { Day, Id, JobRef, Page, paged, procedure } from './base.ts';
import { FieldConflict, HistoryRow } from './frameworks.ts';
import { Lane } from './work.ts';

export * from './binders.ts';
export { VerifyReport };

export const LedgerEntryRow = HistoryRow.extend({
  /** `sealed` under a signature, still `open`, or in `quarantine` with the reason in `because`. */
  state: z.enum(['sealed', 'open', 'quarantine', 'waiting']),
  because: z.string(),
});

export const LedgerReport = z.object({
  entries: z.int(),
  segments: z.int(),
  devices: z.int(),
  unsealed: z.int(),
  intact: z.boolean(),
  problems: z.array(z.object({ code: z.string(), where: z.string(), message: z.string() })),
  rebuild: z
    .object({
      tables: z.int(),
      differences: z.array(z.object({ table: z.string(), key: z.string(), what: z.string() })),
    })
    .nullable(),
});
export type LedgerReport = z.infer<typeof LedgerReport>;

export const CarriedReport = z.object({
  segments: z.int(),
  entries: z.int(),
  blobs: z.int(),
  applied: z.int(),
  conflicts: z.int(),
  quarantined: z.int(),
  waiting: z.int(),
});

export const ledger = {
  entries: procedure('Lists the ledger, newest first', 'read')
    .input(
      Page.extend({
        record: z.string().optional(),
        member: Id.optional(),
        action: z.string().optional(),
        state: z.enum(['sealed', 'open', 'quarantine', 'waiting']).optional(),
        text: z.string().max(400).optional(),
      }),
    )
    .output(paged(LedgerEntryRow)),
  seal: procedure('Seals open entries under the caller’s signature', 'read').output(
    z.object({ segments: z.int(), entries: z.int() }),
  ),
  /** The job's result is a `LedgerReport`. */
  verify: procedure(
    'Checks chains, signatures and authority; with rebuild also replays and compares every table',
    'read',
  )
    .input(z.object({ rebuild: z.boolean().default(false) }))
    .output(JobRef),
  export: procedure(
    'Writes sealed segments and the blobs they need as a plain folder, still encrypted',
    'read',
  )
    .input(
      z.object({
        out: z.string().min(1),
        /** Replaces files of the same names that are no export of this workspace. */
        force: z.boolean().default(false),
      }),
    )
    .output(CarriedReport),
  import: procedure(
    'Takes segments of another copy of this workspace in; foreign, forked and tampered ones are quarantined',
    'read',
  )
    .input(z.object({ from: z.string().min(1) }))
    .output(
      CarriedReport.extend({
        /** Members who recovered elsewhere, and whose former passphrase still opens this copy. */
        formerPassphrases: z.array(z.string()),
      }),
    ),
  undo: procedure('Takes one’s own newest change back, or the named one, by a new entry', 'read')
    .input(z.object({ writer: z.string(), seq: z.int() }).optional())
    .output(z.object({ undone: z.string() })),
};

export const conflicts = {
  list: procedure('Lists fields that were edited apart', 'read').input(Page).output(paged(FieldConflict)),
  resolve: procedure(
    'Resolves a conflict by keeping a side or giving a value; the resolution names all sides',
    'prepare',
  )
    .input(
      z.object({
        record: z.string(),
        field: z.string(),
        keep: z.int().nonnegative().optional(),
        value: z.unknown().optional(),
      }),
    )
    .output(z.object({ record: z.string(), field: z.string(), value: z.unknown() })),
};

export const KINDS = [
  'framework',
  'control',
  'engagement',
  'assessment',
  'checklist',
  'item',
  'evidence',
  'risk',
  'gate',
  'packet',
  'member',
  'device',
  'pillar',
  'phase',
  'kpi',
  'maturity',
  'criterion',
  'milestone',
  'action',
  'person',
  'raci',
  'request',
  'cadence',
  'section',
  'binder',
] as const;
export const Kind = z.enum(KINDS);

export const records = {
  list: procedure('Lists records of any kind, paged', 'read')
    .input(Page.extend({ kind: Kind, where: z.record(z.string(), z.string()).default({}) }))
    .output(paged(z.record(z.string(), z.unknown()))),
  show: procedure('Shows one record of any kind with its history', 'read')
    .input(z.object({ kind: Kind, id: Id }))
    .output(z.object({ record: z.record(z.string(), z.unknown()), history: z.array(HistoryRow) })),
};

export const dashboard = {
  summary: procedure('Readiness of an engagement at a glance and what to do next', 'read')
    .input(z.object({ engagement: Id.optional() }))
    .output(
      z.object({
        engagement: z
          .object({ id: Id, name: z.string(), from: z.string().nullable(), to: z.string().nullable() })
          .nullable(),
        total: z.int(),
        results: z.record(z.string(), z.int()),
        statuses: z.record(z.string(), z.int()),
        voided: z.int(),
        /** Controls and checklists prepared and not yet reviewed, and how many of them the caller may review. */
        review: z.object({ waiting: z.int(), forYou: z.int() }),
        conflicts: z.int(),
        /** What serves the engagement, without one all there is; `unlinked` serves none yet. */
        evidence: z.object({
          total: z.int(),
          stale: z.int(),
          expiring: z.int(),
          unlinked: z.int(),
          firstStale: Id.nullable(),
          /** How much of it lapses on which of the next 84 days, the first day first. */
          lapsing: z.array(z.object({ day: Day, count: z.int() })),
        }),
        /** In the order of the engagement's frameworks and of each framework's own. */
        byGroup: z.array(
          z.object({
            framework: Id,
            frameworkTitle: z.string(),
            path: z.string(),
            label: z.string(),
            title: z.string(),
            total: z.int(),
            satisfied: z.int(),
            notSatisfied: z.int(),
            notApplicable: z.int(),
            accepted: z.int(),
          }),
        ),
        /** Cumulative counts a day, oldest first, at most 60 days. */
        trend: z.array(z.object({ day: z.string(), decided: z.int(), accepted: z.int() })),
        /** Every risk of the engagement, the highest severity first, the unrated last. */
        risks: z.array(
          z.object({
            id: Id,
            title: z.string(),
            /** The title of the plan that states it; empty for one that people added. */
            plan: z.string(),
            severity: z.string(),
            owner: z.string(),
            due: z.string().nullable(),
            state: z.enum(['open', 'mitigating', 'accepted', 'closed']),
          }),
        ),
        phases: z.array(
          z.object({
            id: Id,
            title: z.string(),
            from: z.string().nullable(),
            to: z.string().nullable(),
            /** The day it was finished; null while it is not. */
            done: z.string().nullable(),
            criteria: z.int(),
          }),
        ),
        gates: z.array(z.object({ id: Id, text: z.string() })),
        next: z.array(
          z.object({
            what: z.string(),
            detail: z.string(),
            screen: z.enum([
              'controls',
              'evidence',
              'checklists',
              'review',
              'binders',
              'ledger',
              'frameworks',
              'members',
              'conflicts',
            ]),
            /** The record to begin with, where the step is about one or leads through several. */
            record: Id.nullable(),
            /** The lane of the review queue that the record waits in. */
            lane: Lane.nullable(),
          }),
        ),
      }),
    ),
};

export const search = {
  find: procedure('Full-text search of everything', 'read')
    .input(
      z.object({
        text: z.string().min(1).max(400),
        engagement: Id.optional(),
        limit: z.int().positive().max(100).default(30),
      }),
    )
    .output(
      z.array(
        z.object({ kind: z.string(), id: Id, label: z.string(), title: z.string(), excerpt: z.string() }),
      ),
    ),
};
