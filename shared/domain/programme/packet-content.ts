import { z } from 'zod';
import { PACKET_DATA, PACKET_KINDS } from './packet-template.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Rag = z.enum(['red', 'amber', 'green', 'none']);

/** A part of the workspace as a section shows it: a table and the one sentence that says what it comes to. */
export const SectionData = z.strictObject({
  name: z.enum(PACKET_DATA),
  summary: z.string(),
  columns: z.array(z.string()),
  /** At most so many as are worth printing; `total` says how many there are. */
  rows: z.array(z.array(z.string())),
  total: z.int().nonnegative(),
});
export type SectionData = z.infer<typeof SectionData>;

/** What the charts of a one-page summary are drawn from. */
export const PacketFigures = z.strictObject({
  overall: z.strictObject({
    rag: Rag,
    share: z.number().nullable(),
    planned: z.number().nullable(),
    /** Why it is not green, in a sentence. */
    why: z.string(),
  }),
  pillars: z.array(
    z.strictObject({
      title: z.string(),
      owner: z.string(),
      due: z.string().nullable(),
      rag: Rag,
      why: z.string(),
      share: z.number().nullable(),
      trend: z.array(z.number()),
    }),
  ),
  burnDown: z.strictObject({
    total: z.int(),
    open: z.int(),
    /** Open gaps at the end of days, oldest first; `planned` what the plan asks for there. */
    points: z.array(
      z.strictObject({ day: z.string(), open: z.number().nullable(), planned: z.number().nullable() }),
    ),
  }),
  heat: z.strictObject({
    cells: z.array(
      z.strictObject({
        likelihood: z.int().min(1).max(5),
        impact: z.int().min(1).max(5),
        risks: z.int().nonnegative(),
        severity: z.string(),
      }),
    ),
    unscored: z.int().nonnegative(),
    bySeverity: z.array(
      z.strictObject({ severity: z.string(), open: z.int(), accepted: z.int(), closed: z.int() }),
    ),
  }),
  kpis: z.array(
    z.strictObject({
      title: z.string(),
      unit: z.string(),
      value: z.number().nullable(),
      target: z.number().nullable(),
      direction: z.enum(['up', 'down']),
      reached: z.boolean().nullable(),
      series: z.array(z.number()),
    }),
  ),
  blocked: z.array(
    z.strictObject({
      title: z.string(),
      owner: z.string(),
      due: z.string().nullable(),
      overdue: z.boolean(),
      by: z.string(),
    }),
  ),
  risks: z.array(
    z.strictObject({
      title: z.string(),
      severity: z.string(),
      state: z.string(),
      owner: z.string(),
      due: z.string().nullable(),
      overdue: z.boolean(),
      remediation: z.string(),
    }),
  ),
  dates: z.array(
    z.strictObject({
      day: z.string(),
      what: z.string(),
      title: z.string(),
      owner: z.string(),
      late: z.boolean(),
    }),
  ),
  gates: z.strictObject({ total: z.int(), met: z.int() }),
  evidence: z.strictObject({ current: z.int(), expiring: z.int(), stale: z.int(), results: z.int() }),
});
export type PacketFigures = z.infer<typeof PacketFigures>;

export const PacketFile = z.strictObject({
  name: z.string(),
  sha256: Hash,
  bytes: z.int().nonnegative(),
  mediaType: z.string(),
});
export const PacketEvidence = z.strictObject({
  id: z.string(),
  reference: z.string(),
  title: z.string(),
  files: z.array(PacketFile),
});
export type PacketEvidence = z.infer<typeof PacketEvidence>;

export const SectionWaiver = z.strictObject({
  id: z.string(),
  by: z.string(),
  at: z.string(),
  reason: z.string(),
});

/** A section as it stands in a packet. */
export const SectionContent = z.strictObject({
  key: z.string(),
  title: z.string(),
  state: z.enum(['filled', 'missing', 'waived', 'empty']),
  text: z.string(),
  /** Values of the section’s own fields, by key, as they were typed. */
  values: z.record(z.string(), z.string()),
  evidence: z.array(PacketEvidence),
  data: z.array(SectionData),
  waiver: SectionWaiver.nullable(),
});
export type SectionContent = z.infer<typeof SectionContent>;

/** A packet whole, for machines: what is embedded in its PDF and what its finalisation commits to. */
export const PacketContent = z.strictObject({
  schema: z.literal('bindery.packet/1'),
  id: z.string(),
  template: z.strictObject({
    id: z.string(),
    version: z.string(),
    sha256: Hash,
    title: z.string(),
    kind: z.enum(PACKET_KINDS),
  }),
  engagement: z.strictObject({ id: z.string(), name: z.string() }),
  title: z.string(),
  about: z.string(),
  period: z.string(),
  environment: z.string(),
  /** The day its data is of. */
  day: z.string(),
  sections: z.array(SectionContent),
  /** Present where its page has charts. */
  figures: PacketFigures.nullable(),
});
export type PacketContent = z.infer<typeof PacketContent>;
