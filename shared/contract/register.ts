import { z } from 'zod';
import { DueItem, DueKind } from '../domain/evidence-cadence.ts';
import { Day, Id, JobRef, Name, Page, paged, procedure, Timestamp } from './base.ts';
import { EvidenceRow, FileSource } from './frameworks.ts';
import { ProgrammeFactRow, ProgrammeRow } from './programme.ts';

const Reason = z.string().trim().min(1).max(10_000);
const Statement = z.string().trim().min(1).max(100_000);

/** Where a piece of evidence serves: a control or item of an engagement, or a record of the programme. */
export const RegisterPlace = z.object({
  /** Ledger name: `control:…`, `item:…`, `gate:…`, `request:…` */
  record: z.string(),
  label: z.string(),
  title: z.string(),
  engagement: Id,
});
export type RegisterPlace = z.infer<typeof RegisterPlace>;

/** Evidence as the register shows it: every field, where it serves, and what has to be done with it by when. */
export const RegisterRow = EvidenceRow.extend({
  /** At most 50; `serves` counts them all. */
  places: z.array(RegisterPlace),
  serves: z.int(),
  /** Soonest first. */
  due: z.array(DueItem),
  /** Why it cannot be relied on today; empty where it can. */
  stale: z.array(z.string()),
  expiring: z.boolean(),
  orphaned: z.boolean(),
  /** Legal holds that stand on it. */
  holds: z.array(z.object({ by: z.string(), at: Timestamp, reason: z.string() })),
  attestation: z
    .object({
      by: z.string(),
      at: Timestamp,
      met: z.boolean(),
      statement: z.string(),
      until: z.string().nullable(),
    })
    .nullable(),
  check: z.object({ by: z.string(), at: Timestamp, broken: z.int() }).nullable(),
  /** Whether it may be removed now, and if not, why. */
  removable: z.object({ allowed: z.boolean(), because: z.string() }),
});
export type RegisterRow = z.infer<typeof RegisterRow>;

export const RegisterLane = z.enum(['due', 'stale', 'expiring', 'orphaned', 'held']);
export type RegisterLane = z.infer<typeof RegisterLane>;

const RegisterFilter = z.object({
  /** Only this piece. */
  evidence: Id.optional(),
  /** Only what serves in this engagement. */
  engagement: Id.optional(),
  text: z.string().max(400).optional(),
  owner: z.string().max(200).optional(),
  system: z.string().max(200).optional(),
  only: RegisterLane.optional(),
});

export const DueRow = z.object({
  evidence: Id,
  reference: z.string(),
  title: z.string(),
  kind: DueKind,
  overdue: z.boolean(),
  because: z.string(),
});

/** What a look at a file or link of evidence found. */
export const LinkFinding = z.object({
  /** Name of a file, or the link as it stands. */
  target: z.string(),
  /** `ok`; `damaged`, `missing` and `unreachable` are broken; `changed` and `not-checked` are not. */
  outcome: z.enum(['ok', 'changed', 'damaged', 'missing', 'unreachable', 'not-checked']),
  detail: z.string(),
  /** Of a kept file that was read again. */
  sha256: z.string().optional(),
});
export type LinkFinding = z.infer<typeof LinkFinding>;

/** The result of the job `register.checkLinks` starts. */
export const LinkReport = z.object({
  checked: z.int(),
  broken: z.int(),
  notChecked: z.int(),
  /** Those with anything but `ok`, at most 1,000. */
  rows: z.array(
    z.object({ evidence: Id, reference: z.string(), title: z.string(), findings: z.array(LinkFinding) }),
  ),
});
export type LinkReport = z.infer<typeof LinkReport>;

/** An evidence request with what has become of it. */
export const RequestRow = z.object({
  row: ProgrammeRow,
  overdue: z.boolean(),
  /** The control or record it asks for, in words; null where it names none. */
  place: RegisterPlace.nullable(),
  evidence: z.array(EvidenceRow),
});
export type RequestRow = z.infer<typeof RequestRow>;

const Which = { request: Id, engagement: Id.optional() };

