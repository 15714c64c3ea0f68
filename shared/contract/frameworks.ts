import { z } from 'zod';
import { FrameworkKind, ImportProblem, Parameter, Withdrawal } from '../domain/framework.ts';
import { Method, Result, Status } from '../domain/results.ts';
import { RollOutcome } from '../domain/roll-forward.ts';
import { Id, Page, paged, procedure, Timestamp } from './base.ts';

/** Bytes handed to the core beforehand through the shell's file door, or a path where the caller has a disk. */
export const FileSource = z.union([
  z.object({ upload: Id }),
  z.object({ path: z.string().min(1).max(4096), name: z.string().max(1024).optional() }),
]);
export type FileSource = z.infer<typeof FileSource>;

export const ImportedFile = z.object({
  file: z.string(),
  format: z.string().nullable(),
  outcome: z.enum(['imported', 'unchanged', 'refused', 'would-import']),
  sha256: z.string().nullable(),
  framework: z.object({ id: Id, title: z.string(), version: z.string() }).nullable(),
  counts: z.record(z.string(), z.int()),
  problems: z.array(ImportProblem),
});
export type ImportedFile = z.infer<typeof ImportedFile>;

export const FrameworkRow = z.object({
  id: Id,
  title: z.string(),
  version: z.string(),
  kind: FrameworkKind,
  format: z.string(),
  published: z.string().nullable(),
  source: z.object({ sha256: z.string(), bytes: z.int(), name: z.string() }),
  importedAt: Timestamp,
  importedBy: z.string(),
  counts: z.record(z.string(), z.int()),
});

export const ControlRow = z.object({
  id: Id,
  framework: Id,
  /** As people write it: `AC-2(1)`. */
  label: z.string(),
  title: z.string(),
  group: z.string().nullable(),
  parent: Id.nullable(),
  depth: z.int(),
  withdrawn: Withdrawal.nullable(),
  severity: z.enum(['high', 'medium', 'low']).nullable(),
  /** Of the subject asked for; `not-reviewed` and `draft` where nothing was recorded or no engagement was named. */
  assessment: Id.nullable(),
  result: Result,
  status: Status,
  /** True when a sign-off no longer covers what is there. */
  voided: z.boolean(),
  /** Accepted, and leaning on evidence that has expired since: it does not count as ready. */
  stale: z.boolean(),
  evidence: z.int(),
  conflicts: z.int(),
  note: z.string(),
});
export type ControlRow = z.infer<typeof ControlRow>;

/** A line of a control's text with parameters already shown. `inserts` are ranges of `text` that came from parameters. */
export const TextLine = z.object({
  name: z.string(),
  kind: z.enum(['statement', 'guidance', 'objective', 'other']),
  label: z.string(),
  depth: z.int(),
  text: z.string(),
  inserts: z.array(z.object({ from: z.int(), to: z.int(), parameter: z.string() })),
});

export const SignOffRow = z.object({
  id: Id,
  capacity: z.enum(['preparer', 'reviewer', 'approver']),
  verdict: z.enum(['signed', 'returned']),
  by: z.object({ id: Id, name: z.string() }),
  at: Timestamp,
  digest: z.string(),
  note: z.string(),
  /** *Void: changed after sign-off.* */
  voided: z.boolean(),
  passphraseSetByOther: z.boolean(),
});

/** The newest change made to a field, for histories and "what changed since you last looked". */
export const HistoryRow = z.object({
  at: Timestamp,
  by: z.object({ id: Id, name: z.string() }),
  device: z.string(),
  action: z.string(),
  /** In words: `Result: not reviewed → satisfied`. */
  summary: z.string(),
  fields: z.array(
    z.object({ record: z.string(), field: z.string(), before: z.unknown(), after: z.unknown() }),
  ),
  writer: z.string(),
  seq: z.int(),
  hash: z.string(),
});
export type HistoryRow = z.infer<typeof HistoryRow>;

export const EvidenceFile = z.object({
  name: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  mediaType: z.string(),
});

/** One set of files that evidence consisted of; older ones are kept in the vault. */
export const EvidenceRevision = z.object({
  revision: z.int(),
  at: Timestamp,
  by: z.object({ id: Id, name: z.string() }),
  /** True for the one that counts; where two copies revised it apart, for each side until that is resolved. */
  current: z.boolean(),
  files: z.array(EvidenceFile),
});
export type EvidenceRevision = z.infer<typeof EvidenceRevision>;

export const EvidenceRow = z.object({
  id: Id,
  /** Short reference within the workspace's engagement: `E-0007`. */
  reference: z.string(),
  title: z.string(),
  collected: z.string().nullable(),
  expires: z.string().nullable(),
  periodFrom: z.string().nullable(),
  periodTo: z.string().nullable(),
  lastVerified: z.string().nullable(),
  owner: z.string(),
  note: z.string(),
  /** Systems in scope. */
  systems: z.array(z.string()),
  /** How it was verified: test, runbook, demo, or in words. */
  verification: z.string(),
  source: z.string(),
  /** Where the proof stands outside: a web address or a path. */
  proofLink: z.string(),
  reviewer: z.string(),
  riskIfStale: z.string(),
  /** Classification marking. */
  marking: z.string(),
  /** The last day on which it may not be removed. */
  retainUntil: z.string().nullable(),
  /** Whether a legal hold stands on it. */
  held: z.boolean(),
  revision: z.int(),
  files: z.array(EvidenceFile),
  /** What to look at before leaning on it: a file that is empty. */
  warnings: z.array(z.string()),
  /** How many results lean on it and records of the programme show it as proof. */
  links: z.int(),
  addedAt: Timestamp,
  addedBy: z.string(),
  /** `stale` is what a cadence, a change or an attestation says of it; `expired` is its own last day. */
  state: z.enum(['current', 'expiring', 'expired', 'stale']),
  conflicts: z.int(),
});
export type EvidenceRow = z.infer<typeof EvidenceRow>;

