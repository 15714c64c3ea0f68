import { z } from 'zod';
import { Capacity, Method, Result, Status } from '../domain/results.ts';
import { Day, Id, Name, Page, paged, procedure, Timestamp } from './base.ts';
import {
  AssessmentView,
  EvidenceRevision,
  EvidenceRow,
  FieldConflict,
  FileSource,
  HistoryRow,
  SignOffRow,
} from './frameworks.ts';

export const Subject = z.object({ id: Id, name: z.string() });

export const EngagementRow = z.object({
  id: Id,
  name: z.string(),
  state: z.enum(['planning', 'fieldwork', 'review', 'final']),
  from: z.string().nullable(),
  to: z.string().nullable(),
  frameworks: z.array(z.object({ id: Id, title: z.string(), kind: z.string() })),
  subjects: z.array(Subject),
  /** Assessable controls (withdrawn ones left out) and checklist items, each times the subjects. */
  controls: z.int(),
  items: z.int(),
  progress: z.object({ results: z.record(Result, z.int()), statuses: z.record(Status, z.int()) }),
  createdAt: Timestamp,
});
export type EngagementRow = z.infer<typeof EngagementRow>;

export const engagements = {
  list: procedure('Lists engagements', 'read').input(Page).output(paged(EngagementRow)),
  get: procedure('Shows an engagement', 'read')
    .input(z.object({ engagement: Id }))
    .output(EngagementRow),
  create: procedure('Opens an engagement over frameworks and subjects', 'prepare')
    .input(
      z.object({
        name: Name,
        frameworks: z.array(Id).min(1),
        subjects: z.array(Name).default([]),
        from: Day.optional(),
        to: Day.optional(),
      }),
    )
    .output(z.object({ engagement: EngagementRow })),
};

export const AssessInput = z.object({
  engagement: Id.optional(),
  /** A control's (or item's) id, label or source id. */
  control: Id,
  subject: Id.optional(),
  result: Result.optional(),
  method: Method.nullable().optional(),
  note: z.string().max(100_000).optional(),
});

export const assessments = {
  set: procedure('Records a result, method or note for a control and a subject', 'prepare')
    .input(AssessInput)
    .output(z.object({ assessment: AssessmentView })),
  setMany: procedure(
    'Records one result for many controls at once, in one entry that undo takes back',
    'prepare',
  )
    .input(
      z.object({
        engagement: Id.optional(),
        subject: Id.optional(),
        controls: z.array(Id).min(1).max(2000),
        result: Result,
        note: z.string().max(100_000).optional(),
      }),
    )
    .output(z.object({ changed: z.int(), entry: z.object({ writer: z.string(), seq: z.int() }).nullable() })),
  get: procedure('Shows an assessment', 'read')
    .input(z.object({ assessment: Id }))
    .output(z.object({ assessment: AssessmentView })),
};

const EvidenceDetails = z.object({
  title: Name.optional(),
  collected: Day.nullable().optional(),
  expires: Day.nullable().optional(),
  periodFrom: Day.nullable().optional(),
  periodTo: Day.nullable().optional(),
  lastVerified: Day.nullable().optional(),
  owner: z.string().max(200).optional(),
  note: z.string().max(100_000).optional(),
  systems: z.array(Name).max(200).optional(),
  /** `test`, `runbook`, `demo`, or words. */
  verification: z.string().max(2000).optional(),
  source: z.string().max(2000).optional(),
  proofLink: z.string().max(4096).optional(),
  reviewer: z.string().max(200).optional(),
  riskIfStale: z.string().max(10_000).optional(),
  marking: z.string().max(200).optional(),
  /** Only ever moves later: nothing removes evidence up to and on that day. */
  retainUntil: Day.nullable().optional(),
});

export const LinkTarget = z.object({ engagement: Id.optional(), control: Id, subject: Id.optional() });

