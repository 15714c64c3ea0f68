import { z } from 'zod';
import { BINDER_KINDS, CheckpointBody, COUNTERSIGNERS } from '../domain/binder.ts';
import { BINDER_PROFILES } from '../domain/binder-profile.ts';
import { HouseStyle } from '../domain/house-style.ts';
import { addedId, assessmentId, begunId, deriveId, sectionId } from '../domain/identity.ts';
import { PROGRAMME_FACTS, ProofState } from '../domain/programme/facts.ts';
import { isProgrammeKind, PROGRAMME_FIELDS, ProgrammeOf } from '../domain/programme/shapes.ts';
import { Capacity, Method, Result, Role } from '../domain/results.ts';
import { SignedValues } from '../domain/sign-off.ts';
import { nestsDeeper, type Sha256 } from './canonical.ts';
import { idOf, kindOf, type Operation } from './entry.ts';
import { factId } from './fact.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** The value of `member:… role`. `cutoff` is what the giver had seen: later entries of that member fall under it. */
export const RoleGrant = z.strictObject({
  role: z.union([Role, z.literal('none')]),
  cutoff: z.record(z.string(), z.int()),
});
export type RoleGrant = z.infer<typeof RoleGrant>;

/** The value of `member:… key`: the public halves a member signs with, and whether somebody else set the passphrase. */
export const MemberKey = z.strictObject({
  /** Raw Ed25519 public key, base64url: signs segments and checkpoints. */
  ledger: z.string(),
  /** X.509 certificate over the P-256 key that signs PDFs, PEM. */
  certificate: z.string(),
  passphraseSetByOther: z.boolean(),
});
export type MemberKey = z.infer<typeof MemberKey>;

/** The value of `device:… about`; one that its member added themselves derives its id from the nonce. */
export const DeviceAbout = z.object({
  name: z.string(),
  member: z.string(),
  publicKey: z.string(),
  nonce: z.string().min(1).max(200).optional(),
});

/** The value of `framework:… import`: the blob it was read into and the original it was read from. */
export const FrameworkImport = z.object({
  blob: Hash,
  original: Hash,
  sourceName: z.string(),
  format: z.string(),
  /** As the importer counted; shown again whenever the framework is. */
  counts: z.record(z.string(), z.int()),
});

/** The value of `engagement:… period`; days as `YYYY-MM-DD`. */
export const Period = z.object({ from: z.iso.date().nullable(), to: z.iso.date().nullable() });

/** The value of `subject:… about`. */
export const SubjectAbout = z.object({ engagement: z.string(), name: z.string() });

/** The value of `evidence:… files`: the current revision. */
export const RevisionFiles = z.object({
  revision: z.int().positive(),
  files: z.array(
    z.object({ name: z.string(), sha256: Hash, bytes: z.int().nonnegative(), mediaType: z.string() }),
  ),
});

const anyHash = Hash.optional().catch(undefined);
const AnyImport = z.object({ blob: anyHash, original: anyHash }).catch({});
const AnyFile = z
  .object({ sha256: Hash, bytes: z.int().nonnegative().catch(0) })
  .optional()
  .catch(undefined);
const AnyFiles = z.object({ files: z.array(AnyFile).catch([]) }).catch({ files: [] });

/** What a value of any shape names as a framework's files; what was set aside may say anything. */
export function importNamedIn(value: unknown): z.infer<typeof AnyImport> {
  return AnyImport.parse(value);
}

/** The files that a value of any shape names as evidence; what was set aside may say anything. */
export function filesNamedIn(value: unknown): { readonly sha256: string; readonly bytes: number }[] {
  return AnyFiles.parse(value).files.filter((file) => file !== undefined);
}

/** The value of `evidence:… deleted`: a tombstone with what its author had seen, or the word that it stays. */
export const Tombstone = z.strictObject({ seen: z.record(z.string(), z.int()) });
const Kept = z.strictObject({ kept: z.literal(true) });

/** The value of `link:… state`. */
export const LinkState = z.object({ evidence: z.string(), assessment: z.string(), on: z.boolean() });

/** The value of `custody:… fact`. `seq` is its entry's number, so that the same step taken again is one more. */
export const CustodyFact = z.object({
  evidence: z.string(),
  what: z.string(),
  sha256: z.string(),
  seq: z.int().positive().optional(),
});
export type CustodyFact = z.infer<typeof CustodyFact>;

