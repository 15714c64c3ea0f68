import { z } from 'zod';
import { CriterionRule } from './criterion-rule.ts';

/**
 * The records of a readiness programme. A record that a plan states begins with the plan's own words (its `node`) and
 * is changed field by field; one that people add stands on its fields alone. Every field is a ledger field of its own,
 * so two people who change different fields apart never conflict.
 */
const words = z.string().max(100_000);
const day = z.iso.date().nullable();
const five = z.int().min(1).max(5).nullable();

export const Severity = z.enum(['P0', 'P1', 'P2', 'P3']);
export type Severity = z.infer<typeof Severity>;
export const RiskState = z.enum(['open', 'mitigating', 'closed']);
export const ActionState = z.enum(['open', 'doing', 'done']);
export const RequestState = z.enum(['open', 'answered', 'accepted', 'returned']);

/** What a criterion is for that every phase of the programme has to meet before the next. */
export const EVERY_PHASE = 'every phase';

/** What a criterion is for: leaving a phase, accepting work, success, a threshold, or being done. */
export const CriterionKind = z.enum(['exit', 'acceptance', 'success', 'threshold', 'done']);

/** `responsible`, `accountable`, `consulted`, `informed`: any of these letters, each at most once. */
export const Raci = z.string().regex(/^R?A?C?I?$/);

/** The fields of each kind, with what a field is worth before anybody wrote it. */
export const PROGRAMME_FIELDS = {
  pillar: { title: words, owner: words, scope: words, due: day },
  phase: { title: words, scope: z.array(words), from: day, to: day, done: day },
  milestone: { title: words, phase: words.nullable(), due: day, done: day },
  /** A gate holds its own rule and those of the criteria that name it. */
  gate: { title: words, owner: words, due: day, phase: words.nullable(), rule: CriterionRule },
  /** `for`: the record whose criterion it is; `kind`: exit criterion, definition of done … */
  criterion: { title: words, for: words.nullable(), kind: CriterionKind, rule: CriterionRule },
  kpi: {
    title: words,
    owner: words,
    unit: z.string().max(40),
    target: z.number().nullable(),
    direction: z.enum(['up', 'down']),
    cadence: z.string().max(200),
  },
  maturity: {
    title: words,
    current: z.number().nullable(),
    target: z.number(),
    scale: z.number().positive(),
  },
  risk: {
    title: words,
    severity: Severity.nullable(),
    likelihood: five,
    impact: five,
    owner: words,
    due: day,
    remediation: words,
    exit: words,
    category: words,
    state: RiskState,
    pillar: words.nullable(),
  },
  /** `of`: the pillar, phase, gate or risk it serves; `blockedBy`: ids of other actions. */
  action: {
    title: words,
    owner: words,
    due: day,
    state: ActionState,
    for: words.nullable(),
    blockedBy: z.array(z.string()),
    blocked: words,
  },
  /** A person of the programme, who need not be a member. */
  person: { title: words, part: words, contact: words, member: z.string().nullable() },
  /** Who is R, A, C or I for a record. */
  raci: { person: z.string(), for: words, letters: Raci },
  /** An evidence request (PBC item). */
  request: {
    title: words,
    asked: words,
    due: day,
    state: RequestState,
    for: words.nullable(),
    note: words,
    evidence: z.array(z.string()),
  },
  /** How often evidence for a control (`for`: its id; null for all) is refreshed, attested and its links checked. */
  cadence: {
    for: words.nullable(),
    refreshDays: z.int().positive().nullable(),
    changeHours: z.int().positive().nullable(),
    attestDays: z.int().positive().nullable(),
    linkDays: z.int().positive().nullable(),
  },
  /** A packet as it is being filled; `template` is `id@version`. */
  packet: { title: words, template: z.string(), about: words, period: words, environment: words },
  /** What a person wrote or attached in a section of a packet. */
  section: { packet: z.string(), key: z.string(), text: words, evidence: z.array(z.string()) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, z.ZodType>>>>;

export type ProgrammeKind = keyof typeof PROGRAMME_FIELDS;
export const PROGRAMME_KINDS = Object.keys(PROGRAMME_FIELDS) as readonly ProgrammeKind[];

/** Kinds that plans state; their records exist as soon as an engagement uses the plan. */
export const PLANNED_KINDS = ['pillar', 'phase', 'gate', 'criterion', 'kpi', 'maturity', 'risk'] as const;
export type PlannedKind = (typeof PLANNED_KINDS)[number];

/** The value of the `of` field: where a record belongs. Set once, by whoever adds it; its id is derived from a nonce. */
export const ProgrammeOf = z.strictObject({
  engagement: z.string(),
  nonce: z.string().min(1).optional(),
  /** Of a section: its key, with the nonce of its packet. */
  key: z.string().optional(),
});
export type ProgrammeOf = z.infer<typeof ProgrammeOf>;

/** What a record says where neither a person nor a plan has said anything. */
export const PROGRAMME_BLANKS: { readonly [K in ProgrammeKind]: Readonly<Record<string, unknown>> } = {
  pillar: { title: '', owner: '', scope: '', due: null },
  phase: { title: '', scope: [], from: null, to: null, done: null },
  milestone: { title: '', phase: null, due: null, done: null },
  gate: { title: '', owner: '', due: null, phase: null, rule: { rule: 'attested' } },
  criterion: { title: '', for: null, kind: 'acceptance', rule: { rule: 'attested' } },
  kpi: { title: '', owner: '', unit: '', target: null, direction: 'up', cadence: '' },
  maturity: { title: '', current: null, target: 0, scale: 5 },
  risk: {
    title: '',
    severity: null,
    likelihood: null,
    impact: null,
    owner: '',
    due: null,
    remediation: '',
    exit: '',
    category: '',
    state: 'open',
    pillar: null,
  },
  action: { title: '', owner: '', due: null, state: 'open', for: null, blockedBy: [], blocked: '' },
  person: { title: '', part: '', contact: '', member: null },
  raci: { person: '', for: '', letters: '' },
  request: { title: '', asked: '', due: null, state: 'open', for: null, note: '', evidence: [] },
  cadence: { for: null, refreshDays: null, changeHours: null, attestDays: null, linkDays: null },
  packet: { title: '', template: '', about: '', period: '', environment: '' },
  section: { packet: '', key: '', text: '', evidence: [] },
};

type Shape<K extends ProgrammeKind> = z.ZodObject<(typeof PROGRAMME_FIELDS)[K]>;

/** The whole of a record of a kind, as its rows and its callers hold it. */
export function bodyShape<K extends ProgrammeKind>(kind: K): Shape<K> {
  return z.object(PROGRAMME_FIELDS[kind]) as unknown as Shape<K>;
}
export type ProgrammeBody<K extends ProgrammeKind> = z.infer<Shape<K>>;

/** Whether a word is a kind of programme record. */
export function isProgrammeKind(kind: string): kind is ProgrammeKind {
  return Object.hasOwn(PROGRAMME_FIELDS, kind);
}