export const register = {
  list: procedure('Lists the evidence register with what is due, stale, expiring, orphaned or held', 'read')
    .input(
      Page.extend({
        ...RegisterFilter.shape,
        sort: z.enum(['due', 'title', 'owner', 'added']).default('due'),
      }),
    )
    .output(paged(RegisterRow).extend({ counts: z.record(RegisterLane, z.int()) })),
  due: procedure('Groups what has to be done with evidence by owner and day', 'read')
    .input(
      z.object({
        engagement: Id.optional(),
        owner: z.string().max(200).optional(),
        /** The last day to look at; thirty days from today where none is named. */
        until: Day.optional(),
      }),
    )
    .output(
      z.object({
        today: z.string(),
        until: z.string(),
        total: z.int(),
        /** How many are not in the answer, which holds at most 5,000. */
        left: z.int(),
        owners: z.array(
          z.object({
            owner: z.string(),
            count: z.int(),
            overdue: z.int(),
            days: z.array(z.object({ day: z.string(), items: z.array(DueRow) })),
          }),
        ),
      }),
    ),
  attest: procedure('States in one’s own name that evidence still shows what it should, or does not', 'read')
    .input(
      z.object({
        /** Left out: everything of the owner named that is in the engagement named. */
        evidence: z.array(Id).min(1).max(1000).optional(),
        owner: z.string().min(1).max(200).optional(),
        engagement: Id.optional(),
        met: z.boolean().default(true),
        statement: Statement,
        until: Day.nullable().default(null),
      }),
    )
    .output(z.object({ attested: z.int(), evidence: z.array(Id) })),
  declareChange: procedure(
    'Declares a material change of systems: evidence about them has to be looked at again within hours',
    'prepare',
  )
    .input(z.object({ systems: z.array(Name).min(1).max(100), what: Reason, on: Day.optional() }))
    .output(z.object({ fact: ProgrammeFactRow, evidence: z.int() })),
  checkLinks: procedure(
    'Reads kept files again and looks at links; web addresses only where allowed',
    'prepare',
  )
    .input(
      z.object({
        evidence: z.array(Id).min(1).max(10_000).optional(),
        engagement: Id.optional(),
        /** Also asks the addresses on the web; refused until this copy allows it. */
        urls: z.boolean().default(false),
      }),
    )
    .output(JobRef),
  preferences: procedure('Says whether this copy may ask addresses on the web', 'read').output(
    z.object({ urls: z.boolean() }),
  ),
  prefer: procedure('Allows or forbids this copy to ask addresses on the web', 'prepare')
    .input(z.object({ urls: z.boolean() }))
    .output(z.object({ urls: z.boolean() })),
  hold: procedure('Lays a legal hold on evidence, or lifts every one that stands on it', 'administer')
    .input(
      z.object({ evidence: z.array(Id).min(1).max(1000), on: z.boolean().default(true), reason: Reason }),
    )
    .output(z.object({ changed: z.int(), held: z.int() })),
  csv: procedure('Writes the register as CSV with every column', 'read')
    .input(
      RegisterFilter.extend({
        /** A file to write where the caller has a disk; without one the text is answered. */
        out: z.string().min(1).optional(),
      }),
    )
    .output(
      z.object({
        file: z.string().nullable(),
        text: z.string().nullable(),
        sha256: z.string(),
        bytes: z.int(),
        counts: z.object({ rows: z.int(), columns: z.int() }),
        problems: z.array(
          z.object({ where: z.string(), code: z.string(), message: z.string(), severity: z.string() }),
        ),
      }),
    ),
  requests: procedure('Lists evidence requests, the soonest due first', 'read')
    .input(
      Page.extend({
        engagement: Id.optional(),
        state: z.enum(['open', 'answered', 'accepted', 'returned']).optional(),
        overdue: z.boolean().optional(),
      }),
    )
    .output(paged(RequestRow)),
  ask: procedure('Asks somebody for evidence by a day', 'prepare')
    .input(
      z.object({
        engagement: Id.optional(),
        title: Name,
        asked: z.string().max(200).default(''),
        due: Day.nullable().default(null),
        /** A control or item in any of its names, or the ledger name of a programme record. */
        for: Id.optional(),
        note: z.string().max(100_000).default(''),
      }),
    )
    .output(z.object({ request: RequestRow })),
  answer: procedure('Answers a request with evidence: new files, what is there already, or a note', 'prepare')
    .input(
      z.object({
        ...Which,
        evidence: z.array(Id).max(1000).default([]),
        files: z.array(FileSource).max(2000).default([]),
        title: Name.optional(),
        note: z.string().max(100_000).optional(),
      }),
    )
    .output(z.object({ request: RequestRow })),
  acceptAnswer: procedure('Accepts the answer to a request', 'prepare')
    .input(z.object({ ...Which, note: z.string().max(100_000).optional() }))
    .output(z.object({ request: RequestRow })),
  returnAnswer: procedure('Returns the answer to a request with what is missing', 'prepare')
    .input(z.object({ ...Which, note: Statement }))
    .output(z.object({ request: RequestRow })),
  answerPackage: procedure('Writes the files of an answer into a new folder with a manifest', 'read')
    .input(
      z.object({
        ...Which,
        /** A new folder where the caller has a disk; without one it is made in the folder of answers of the home. */
        out: z.string().min(1).optional(),
      }),
    )
    .output(
      z.object({
        folder: z.string(),
        manifest: z.object({ path: z.string(), sha256: z.string() }),
        files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.int() })),
        missing: z.array(z.object({ what: z.string(), because: z.string() })),
        /** One sentence on what is in it and what is not. */
        summary: z.string(),
      }),
    ),
};