/** The value of `carriage:… fact`: somebody took a copy of the workspace away, or brought it back. */
export const CarriageFact = z.strictObject({
  device: z.string().min(1).max(200),
  act: z.enum(['out', 'in']),
  /** A member's id, or a name of somebody who is none. */
  holder: z.string().min(1).max(200),
  note: z.string().max(2000),
  /** Its entry's number, so that the same act at another time is another fact. */
  seq: z.int().positive(),
});

/** The value of `note:… raised`. */
export const NoteRaised = z.object({ record: z.string(), text: z.string() });

/** The value of `signoff:… fact`: who and when come from its entry. */
export const SignOffFactValue = z.object({
  kind: z.enum(['assessment', 'checklist']),
  /** The assessment's id, or the id of the checklist as worked. */
  record: z.string(),
  capacity: Capacity,
  verdict: z.enum(['signed', 'returned']),
  digest: z.string(),
  note: z.string(),
  after: z.array(z.string()),
  signed: SignedValues,
  passphraseSetByOther: z.boolean(),
  /** When its author opened what they decided, as their clock claimed. */
  opened: z.iso.datetime().optional(),
});
export type SignOffFactValue = z.infer<typeof SignOffFactValue>;

/** The value of `assessment:… about`: what its derived id stands for. */
export const AssessmentAbout = z.object({
  engagement: z.string(),
  target: z.string(),
  targetKind: z.enum(['control', 'item']),
  subject: z.string(),
});

/** The value of `binder:… fact`. */
export const BinderFact = z.object({
  engagement: z.string(),
  kind: z.enum(BINDER_KINDS),
  profile: z.enum(BINDER_PROFILES).optional(),
  title: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  pages: z.int(),
  attachments: z.int(),
  omitted: z.int(),
  checkpoint: CheckpointBody,
});

/** The value of `countersignature:… fact`: who signed comes from its entry. */
export const CountersignFact = z.strictObject({
  binder: z.string(),
  /** SHA-256 of the file that was verified and signed, and of what came of it. */
  before: Hash,
  after: Hash,
  bytes: z.int().positive(),
  /** The signature field, and in which capacity it was filled. */
  field: z.string().max(40),
  capacity: z.enum(COUNTERSIGNERS),
  /** The time the signature itself claims. */
  signedAt: z.iso.datetime(),
});
export type CountersignFact = z.infer<typeof CountersignFact>;

/** The value of `engagement:… begun`: by it the engagement's id is derived. */
export const Begun = z.strictObject({ nonce: z.string().min(1).max(200) });
export type Begun = z.infer<typeof Begun>;

/** Where an engagement stands; `final` only beside a lockdown. */
export const EngagementState = z.enum(['planning', 'fieldwork', 'review', 'final']);

const words = z.string();
const day = z.iso.date().nullable();

/** Records of a programme: where they belong, their fields, and whether they were removed. */
const PROGRAMME = Object.fromEntries(
  Object.entries(PROGRAMME_FIELDS).map(([kind, fields]) => [
    kind,
    { of: ProgrammeOf, ...fields, deleted: z.union([Tombstone, Kept]) },
  ]),
);

const PROGRAMME_ACTS = Object.fromEntries(
  Object.entries(PROGRAMME_FACTS).map(([kind, fact]) => [kind, { fact }]),
);

