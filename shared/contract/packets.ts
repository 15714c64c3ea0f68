import { z } from 'zod';
import {
  PacketEvidence,
  PacketFigures,
  SectionData,
  SectionWaiver,
} from '../domain/programme/packet-content.ts';
import {
  PACKET_KINDS,
  PacketField,
  PacketTemplate,
  SectionSource,
} from '../domain/programme/packet-template.ts';
import { Day, Id, JobRef, Name, Page, paged, procedure, Timestamp } from './base.ts';
import { AuthorityAddress, SigningKey } from './signing.ts';

const words = z.string().max(100_000);

/** `open`: something is missing. `complete`: nothing is. `final`: made final. `changed`: changed after that. */
export const PacketState = z.enum(['open', 'complete', 'final', 'changed']);
export type PacketState = z.infer<typeof PacketState>;

export const PacketRow = z.object({
  id: Id,
  record: z.string(),
  title: z.string(),
  engagement: Id,
  template: z.object({ id: z.string(), version: z.string(), title: z.string(), kind: z.enum(PACKET_KINDS) }),
  about: z.string(),
  period: z.string(),
  environment: z.string(),
  state: PacketState,
  /** Required sections, and how many of them are filled or waived. */
  required: z.int(),
  settled: z.int(),
  /** Whether the customer’s word is asked for, and whether it is there. */
  customer: z.enum(['not-needed', 'awaited', 'captured']),
  changedAt: Timestamp.nullable(),
  changedBy: z.string().nullable(),
});
export type PacketRow = z.infer<typeof PacketRow>;

export const PacketSectionView = z.object({
  key: z.string(),
  title: z.string(),
  help: z.string(),
  required: z.boolean(),
  source: z.array(SectionSource),
  fields: z.array(PacketField),
  /** How many pieces of evidence it asks for at least. */
  evidenceNeeded: z.int(),
  /** `empty`: not required and nothing there. */
  state: z.enum(['filled', 'missing', 'waived', 'empty']),
  /** What is missing, each a sentence with its remedy; empty where it is filled. */
  missing: z.array(z.string()),
  text: z.string(),
  values: z.record(z.string(), z.string()),
  evidence: z.array(PacketEvidence),
  data: z.array(SectionData),
  waiver: SectionWaiver.nullable(),
  /** Names of the members who wrote or attached here. */
  writers: z.array(z.string()),
  conflicts: z.int(),
});
export type PacketSectionView = z.infer<typeof PacketSectionView>;

/** Something in a packet that is no longer as it was when it was made final. */
export const PacketDifference = z.object({
  /** Key of the section; empty for the packet’s own title, scope and dates. */
  section: z.string(),
  title: z.string(),
  what: z.string(),
  before: z.string(),
  after: z.string(),
});
export type PacketDifference = z.infer<typeof PacketDifference>;

export const PacketHandover = z.object({
  id: Id,
  name: z.string(),
  organisation: z.string(),
  on: Day,
  statement: z.string(),
  evidence: z.array(PacketEvidence),
  /** Who captured it, and when. */
  by: z.string(),
  at: Timestamp,
  /** Whether it is about the packet as it was last made final. */
  current: z.boolean(),
});

export const PacketView = z.object({
  packet: PacketRow,
  template: PacketTemplate,
  day: Day,
  sections: z.array(PacketSectionView),
  /** Everything that keeps it from being made final. */
  missing: z.array(z.object({ section: z.string(), title: z.string(), because: z.string() })),
  /** SHA-256 of what people put into it, as it stands. */
  digest: z.string(),
  finalisation: z.object({ id: Id, by: z.string(), at: Timestamp, digest: z.string() }).nullable(),
  differences: z.array(PacketDifference),
  handovers: z.array(PacketHandover),
  /** For the charts of a summary or checkpoint. */
  figures: PacketFigures.nullable(),
});
export type PacketView = z.infer<typeof PacketView>;

/** A packet by its id, ledger name or title. */
const Which = { packet: Id, engagement: Id.optional() };
const Shown = z.object({ view: PacketView });

export const packets = {
  templates: procedure('Lists the kinds of packets there are and what each asks for', 'read').output(
    z.object({ templates: z.array(PacketTemplate.extend({ sha256: z.string() })) }),
  ),
  list: procedure('Lists the packets of an engagement with what is still missing in each', 'read')
    .input(Page.extend({ engagement: Id.optional(), template: z.string().optional() }))
    .output(paged(PacketRow)),
  get: procedure('Shows a packet: its sections, what is missing, and what changed after it was final', 'read')
    .input(z.object(Which))
    .output(Shown),
  create: procedure('Opens a packet from a template', 'prepare')
    .input(
      z.object({
        engagement: Id.optional(),
        template: z.string(),
        title: Name.optional(),
        about: words.default(''),
        /** What time it is about, in words or days. */
        period: z.string().max(200).default(''),
        environment: z.string().max(200).default(''),
      }),
    )
    .output(Shown),
  setSection: procedure('Writes in a section of a packet; what is left out stays as it is', 'prepare')
    .input(
      z.object({
        ...Which,
        /** Key or title. */
        section: Id,
        text: words.optional(),
        values: z.record(z.string(), z.string().max(10_000)).optional(),
      }),
    )
    .output(Shown),
  attach: procedure('Attaches evidence to a section of a packet, or takes it off', 'prepare')
    .input(z.object({ ...Which, section: Id, evidence: Id, on: z.boolean().default(true) }))
    .output(Shown),
  waive: procedure(
    'Lets a packet go without a required section, in one’s own name and with a reason',
    'review',
  )
    .input(z.object({ ...Which, section: Id, reason: z.string().trim().min(1).max(100_000) }))
    .output(Shown),
  finalise: procedure('Makes a packet final; refused with everything that is missing', 'prepare')
    .input(z.object(Which))
    .output(Shown),
  signOff: procedure('Captures the customer’s word on a packet that is final', 'prepare')
    .input(
      z.object({
        ...Which,
        name: Name,
        organisation: Name,
        on: Day.optional(),
        statement: z.string().trim().min(1).max(100_000),
        /** The signed paper, or whatever else shows it. */
        evidence: z.array(Id).default([]),
      }),
    )
    .output(Shown),
  /** The job's result is a `ComposedBinder`. One that is not final says so on its page. */
  compose: procedure('Composes, signs as preparer and writes a packet as PDF', 'prepare')
    .input(
      z.object({
        ...Which,
        out: z.string().optional(),
        page: z.enum(['A4', 'Letter']).default('A4'),
        force: z.boolean().default(false),
        key: SigningKey.default({ kind: 'member' }),
        /** Asked over the network for a time stamp; nobody is asked without it. */
        tsa: AuthorityAddress.optional(),
      }),
    )
    .output(JobRef),
};
