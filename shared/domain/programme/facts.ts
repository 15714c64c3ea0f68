import { z } from 'zod';

/**
 * Acts of a programme that stand for good: who and when come from the entry that states them, and nothing changes or
 * removes them afterwards. `record` is the ledger name of what the act is about (`risk:…`, `gate:…`, `evidence:…`).
 */
const about = { engagement: z.string(), record: z.string() };
const words = z.string().max(100_000);
const day = z.iso.date();
const Hash = z.string().regex(/^[0-9a-f]{64}$/);
/**
 * Last entries of chains, by number and chain hash. A hash cannot be had before its entry is there, so nobody says
 * that they saw what is yet unwritten.
 */
export const SeenHeads = z
  .array(z.tuple([z.string(), z.int().positive(), Hash]))
  .refine((heads) => new Set(heads.map(([writer]) => writer)).size === heads.length);
export type SeenHeads = z.infer<typeof SeenHeads>;
/** The number of the entry it stands in, so that the same words said again are an act of their own. */
const again = { seq: z.int().positive().optional() };

/** How many writers a word says it comes after: more than ever speak on one record, and still one small entry. */
export const MOST_NAMED = 5000;

/**
 * Of every other writer whose acts of this kind on the record its author knew (of evidence: and changes they declared):
 * the last entry that holds such an act, by number and chain hash. The hash cannot be had before the entry is there, so nobody claims to know what is yet unsaid.
 */
const knowing = {
  after: z
    .array(z.tuple([z.string(), z.int().positive(), Hash]))
    .max(MOST_NAMED)
    .refine((places) => new Set(places.map(([writer]) => writer)).size === places.length)
    .optional(),
};

export const PROGRAMME_FACTS = {
  /** A value of a KPI or of a maturity dimension on a day. */
  measurement: z.strictObject({ ...about, ...again, day, value: z.number(), note: words, ...knowing }),
  /** A named person says that a criterion is met or not, or that evidence still shows what it is meant to. */
  attestation: z.strictObject({
    ...about,
    ...again,
    met: z.boolean(),
    statement: words,
    until: day.nullable(),
    ...knowing,
  }),
  /** A risk accepted or an exception approved, by the member who states it, until a day. */
  acceptance: z.strictObject({
    ...about,
    kind: z.enum(['risk-acceptance', 'exception']),
    reason: words,
    compensating: words,
    expires: day.nullable(),
  }),
  /** An acceptance taken back, with the reason; `record` is `acceptance:…`. */
  withdrawal: z.strictObject({ ...about, reason: words }),
  /** A material change of a system: evidence about it has to be looked at again. */
  change: z.strictObject({ ...about, ...again, systems: z.array(z.string()), what: words, on: day }),
  /**
   * Beside new files or dates of evidence: which declared changes their author knew, as the last of each other writer.
   * Those are answered by it; a change declared elsewhere in the meantime is not.
   */
  renewal: z.strictObject({ ...about, ...again, ...knowing }),
  /** What a look at the links and files of evidence found. */
  linkcheck: z.strictObject({
    ...about,
    ...again,
    findings: z.array(
      z.strictObject({
        target: z.string(),
        outcome: z.string(),
        detail: z.string(),
        sha256: Hash.optional(),
      }),
    ),
    broken: z.int().nonnegative(),
  }),
  /** A legal hold laid on evidence, or the holds lifted from it by their ids: one that is not named stands. */
  hold: z.strictObject({
    ...about,
    ...again,
    on: z.boolean(),
    reason: words,
    lifts: z.array(z.string()),
  }),
  /** A required section that a packet goes without, and why. */
  waiver: z.strictObject({
    ...about,
    section: z.string(),
    reason: words,
    /** What the packet was called then: for one of another name it does not hold. */
    title: words.optional(),
  }),
  /**
   * A packet made final: the digest of what people wrote in it, everything it held, and what its author had seen, from
   * which anybody reads its data again.
   */
  finalisation: z.strictObject({
    ...about,
    ...again,
    digest: Hash,
    content: z.unknown(),
    ...knowing,
    seen: SeenHeads.optional(),
  }),
  /** The customer's word on a packet, as it was given. */
  handover: z.strictObject({
    ...about,
    digest: Hash,
    name: words,
    organisation: words,
    on: day,
    statement: words,
    evidence: z.array(z.string()),
  }),
  /**
   * An engagement made final: why, what the clean-up diagnosis still counted, and what its author had seen. Whatever
   * is not in `seen` and touches the engagement came later. It counts beside the state `final` in its own entry alone.
   */
  lockdown: z.strictObject({
    ...about,
    reason: words,
    open: z.record(z.string(), z.int()),
    seen: SeenHeads,
  }),
  /** Why the entry it stands in was added after lockdown; `seq` is that entry's, so each has a reason of its own. */
  late: z.strictObject({ ...about, reason: words, seq: z.int().positive() }),
  /** What became of an item of the last period in the next one. */
  rolled: z.strictObject({
    ...about,
    from: z.string(),
    outcome: z.enum(['carried', 'changed', 're-verify', 'stale', 'retired']),
    decision: words,
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type ProgrammeFactKind = keyof typeof PROGRAMME_FACTS;
export const PROGRAMME_FACT_KINDS = Object.keys(PROGRAMME_FACTS) as readonly ProgrammeFactKind[];
export type ProgrammeFact<K extends ProgrammeFactKind> = z.infer<(typeof PROGRAMME_FACTS)[K]>;

/** The value of `proof:… state`: evidence shown as proof on a record of the programme; add-wins. */
export const ProofState = z.strictObject({ evidence: z.string(), record: z.string(), on: z.boolean() });
