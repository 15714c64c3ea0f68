import { z } from 'zod';

const Key = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

/** What a section can be filled with from the workspace. */
export const PACKET_DATA = [
  'scope',
  'pillars',
  'burn-down',
  'heat-map',
  'risks',
  'exceptions',
  'gates',
  'phases',
  'kpis',
  'maturity',
  'actions',
  'dates',
  'evidence',
  'tests',
  'people',
  'reviews',
  'sign-offs',
  'requests',
  'ledger',
] as const;
export type PacketDataName = (typeof PACKET_DATA)[number];

/** `hand`: words of a person; `artifacts`: attached evidence; `data:…`: rows of the workspace. Any one of them fills. */
export const SectionSource = z.enum([
  'hand',
  'artifacts',
  ...PACKET_DATA.map((name) => `data:${name}` as const),
]);
export type SectionSource = z.infer<typeof SectionSource>;

/** A value of its own within a section, with a type and perhaps a limit: a rehearsed time, a day. */
export const PacketField = z.strictObject({
  key: Key,
  title: z.string(),
  type: z.enum(['text', 'minutes', 'number', 'day']),
  required: z.boolean().default(false),
  atMost: z.number().optional(),
  help: z.string().default(''),
});
export type PacketField = z.infer<typeof PacketField>;

export const PacketSection = z.strictObject({
  key: Key,
  title: z.string(),
  help: z.string(),
  required: z.boolean(),
  source: z.array(SectionSource).min(1),
  /** What is asked for beyond its being filled at all. */
  minimum: z
    .strictObject({ evidence: z.int().positive().optional(), rows: z.int().positive().optional() })
    .default({}),
  fields: z.array(PacketField).default([]),
});
export type PacketSection = z.infer<typeof PacketSection>;

export const PACKET_KINDS = ['release', 'handover', 'evidence', 'checkpoint', 'summary'] as const;

/** A kind of packet as a data file: what it asks for, and the rule of its pages. */
export const PacketTemplate = z.strictObject({
  schema: z.literal('bindery.packet-template/1'),
  id: Key,
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  kind: z.enum(PACKET_KINDS),
  /** Exactly one page, however much there is to say. */
  onePage: z.boolean(),
  /** Whether it is done only once the customer’s word on it is captured. */
  customerSignOff: z.boolean(),
  /** The block of signatures, in the order of the page. */
  signatures: z.array(
    z.strictObject({ field: z.enum(['Preparer', 'Reviewer', 'Approver', 'Recipient']), title: z.string() }),
  ),
  sections: z.array(PacketSection).min(1),
});
export type PacketTemplate = z.infer<typeof PacketTemplate>;

/** The list of templates that are shipped, each with the hash of its file. */
export const PacketIndex = z.strictObject({
  schema: z.literal('bindery.packet-index/1'),
  templates: z.array(
    z.strictObject({
      id: Key,
      version: z.string(),
      file: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
