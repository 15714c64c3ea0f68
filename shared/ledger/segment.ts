import { z } from 'zod';
import { canonicalBytes, canonicalText, type Json, nestsDeeper, type Sha256 } from './canonical.ts';
import {
  type EntryForm,
  entryHash,
  type Operation,
  type OperationForm,
  type Position,
  saltOf,
  textHash,
  type Vector,
  writerId,
} from './entry.ts';
import { isHybridTime } from './time.ts';

/** A segment holds at least one entry and at most this many, or this many bytes of canonical JSON. */
export const SEGMENT_MAX_ENTRIES = 500;
export const SEGMENT_MAX_BYTES = 256 * 1024;

/**
 * What a segment may be as JSON, at every copy alike: however it is packed and sealed, a server and a bundle carry it.
 * One entry takes no more than a part of it, so that there is room for what its header names.
 */
export const SEGMENT_LARGEST = 15 * 1024 * 1024;
export const ENTRY_MAX_LETTERS = 2 * 1024 * 1024;

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const Hash = hexOf(32);

/** Of each chain that is named the newest entry named, by number and hash, so that no second history can be meant. */
const Heads = z.record(z.string(), z.tuple([z.int().positive(), Hash]));
export type Heads = z.infer<typeof Heads>;

/** What the member's Ed25519 signature covers: the canonical bytes of this header. */
export const SegmentHeader = z.strictObject({
  schema: z.literal('bindery.segment/1'),
  workspace: z.string(),
  writer: z.string(),
  member: z.string(),
  device: z.string(),
  incarnation: z.string(),
  /** First 16 bytes of SHA-256 of the signing public key, hex. */
  keyId: hexOf(16),
  from: z.int().positive(),
  count: z.int().positive(),
  /** h_{from-1} and h_{from+count-1}. */
  previous: Hash,
  head: Hash,
  /** The newest administrative entries its author knew, by writer: who may do what is judged by these. */
  admin: z.record(z.string(), z.int().positive()),
  /** What the names in it mean: those of `admin`, of parents, and of what its author says to have seen. */
  heads: Heads.optional(),
  /** The last receipt of a sync server, once there is one. */
  receipt: z.string().nullable(),
});
export type SegmentHeader = z.infer<typeof SegmentHeader>;

/** An operation as it travels: its value, or only the hash (and salt no more) where it was redacted. */
export type CarriedOperation = { record: string; field: string; parents: Position[] } & (
  | { value: Json }
  | { hash: string }
);

export type CarriedEntry = { time: string; action: string; ops: CarriedOperation[] };

export const CarriedSegment = z.strictObject({
  header: SegmentHeader,
  /** Ed25519 over the header, hex. */
  signature: hexOf(64),
  /** 32 bytes, hex: the salts of all values come from it. */
  seed: Hash,
  entries: z.custom<CarriedEntry[]>(areEntries),
});
export type CarriedSegment = z.infer<typeof CarriedSegment>;

/** Every entry of a ledger is asked this: by hand it takes a small part of the time, and nothing is copied. */
function areEntries(entries: unknown): boolean {
  return Array.isArray(entries) && entries.length <= SEGMENT_MAX_ENTRIES && entries.every(isEntry);
}

function isEntry(entry: unknown): boolean {
  if (!isRecord(entry) || !hasKeys(entry, 3)) return false;
  const { time, action, ops } = entry;
  return (
    typeof time === 'string' && typeof action === 'string' && Array.isArray(ops) && ops.every(isOperation)
  );
}

function isOperation(op: unknown): boolean {
  if (!isRecord(op) || !hasKeys(op, 4)) return false;
  const { record, field, parents } = op;
  const said = Object.hasOwn(op, 'value') ? isJson(op.value) : isHash(op.hash);
  return (
    said &&
    typeof record === 'string' &&
    typeof field === 'string' &&
    Array.isArray(parents) &&
    parents.every(isPosition)
  );
}

function isPosition(at: unknown): boolean {
  return (
    Array.isArray(at) &&
    at.length === 2 &&
    typeof at[0] === 'string' &&
    Number.isSafeInteger(at[1]) &&
    at[1] > 0
  );
}

