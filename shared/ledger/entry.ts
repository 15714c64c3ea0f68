import { z } from 'zod';
import { canonicalBytes, canonicalText, hashOf, type Json, type Sha256, toHex, utf8 } from './canonical.ts';

/**
 * The bytes of the ledger, version 1, fixed by test vectors.
 *
 *     salt_i  = first 16 bytes of SHA-256("bindery.salt/1" ‖ seed ‖ "seq:index")
 *     hash_i  = SHA-256(salt_i ‖ canonical(value_i))
 *     entry_n = canonical({ v, workspace, writer, seq, prev, time, action, ops: [{ record, field, parents, hash }] })
 *     h_n     = SHA-256(h_{n-1} ‖ entry_n),  h_0 = 32 zero bytes
 *
 * where canonical is RFC 8785 and `seed` is 32 random bytes of the segment. Values and salts travel beside the
 * entry, so a value can be redacted and the chain still verifies.
 */
export const ENTRY_VERSION = 1;

/** Names one entry: its writer and its number in that writer's chain. */
export type Position = readonly [writer: string, seq: number];

/** Highest known sequence by writer. */
export type Vector = Readonly<Record<string, number>>;

/** A new value for one field of one record, and which earlier values it replaces. */
export interface Operation {
  /** `kind:id`. */
  readonly record: string;
  readonly field: string;
  /** The heads of the field that the author saw. */
  readonly parents: readonly Position[];
  readonly value: Json;
}

/** The hashed form of an operation. */
export interface OperationForm {
  readonly record: string;
  readonly field: string;
  readonly parents: readonly Position[];
  readonly hash: string;
}

/** The hashed form of an entry: exactly these keys, in RFC 8785 order once written. */
export interface EntryForm {
  readonly v: 1;
  readonly workspace: string;
  readonly writer: string;
  readonly seq: number;
  readonly prev: string;
  readonly time: string;
  readonly action: string;
  readonly ops: readonly OperationForm[];
}

/** Who writes a chain: one member on one device in one incarnation. */
export interface WriterIdentity {
  readonly member: string;
  readonly device: string;
  /** A restored or copied device is a new incarnation. */
  readonly incarnation: string;
}

export const GENESIS_HASH = '0'.repeat(64);

const Hex64 = z.string().regex(/^[0-9a-f]{64}$/);
export const PositionShape = z.tuple([z.string(), z.int().positive()]);
export const EntryFormShape = z.strictObject({
  v: z.literal(1),
  workspace: z.string(),
  writer: z.string(),
  seq: z.int().positive(),
  prev: Hex64,
  time: z.string(),
  action: z.string(),
  ops: z.array(
    z.strictObject({ record: z.string(), field: z.string(), parents: z.array(PositionShape), hash: Hex64 }),
  ),
});

/** The id of a writer's chain: 128 bits derived from who, where and which incarnation. */
export function writerId(sha256: Sha256, workspace: string, writer: WriterIdentity): string {
  const parts = ['writer', workspace, writer.member, writer.device, writer.incarnation];
  return toHex(sha256(canonicalBytes(parts))).slice(0, 32);
}

const SALT = toHex(utf8('bindery.salt/1'));

/** The salt of one value, hex, from the segment's seed. */
export function saltOf(sha256: Sha256, seed: string, seq: number, index: number): string {
  return hashOf(sha256, SALT + seed, `${seq}:${index}`).slice(0, 32);
}

/** The hash of a value, from its salt in hex. */
export function valueHash(sha256: Sha256, salt: string, value: Json): string {
  return textHash(sha256, salt, canonicalText(value));
}

/** The same of a value in its canonical text. */
export function textHash(sha256: Sha256, salt: string, text: string): string {
  return hashOf(sha256, salt, text);
}

/** h_n from h_{n-1} and the hashed form; `form.prev` must be the hex of h_{n-1}. */
export function entryHash(sha256: Sha256, form: EntryForm): string {
  return hashOf(sha256, form.prev, entryText(form));
}

/** The canonical bytes of a form. */
export function entryBytes(form: EntryForm): Uint8Array {
  return utf8(entryText(form));
}

/**
 * The canonical text of a form. Every entry is hashed so, at every replica: a form that is what it should be is written
 * in the order of its keys at once.
 */
function entryText(form: EntryForm): string {
  const { v, workspace, writer, seq, prev, time, action, ops } = form;
  const plain =
    Number.isSafeInteger(seq) &&
    action.isWellFormed() &&
    prev.isWellFormed() &&
    time.isWellFormed() &&
    workspace.isWellFormed() &&
    writer.isWellFormed() &&
    ops.every(isPlain);
  if (!plain) {
    const ordered = ops.map(({ record, field, parents, hash }) => ({ field, hash, parents, record }));
    return canonicalText({ action, ops: ordered, prev, seq, time, v, workspace, writer } as unknown as Json);
  }
  const quoted = JSON.stringify;
  let listed = '';
  for (const { record, field, parents, hash } of ops) {
    const named = parents.length === 0 ? '[]' : JSON.stringify(parents);
    const between = listed === '' ? '' : ',';
    listed += `${between}{"field":${quoted(field)},"hash":${quoted(hash)},"parents":${named},"record":${quoted(record)}}`;
  }
  return `{"action":${quoted(action)},"ops":[${listed}],"prev":${quoted(prev)},"seq":${seq},"time":${quoted(time)},"v":${v},"workspace":${quoted(workspace)},"writer":${quoted(writer)}}`;
}

function isPlain({ record, field, parents, hash }: OperationForm): boolean {
  const named = record.isWellFormed() && field.isWellFormed() && hash.isWellFormed();
  return (
    named &&
    parents.every(
      (at) =>
        at.length === 2 && typeof at[0] === 'string' && at[0].isWellFormed() && Number.isSafeInteger(at[1]),
    )
  );
}

/** The part of a record's name before the colon. */
export function kindOf(record: string): string {
  return record.slice(0, record.indexOf(':'));
}

/** The part of a record's name after the colon. */
export function idOf(record: string): string {
  return record.slice(record.indexOf(':') + 1);
}