export const evidence = {
  list: procedure('Lists evidence', 'read')
    .input(
      Page.extend({
        text: z.string().max(400).optional(),
        /** `stale` lists what cannot be relied on, for whatever reason: what expired too. */
        state: z.enum(['current', 'expiring', 'expired', 'stale']).optional(),
        unlinked: z.boolean().optional(),
        engagement: Id.optional(),
      }),
    )
    .output(paged(EvidenceRow)),
  get: procedure('Shows evidence with its links, custody and history', 'read')
    .input(z.object({ evidence: Id }))
    .output(
      z.object({
        evidence: EvidenceRow,
        links: z.array(
          z.object({
            assessment: Id,
            kind: z.enum(['control', 'item']),
            target: Id,
            label: z.string(),
            title: z.string(),
            subject: z.string(),
            engagement: z.string(),
          }),
        ),
        /** Newest first; the bytes of any are behind the file door under their SHA-256. */
        revisions: z.array(EvidenceRevision),
        custody: z.array(z.object({ at: Timestamp, by: z.string(), what: z.string(), sha256: z.string() })),
        conflicts: z.array(FieldConflict),
        history: z.array(HistoryRow),
      }),
    ),
  add: procedure(
    'Takes files into the vault, one evidence record a file or all in one, and links them',
    'prepare',
  )
    .input(
      EvidenceDetails.extend({
        files: z.array(FileSource).min(1).max(2000),
        together: z.boolean().default(false),
        links: z.array(LinkTarget).default([]),
      }),
    )
    .output(
      z.object({
        evidence: z.array(
          z.object({
            id: Id,
            reference: z.string(),
            title: z.string(),
            files: z.array(
              z.object({ name: z.string(), sha256: z.string(), bytes: z.int(), mediaType: z.string() }),
            ),
          }),
        ),
        /** What was taken in as it is, and is worth a second look: files that are empty. */
        warnings: z.array(z.string()),
      }),
    ),
  revise: procedure('Adds a new revision with other files; the old one is kept', 'prepare')
    .input(
      z.object({
        evidence: Id,
        files: z.array(FileSource).min(1).max(2000),
        /** The day they were collected; today where none is named. */
        collected: Day.optional(),
      }),
    )
    .output(z.object({ evidence: EvidenceRow })),
  update: procedure('Changes details of evidence: title, dates, owner, systems and the like', 'prepare')
    .input(EvidenceDetails.extend({ evidence: Id }))
    .output(z.object({ evidence: EvidenceRow })),
  link: procedure('Links existing evidence to a control or item', 'prepare')
    .input(LinkTarget.extend({ evidence: Id }))
    .output(z.object({ links: z.int() })),
  unlink: procedure('Takes evidence off a control or item', 'prepare')
    .input(z.object({ evidence: Id, assessment: Id }))
    .output(z.object({ links: z.int() })),
  remove: procedure('Removes evidence; refused while something leans on it unless said so', 'prepare')
    .input(z.object({ evidence: Id, evenIfLinked: z.boolean().default(false) }))
    .output(z.object({ removed: z.boolean() })),
  export: procedure('Writes the files of evidence back, byte for byte, where the caller has a disk', 'read')
    .input(z.object({ evidence: Id, out: z.string().min(1) }))
    .output(
      z.object({
        files: z.array(z.object({ name: z.string(), path: z.string(), sha256: z.string(), bytes: z.int() })),
      }),
    ),
};

export const ChecklistRow = z.object({
  id: Id,
  framework: Id,
  frameworkTitle: z.string(),
  title: z.string(),
  of: z.string().nullable(),
  items: z.int(),
  results: z.record(Result, z.int()),
  status: Status,
  voided: z.boolean(),
});
export const ItemRow = z.object({
  id: Id,
  text: z.string(),
  depth: z.int(),
  order: z.int(),
  /** Short number for people and the command line: `3` or `3.1`. */
  label: z.string(),
  /** The source's own mark of a check box. */
  checkedInSource: z.boolean().nullable(),
  owner: z.string().nullable(),
  due: z.string().nullable(),
  /** Lines of the source that belong to it and have no field. */
  details: z.array(z.string()),
  assessment: Id,
  result: Result,
  note: z.string(),
  evidence: z.array(EvidenceRow),
  conflicts: z.array(FieldConflict),
});
export const ChecklistView = ChecklistRow.extend({
  engagement: Id,
  subject: Subject,
  /** The id that `review.sign` takes for kind `checklist`. */
  record: Id,
  digest: z.string(),
  rows: z.array(ItemRow),
  notes: z.array(z.string()),
  criteria: z.array(z.string()),
  signOffs: z.array(SignOffRow),
  may: AssessmentView.shape.may,
});
export type ChecklistView = z.infer<typeof ChecklistView>;

