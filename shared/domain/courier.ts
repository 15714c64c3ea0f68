import { z } from 'zod';
import { Checkpoint } from './checkpoint.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Whom a bundle is for: one device, any device of a member, or whoever has its passphrase. */
export const CourierTo = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('device'), id: z.string().min(1), member: z.string().min(1) }),
  z.strictObject({ kind: z.literal('member'), id: z.string().min(1) }),
  z.strictObject({ kind: z.literal('anyone') }),
]);
export type CourierTo = z.infer<typeof CourierTo>;

/** What a bundle says of itself, before anything else in it, under the signature of the member who made it. */
export const CourierManifest = z.strictObject({
  schema: z.literal('bindery.courier/1'),
  workspace: z.string().min(1),
  from: z.strictObject({ device: z.string().min(1), member: z.string().min(1), publicKey: z.string() }),
  to: CourierTo,
  /** 1, 2, 3 … for each sending device and each `to`. */
  number: z.int().positive(),
  /** SHA-256 of the manifest of the bundle before this one; null for the first. */
  previous: Hash.nullable(),
  at: z.iso.datetime(),
  /** With the key slots: a device that has nothing yet can begin with it. */
  first: z.boolean(),
  /** What its maker took the other side to hold already, by writer. */
  base: z.record(z.string(), z.int().positive()),
  /** What its maker holds; the sizes of its chains are the version vector. */
  checkpoint: Checkpoint,
  /** Files that the ledger of its maker names and its vault does not hold. */
  lacks: z.array(Hash).max(1000),
  parts: z.strictObject({
    segments: z.int().nonnegative(),
    entries: z.int().nonnegative(),
    files: z.int().nonnegative(),
    /** Of all parts, without their heads. */
    bytes: z.int().nonnegative(),
    /** SHA-256 of the heads of all parts, one after another. */
    list: Hash,
  }),
});
export type CourierManifest = z.infer<typeof CourierManifest>;

/** What stands before each part. */
export const CourierPart = z.strictObject({
  kind: z.enum(['keys', 'segment', 'file']),
  /** Of a segment its writer and number, of a file its stored name. */
  name: z.string().max(200),
  bytes: z.int().nonnegative(),
  sha256: Hash,
});
export type CourierPart = z.infer<typeof CourierPart>;

/** What a bundle is, as far as this copy can tell. */
export const COURIER_VERDICTS = [
  'new',
  'gap',
  'late',
  'duplicate',
  'replayed',
  'own',
  'missing-volume',
  'foreign',
  'tampered',
  'truncated',
  'not-for-you',
  'newer',
  'no-bundle',
] as const;
export type CourierVerdict = (typeof COURIER_VERDICTS)[number];

/** Whether something of a bundle with this verdict is taken in. */
export function isTakenIn(verdict: CourierVerdict): boolean {
  return verdict === 'new' || verdict === 'gap' || verdict === 'late';
}

/** Each verdict in words; what is particular to the case follows in a sentence of its own. */
export const COURIER_WORDS: Readonly<Record<CourierVerdict, string>> = {
  new: 'The next bundle.',
  gap: 'Earlier bundles have not arrived yet.',
  late: 'One that was missing so far.',
  duplicate: 'This bundle was taken in before.',
  replayed: 'Another bundle of this number was taken in before.',
  own: 'This copy made it itself.',
  'missing-volume': 'Volumes are missing.',
  foreign: 'It is of another workspace.',
  tampered: 'It was changed on the way.',
  truncated: 'It was cut short.',
  'not-for-you': 'It is not for you.',
  newer: 'A newer version made it.',
  'no-bundle': 'This is no courier bundle.',
};

/** What was taken in from one sender before. */
export interface CourierPast {
  /** Manifest hashes by number. */
  readonly taken: ReadonlyMap<number, string>;
}

/** How the number of a bundle stands to those that came before it. */
export function placeOfBundle(
  { taken }: CourierPast,
  number: number,
  hash: string,
): { readonly verdict: 'new' | 'gap' | 'late' | 'duplicate' | 'replayed'; readonly missing: number[] } {
  const before = taken.get(number);
  const missing = Array.from({ length: number - 1 }, (_, index) => index + 1).filter((n) => !taken.has(n));
  if (before !== undefined) return { verdict: before === hash ? 'duplicate' : 'replayed', missing };
  if (number < Math.max(0, ...taken.keys())) return { verdict: 'late', missing };
  return { verdict: missing.length > 0 && taken.size > 0 ? 'gap' : 'new', missing };
}

/** What taking a bundle in comes to, in one sentence. */
export function sentenceFor(content: {
  readonly applied: number;
  readonly quarantined: number;
  readonly waiting: number;
  readonly files: number;
  readonly newConflicts: number;
}): string {
  const said = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
  const more = [
    content.files > 0 ? said(content.files, 'file', 'files') : '',
    content.newConflicts > 0 ? said(content.newConflicts, 'new conflict', 'new conflicts') : '',
    content.quarantined > 0 ? `${content.quarantined} set aside` : '',
    content.waiting > 0
      ? `${said(content.waiting, 'segment waits', 'segments wait')} for what is not here`
      : '',
  ].filter((part) => part !== '');
  return `${[said(content.applied, 'entry', 'entries'), ...more].join(', ')}.`;
}