/** Every field there is, by kind. A value of another shape has no row to stand in, so it never enters. */
export const FIELDS: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  workspace: { name: words, marking: words, house: HouseStyle },
  member: { name: words, key: MemberKey, role: RoleGrant },
  device: { about: DeviceAbout },
  framework: { import: FrameworkImport },
  engagement: {
    begun: Begun,
    name: words,
    state: EngagementState,
    period: Period,
    frameworks: z.array(z.string()),
  },
  subject: { about: SubjectAbout },
  evidence: {
    title: words,
    files: RevisionFiles,
    collected: day,
    expires: day,
    periodFrom: day,
    periodTo: day,
    lastVerified: day,
    owner: words,
    note: words,
    systems: z.array(words),
    verification: words,
    source: words,
    proofLink: words,
    reviewer: words,
    riskIfStale: words,
    marking: words,
    retainUntil: day,
    deleted: z.union([Tombstone, Kept]),
  },
  link: { state: LinkState },
  custody: { fact: CustodyFact },
  carriage: { fact: CarriageFact },
  note: { raised: NoteRaised, answer: words, cleared: z.boolean() },
  signoff: { fact: SignOffFactValue },
  assessment: { about: AssessmentAbout, result: Result, method: Method.nullable(), note: words },
  binder: { fact: BinderFact },
  countersignature: { fact: CountersignFact },
  proof: { state: ProofState },
  ...PROGRAMME,
  ...PROGRAMME_ACTS,
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** Why this value cannot stand in this field, or null where it can. */
export function valueFlaw(record: string, field: string, value: unknown): string | null {
  const kind = kindOf(record);
  const fields = own(FIELDS, kind);
  if (fields === undefined || idOf(record) === '') return `there are no records like ${record.slice(0, 80)}`;
  const shape = own(fields, field);
  if (shape === undefined) return `${kind} records have no field ${field.slice(0, 80)}`;
  if (nestsDeeper(value, DEEPEST))
    return `its value for ${kind} ${field} nests deeper than ${DEEPEST} levels`;
  return shape.safeParse(value).success ? null : `its value for ${kind} ${field} is none of that field`;
}

/** No field there is nests half as deep. */
const DEEPEST = 64;

/** Fields whose value the record's id is derived from; facts commit to their writer too and are never replaced. */
const DERIVED: Readonly<Record<string, (sha256: Sha256, value: never) => string>> = {
  'assessment about': (sha256, v: z.infer<typeof AssessmentAbout>) =>
    assessmentId(sha256, v.engagement, v.target, v.subject),
  'link state': (sha256, v: z.infer<typeof LinkState>) => deriveId(sha256, 'link', v.evidence, v.assessment),
  'proof state': (sha256, v: z.infer<typeof ProofState>) => deriveId(sha256, 'proof', v.evidence, v.record),
  'subject about': (sha256, v: z.infer<typeof SubjectAbout>) =>
    deriveId(sha256, 'subject', v.engagement, v.name),
  'framework import': (sha256, v: z.infer<typeof FrameworkImport>) => deriveId(sha256, 'framework', v.blob),
};

/** Why this operation's record is not the one its value stands for, or null. Ask `valueFlaw` first. */
export function nameFlaw(sha256: Sha256, writer: string, op: Operation): string | null {
  const kind = kindOf(op.record);
  if (op.field === 'fact') {
    const stands = op.parents.length === 0 && factId(sha256, kind, writer, op.value) === idOf(op.record);
    return stands ? null : 'it changes a fact, and facts stand for good';
  }
  if (op.field === 'of' && isProgrammeKind(kind)) return addedFlaw(sha256, op);
  if (op.field === 'begun' && kind === 'engagement') return begunFlaw(sha256, op);
  const derive = own(DERIVED, `${kind} ${op.field}`);
  if (derive === undefined || derive(sha256, op.value as never) === idOf(op.record)) return null;
  return `its ${kind} record is not the one its value stands for`;
}

/**
 * A record belongs where it began, for good: its id commits to that place and a nonce; that of a section to its key and
 * its packet, whose nonce it gives.
 */
function addedFlaw(sha256: Sha256, op: Operation): string | null {
  const { engagement, nonce, key } = op.value as ProgrammeOf;
  const kind = kindOf(op.record);
  if (op.parents.length > 0) return `it moves a ${kind} record, and records stay where they began`;
  const id =
    nonce === undefined
      ? null
      : kind === 'section'
        ? sectionId(sha256, addedId(sha256, 'packet', engagement, nonce), key ?? '')
        : addedId(sha256, kind, engagement, nonce);
  return id === idOf(op.record) ? null : `its ${kind} record is not the one its nonce stands for`;
}

/** An engagement begins once, in the entry that its id commits to. */
function begunFlaw(sha256: Sha256, { record, parents, value }: Operation): string | null {
  const stands = parents.length === 0 && begunId(sha256, (value as Begun).nonce) === idOf(record);
  return stands ? null : 'its engagement is not the one its nonce stands for';
}