export const checklists = {
  list: procedure('Lists the checklists of an engagement', 'read')
    .input(Page.extend({ engagement: Id.optional(), subject: Id.optional() }))
    .output(paged(ChecklistRow)),
  get: procedure('Shows a checklist with its items', 'read')
    .input(z.object({ checklist: Id, engagement: Id.optional(), subject: Id.optional() }))
    .output(z.object({ checklist: ChecklistView })),
  set: procedure('Records the result and note of an item', 'prepare')
    .input(
      z.object({
        item: Id,
        checklist: Id.optional(),
        engagement: Id.optional(),
        subject: Id.optional(),
        result: Result.optional(),
        note: z.string().max(100_000).optional(),
      }),
    )
    .output(z.object({ checklist: ChecklistView })),
};

/** The lanes of the review queue: what awaits the caller, and why. */
export const Lane = z.enum(['to-review', 'returned', 'voided', 'to-sign']);
export type Lane = z.infer<typeof Lane>;

export const QueueRow = z.object({
  kind: z.enum(['assessment', 'checklist']),
  /** The id that `review.sign` takes. */
  record: Id,
  /** The control or checklist to open. */
  target: Id,
  label: z.string(),
  title: z.string(),
  subject: z.string(),
  engagement: Id,
  engagementName: z.string(),
  status: Status,
  voided: z.boolean(),
  result: Result.nullable(),
  preparedBy: z.string().nullable(),
  since: Timestamp.nullable(),
  openNotes: z.int(),
  /** Fields that differ from what this member last signed or returned. */
  changed: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});
export type QueueRow = z.infer<typeof QueueRow>;

export const review = {
  queue: procedure('What awaits the caller: to review, returned to them, voided', 'read')
    .input(
      Page.extend({
        engagement: Id.optional(),
        lane: Lane.default('to-review'),
      }),
    )
    .output(
      paged(QueueRow).extend({
        lanes: z.record(Lane, z.int()),
      }),
    ),
  sign: procedure(
    'Signs off an assessment or checklist, bound to the digest of exactly what is there',
    'read',
  )
    .input(
      z.object({
        kind: z.enum(['assessment', 'checklist']),
        id: Id,
        as: Capacity,
        engagement: Id.optional(),
        subject: Id.optional(),
        expectDigest: z.string().optional(),
        /** When the caller opened it to decide. */
        opened: z.iso.datetime().optional(),
      }),
    )
    .output(
      z.object({
        signOff: z.object({
          id: Id,
          digest: z.string(),
          by: z.object({ id: Id, name: z.string() }),
          at: Timestamp,
          capacity: Capacity,
        }),
        status: Status,
      }),
    ),
  return: procedure('Returns submitted work to its preparer with a note', 'review')
    .input(
      z.object({
        kind: z.enum(['assessment', 'checklist']),
        id: Id,
        note: z.string().trim().min(1).max(100_000),
        engagement: Id.optional(),
        subject: Id.optional(),
        opened: z.iso.datetime().optional(),
      }),
    )
    .output(z.object({ signOff: z.object({ id: Id, digest: z.string(), at: Timestamp }), status: Status })),
  note: procedure('Raises a review note', 'review')
    .input(z.object({ record: Id, text: z.string().trim().min(1).max(100_000) }))
    .output(z.object({ note: Id })),
  answer: procedure('Answers a review note', 'prepare')
    .input(z.object({ note: Id, text: z.string().trim().min(1).max(100_000) }))
    .output(z.object({ note: Id })),
  clear: procedure('Clears a review note', 'review')
    .input(z.object({ note: Id }))
    .output(z.object({ note: Id })),
};