export const ReviewNoteRow = z.object({
  id: Id,
  text: z.string(),
  by: z.object({ id: Id, name: z.string() }),
  at: Timestamp,
  answer: z.string(),
  state: z.enum(['open', 'answered', 'cleared']),
});

/** One side of a conflict. `index` is what `conflicts.resolve` takes as `keep`. */
export const ConflictSide = z.object({
  index: z.int(),
  value: z.unknown(),
  by: z.string(),
  device: z.string(),
  at: Timestamp,
});
export const FieldConflict = z.object({
  record: z.string(),
  label: z.string(),
  field: z.string(),
  sides: z.array(ConflictSide),
});
export type FieldConflict = z.infer<typeof FieldConflict>;

export const AssessmentView = z.object({
  id: Id,
  engagement: Id,
  target: Id,
  targetKind: z.enum(['control', 'item']),
  subject: z.object({ id: Id, name: z.string() }),
  result: Result,
  method: Method.nullable(),
  note: z.string(),
  status: Status,
  digest: z.string(),
  voided: z.boolean(),
  signOffs: z.array(SignOffRow),
  notes: z.array(ReviewNoteRow),
  evidence: z.array(EvidenceRow),
  conflicts: z.array(FieldConflict),
  history: z.array(HistoryRow),
  /** What became of it when its engagement was opened from the one before; null where it was not. */
  rolled: z
    .object({
      outcome: RollOutcome,
      decision: z.string(),
      by: z.object({ id: Id, name: z.string() }),
      at: Timestamp,
    })
    .nullable(),
  /** What a button for each act would be told. */
  may: z.object({
    assess: z.object({ allowed: z.boolean(), because: z.string() }),
    prepare: z.object({ allowed: z.boolean(), because: z.string() }),
    review: z.object({ allowed: z.boolean(), because: z.string() }),
  }),
});
export type AssessmentView = z.infer<typeof AssessmentView>;

export const ControlDossier = z.object({
  control: ControlRow.extend({
    sourceId: z.string(),
    frameworkTitle: z.string(),
    path: z.string(),
    text: z.array(TextLine),
    parameters: z.array(Parameter),
    /** Other controls it names, with their ids where they are in this framework. */
    related: z.array(z.object({ label: z.string(), id: Id.nullable(), rel: z.string() })),
    enhancements: z.array(z.object({ id: Id, label: z.string(), title: z.string() })),
    textHash: z.string(),
  }),
  /** One per subject of the engagement, worked or not; empty when no engagement was named. */
  assessments: z.array(AssessmentView),
});
export type ControlDossier = z.infer<typeof ControlDossier>;

export const frameworks = {
  formats: procedure('Lists the formats that can be taken in', 'open').output(
    z.array(z.object({ id: z.string(), title: z.string() })),
  ),
  import: procedure('Takes frameworks in, one transaction a file; a dry run only reports', 'prepare')
    .input(
      z.object({
        files: z.array(FileSource).min(1).max(100),
        as: z.string().optional(),
        dryRun: z.boolean().default(false),
      }),
    )
    .output(z.object({ files: z.array(ImportedFile) })),
  list: procedure('Lists frameworks', 'read').input(Page).output(paged(FrameworkRow)),
  groups: procedure('Lists the families or sections of a framework with their counts', 'read')
    .input(z.object({ framework: Id, engagement: Id.optional(), subject: Id.optional() }))
    .output(
      z.array(
        z.object({
          path: z.string(),
          label: z.string(),
          title: z.string(),
          parent: z.string().nullable(),
          controls: z.int(),
          done: z.int(),
          /** Lines of the source that stand in this section and have no field. */
          notes: z.array(z.string()),
        }),
      ),
    ),
};

export const controls = {
  list: procedure('Lists controls, with their results where an engagement is named', 'read')
    .input(
      Page.extend({
        engagement: Id.optional(),
        subject: Id.optional(),
        framework: Id.optional(),
        group: z.string().optional(),
        text: z.string().max(400).optional(),
        result: z.array(Result).optional(),
        status: z.array(Status).optional(),
        withdrawn: z.boolean().optional(),
        /** Only those without evidence, with a conflict, voided, or accepted on evidence that has expired. */
        only: z.enum(['no-evidence', 'conflict', 'voided', 'stale']).optional(),
        sort: z.enum(['order', 'label', 'title', 'result', 'status', 'evidence']).default('order'),
        descending: z.boolean().default(false),
      }),
    )
    .output(paged(ControlRow)),
  get: procedure('Shows a control with its text and its assessments', 'read')
    .input(z.object({ control: Id, engagement: Id.optional() }))
    .output(ControlDossier),
};
