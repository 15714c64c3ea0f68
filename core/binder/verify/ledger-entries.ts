import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ExtractEntry, LedgerExtract } from '../../../shared/domain/binder.ts';
import { canonicalBytes, concatBytes, fromHex, type Json, toHex } from '../../../shared/ledger/canonical.ts';
import type { Findings } from './findings.ts';
import type { Placing } from './placing.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** The hashed form of an entry, as far as it concerns a stranger. Read anew here, not taken from the ledger's code. */
export const EntryForm = z.looseObject({
  workspace: z.string(),
  writer: z.string(),
  seq: z.int().positive(),
  time: z.string(),
  action: z.string(),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  ops: z.array(
    z.looseObject({
      record: z.string(),
      field: z.string(),
      /** The values it replaces, by the places of their entries. */
      parents: z.array(z.tuple([z.string(), z.int()])),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type EntryForm = z.infer<typeof EntryForm>;

/** An entry of the extract that has the known form. */
export interface KnownEntry {
  /** As it is read here: with the chain it stands in, and the places that are meant. Its hash is of what `extract` holds. */
  readonly form: EntryForm;
  readonly extract: ExtractEntry;
  /** Whether hash and values are what they are said to be. */
  readonly sound: boolean;
}

export const positionOf = (writer: string, seq: number): string => `${writer}:${seq}`;
/** h_n from the entry's hashed form; throws a TypeError where that has no canonical form. */
export const hashOfEntry = (prev: string, entry: Readonly<Record<string, unknown>>): string =>
  toHex(sha256(concatBytes(fromHex(prev), canonicalBytes(entry as Json))));
/** The same, and nothing where it has none. */
export function hashOrNone(
  { prev }: Pick<EntryForm, 'prev'>,
  entry: Readonly<Record<string, unknown>>,
): string {
  try {
    return hashOfEntry(prev, entry);
  } catch (error) {
    if (error instanceof TypeError) return '';
    throw error;
  }
}
export const whereOf = (writer: string, seq: number): string => `ledger entry ${writer.slice(0, 8)}:${seq}`;

/** Recomputes every entry's hash and the hashes of its values, and that neighbours follow from each other. */
export function checkEntries(
  extract: LedgerExtract,
  placing: Placing,
  findings: Findings,
): Map<string, KnownEntry> {
  const known = new Map<string, KnownEntry>();
  const writers = new Set(extract.writers.map((writer) => writer.id));
  let last = '';
  extract.entries.forEach((entry, i) => {
    const form = placing.formOf(entry.entry);
    if (form === null) {
      findings.add(
        'entry-mismatch',
        `ledger entry number ${i + 1} of the extract`,
        'A ledger entry is not of the known form.',
      );
      return;
    }
    const where = whereOf(form.writer, form.seq);
    const wrong = flawOf(entry, form, extract.workspace);
    if (wrong) findings.add('entry-mismatch', where, wrong);
    if ((entry.chain ?? entry.entry.writer) !== form.writer)
      findings.add('entry-mismatch', where, 'A ledger entry is told as of another history of its device.');
    if (!writers.has(form.writer))
      findings.add('entry-mismatch', where, 'A ledger entry has an unknown writer.');
    const position = positionOf(form.writer, form.seq);
    if (known.has(position)) findings.add('entry-mismatch', where, 'A ledger entry is there twice.');
    known.set(position, { form, extract: entry, sound: !wrong });
    const order = `${form.writer}:${String(form.seq).padStart(16, '0')}`;
    if (order < last) findings.add('entry-mismatch', where, 'A ledger entry stands out of its order.');
    last = order;
  });
  for (const { form } of known.values()) {
    const before = placing.chains.onLine(form, form.seq - 1);
    const earlier = known.get(positionOf(before.writer, before.seq));
    if (earlier && earlier.extract.hash !== form.prev) {
      findings.add(
        'entry-mismatch',
        whereOf(form.writer, form.seq),
        'A ledger entry does not follow from the one before.',
      );
    }
  }
  return known;
}

function flawOf(entry: ExtractEntry, form: EntryForm, workspace: string): string | null {
  try {
    if (form.workspace !== workspace) return 'A ledger entry belongs to another workspace.';
    if (form.seq === 1 && form.prev !== '0'.repeat(64))
      return 'The first entry of a chain names one before it.';
    if (hashOfEntry(form.prev, entry.entry) !== entry.hash)
      return 'A ledger entry does not have the hash it is said to have.';
    if (entry.values.length !== form.ops.length) return 'A ledger entry has other values than operations.';
    return entry.values.every((value, i) => value === null || valueFits(value, form.ops[i]?.hash))
      ? null
      : 'A value of a ledger entry is not the one that was recorded.';
  } catch (error) {
    if (error instanceof TypeError) return 'A ledger entry has no canonical form.';
    throw error;
  }
}

function valueFits({ salt, value }: { salt: string; value: unknown }, hash: string | undefined): boolean {
  return toHex(sha256(concatBytes(fromHex(salt), canonicalBytes(value as Json)))) === hash;
}