const isHash = (text: unknown): boolean => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it has so many members: with those that are asked for, none beside them. */
function hasKeys(value: object, count: number): boolean {
  return Object.keys(value).length === count;
}

/** Any value of JSON. */
function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (Array.isArray(value) ? value : Object.values(value)).every(isJson);
    default:
      return false;
  }
}

/** More than any value may nest and its segment around it; a segment beyond that is none, at every copy alike. */
export const SEGMENT_DEPTH = 100;

const read = new WeakMap<object, CarriedSegment | null>();

/** What arrived as a segment, or null where it is none. Looked at once, however often it is asked for. */
export function readSegment(arrived: unknown): CarriedSegment | null {
  if (typeof arrived !== 'object' || arrived === null) return null;
  const known = read.get(arrived);
  if (known !== undefined) return known;
  const parsed = nestsDeeper(arrived, SEGMENT_DEPTH) ? null : CarriedSegment.safeParse(arrived);
  const segment = parsed?.success && !isTooLarge(arrived) ? parsed.data : null;
  read.set(arrived, segment);
  return segment;
}

/** Whether what arrived, which does not nest too deeply, is more than a segment may be. */
export function isTooLarge(arrived: object): boolean {
  const json = JSON.stringify(arrived);
  return json.length * 3 > SEGMENT_LARGEST && new TextEncoder().encode(json).length > SEGMENT_LARGEST;
}

/** An entry with everything known of it. */
export interface FullEntry {
  readonly form: EntryForm;
  readonly hash: string;
  /** The canonical texts of the values, null where one was redacted. */
  readonly texts: readonly (string | null)[];
  readonly ops: readonly Operation[];
}

export function headerBytes(header: SegmentHeader): Uint8Array {
  return canonicalBytes(header as unknown as Json);
}

export type SegmentFlaw = 'tampered' | 'foreign';

/**
 * Recomputes every hash of a carried segment from its values. Answers the entries, or the flaw: `foreign` when it
 * belongs to another workspace, `tampered` when any byte of header or entries disagrees with another.
 * The signature is checked by the caller, who knows the keys.
 */
export function openSegment(
  sha256: Sha256,
  workspace: string,
  segment: CarriedSegment,
): { entries: FullEntry[] } | { flaw: SegmentFlaw; because: string } {
  const { header } = segment;
  if (header.workspace !== workspace) return { flaw: 'foreign', because: 'it belongs to another workspace' };
  if (writerId(sha256, workspace, header) !== header.writer) {
    return { flaw: 'tampered', because: 'its writer is not who the header says' };
  }
  if (header.count !== segment.entries.length) {
    return {
      flaw: 'tampered',
      because: `it holds ${segment.entries.length} entries, its header says ${header.count}`,
    };
  }
  const entries: FullEntry[] = [];
  let prev = header.previous;
  for (const [index, carried] of segment.entries.entries()) {
    if (!isHybridTime(carried.time))
      return { flaw: 'tampered', because: `entry ${header.from + index} has no valid time` };
    const seq = header.from + index;
    const texts: (string | null)[] = [];
    const forms: OperationForm[] = [];
    const ops: Operation[] = [];
    for (const [i, op] of carried.ops.entries()) {
      const { record, field, parents } = op;
      const text = 'value' in op ? canonicalText(op.value) : null;
      const hash =
        'value' in op ? textHash(sha256, saltOf(sha256, segment.seed, seq, i), text as string) : op.hash;
      texts.push(text);
      forms.push({ record, field, parents, hash });
      ops.push('value' in op ? op : { record, field, parents, value: null });
    }
    const { time, action } = carried;
    const form: EntryForm = { v: 1, workspace, writer: header.writer, seq, prev, time, action, ops: forms };
    prev = entryHash(sha256, form);
    entries.push({ form, hash: prev, texts, ops });
  }
  if (prev !== header.head)
    return { flaw: 'tampered', because: 'its entries do not lead to the signed head' };
  return { entries };
}

/** The newer of two vectors, writer by writer. */
export function joinVectors(a: Vector, b: Vector): Record<string, number> {
  const out: Record<string, number> = { ...a };
  for (const [writer, seq] of Object.entries(b)) out[writer] = Math.max(out[writer] ?? 0, seq);
  return out;
}
