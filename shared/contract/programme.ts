import { z } from 'zod';
import { PROGRAMME_KINDS, type ProgrammeKind } from '../domain/programme/shapes.ts';
import { Day, Id, Name, Page, paged, procedure, Timestamp } from './base.ts';
import { EvidenceRow, FieldConflict, HistoryRow } from './frameworks.ts';
import { EngagementRow } from './work.ts';

export const ProgrammeKindName = z.enum(PROGRAMME_KINDS as [ProgrammeKind, ...ProgrammeKind[]]);

/** A record of a programme as it stands: the plan's own words overlaid with what people changed. */
export const ProgrammeRow = z.object({
  id: Id,
  /** Its name in the ledger: `risk:…`. */
  record: z.string(),
  kind: ProgrammeKindName,
  engagement: Id,
  title: z.string(),
  /** The fields of its kind (`shared/domain/programme/shapes.ts`). */
  body: z.record(z.string(), z.unknown()),
  /** What the plan says about it that has no field. */
  notes: z.array(z.string()),
  /** Title of the part of the plan it stands in; empty for what people added. */
  section: z.string(),
  /** Whether a plan states it. */
  planned: z.boolean(),
  conflicts: z.int(),
  changedAt: Timestamp.nullable(),
  changedBy: z.string().nullable(),
});
export type ProgrammeRow = z.infer<typeof ProgrammeRow>;

/** An act that stands for good: a measurement, an attestation, an acceptance … */
export const ProgrammeFactRow = z.object({
  id: Id,
  kind: z.string(),
  record: z.string(),
  /** Empty for acts on evidence, which hold in every engagement it serves. */
  engagement: z.string(),
  by: z.object({ id: Id, name: z.string() }),
  at: Timestamp,
  /** The act's own values (`shared/domain/programme/facts.ts`). */
  body: z.record(z.string(), z.unknown()),
});
export type ProgrammeFactRow = z.infer<typeof ProgrammeFactRow>;

export const ProgrammeView = z.object({
  row: ProgrammeRow,
  /** Added by this member on this device. */
  own: z.boolean(),
  facts: z.array(ProgrammeFactRow),
  proofs: z.array(EvidenceRow),
  conflicts: z.array(FieldConflict),
  history: z.array(HistoryRow),
});
export type ProgrammeView = z.infer<typeof ProgrammeView>;

/** A record by its ledger name, its id, or its title. */
const Which = { record: Id, kind: ProgrammeKindName.optional(), engagement: Id.optional() };
const Acted = z.object({ fact: ProgrammeFactRow });

/** A programme template that comes with the program, and how much is in it. */
export const ProgrammeTemplateRow = z.object({
  id: z.string(),
  title: z.string(),
  version: z.string(),
  /** One line on what it is for. */
  summary: z.string(),
  days: z.int(),
  counts: z.record(z.string(), z.int()),
});
export type ProgrammeTemplateRow = z.infer<typeof ProgrammeTemplateRow>;

export const programme = {
  templates: procedure('Lists the programme templates that a programme can be started from', 'read').output(
    z.object({ templates: z.array(ProgrammeTemplateRow) }),
  ),
  start: procedure('Starts a programme from a template; every date is counted from its first day', 'prepare')
    .input(
      z.object({
        /** Id or title. */
        template: Id,
        /** Name of the engagement. */
        name: Name,
        start: Day,
        subjects: z.array(Name).default([]),
      }),
    )
    .output(z.object({ engagement: EngagementRow, catalog: Id, plan: Id })),
  list: procedure('Lists records of a programme of one kind, in the plan’s order', 'read')
    .input(
      Page.extend({
        kind: ProgrammeKindName,
        engagement: Id.optional(),
        text: z.string().max(400).optional(),
      }),
    )
    .output(paged(ProgrammeRow)),
  get: procedure('Shows a record of a programme with its acts, proof and history', 'read')
    .input(z.object(Which))
    .output(ProgrammeView),
  put: procedure('Adds a record to a programme, or changes fields of one', 'prepare')
    .input(
      z.object({
        kind: ProgrammeKindName,
        engagement: Id.optional(),
        /** Left out: a new record. */
        record: Id.optional(),
        fields: z.record(z.string(), z.unknown()),
      }),
    )
    .output(z.object({ row: ProgrammeRow })),
  remove: procedure('Removes a record that people added; what a plan states stays', 'prepare')
    .input(z.object(Which))
    .output(z.object({ removed: z.boolean() })),
  measure: procedure('Records a value of a KPI or a maturity dimension on a day', 'prepare')
    .input(
      z.object({
        ...Which,
        value: z.number(),
        day: Day.optional(),
        note: z.string().max(100_000).default(''),
      }),
    )
    .output(Acted),
  attest: procedure(
    'States in one’s own name that a criterion, gate or piece of evidence holds, or does not',
    'read',
  )
    .input(
      z.object({
        ...Which,
        met: z.boolean().default(true),
        statement: z.string().trim().min(1).max(100_000),
        until: Day.nullable().default(null),
      }),
    )
    .output(Acted),
  accept: procedure(
    'Accepts a risk or approves an exception, with compensating controls and an expiry',
    'review',
  )
    .input(
      z.object({
        ...Which,
        as: z.enum(['risk-acceptance', 'exception']).default('risk-acceptance'),
        reason: z.string().trim().min(1).max(100_000),
        compensating: z.string().max(100_000).default(''),
        expires: Day.nullable().default(null),
      }),
    )
    .output(Acted),
  withdraw: procedure('Takes an acceptance back, with the reason; both stay in the ledger', 'review')
    .input(z.object({ acceptance: Id, reason: z.string().trim().min(1).max(100_000) }))
    .output(Acted),
  prove: procedure('Shows evidence as proof on a record of the programme, or takes it off', 'prepare')
    .input(z.object({ ...Which, evidence: Id, on: z.boolean().default(true) }))
    .output(z.object({ proofs: z.int() })),
};
