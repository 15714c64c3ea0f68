import type { Database } from '../../db/driver.ts';
import {
  compareProjections,
  copyLedger,
  drained,
  type RebuildDifference,
  type ReplayStep,
  replaying,
} from '../../db/projection/rebuild.ts';
import {
  type EntryRow,
  entriesOf,
  entryAt,
  exportedCheckpoints,
  held,
  operationsOf,
  type SegmentRow,
  segments,
  writers,
} from '../../db/queries/ledger.ts';
import { PROJECTION_TABLES } from '../../db/schema.ts';
import { run } from '../../db/sql.ts';
import { fromHex } from '../../shared/ledger/canonical.ts';
import {
  type EntryForm,
  entryHash,
  GENESIS_HASH,
  saltOf,
  valueHash,
  writerId,
} from '../../shared/ledger/entry.ts';
import { judge, signerOf } from './authority.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';

export interface LedgerProblem {
  readonly code: string;
  readonly where: string;
  readonly message: string;
}

export interface LedgerVerification {
  readonly entries: number;
  readonly segments: number;
  readonly devices: number;
  readonly unsealed: number;
  readonly intact: boolean;
  readonly problems: readonly LedgerProblem[];
  readonly rebuild: { readonly tables: number; readonly differences: readonly RebuildDifference[] } | null;
}

type Reader = Pick<LedgerKernel, 'db' | 'workspace' | 'framework'>;

/** Checks every chain, signature and authority from the stored values up; nothing stored is believed. */
export function verifyLedgerTables(
  kernel: Reader,
  onProgress: (done: number, total: number) => void = () => {},
): Omit<LedgerVerification, 'rebuild'> {
  const problems: LedgerProblem[] = [];
  const chains = writers(kernel.db);
  const sealed = segments(kernel.db);
  let entries = 0;
  let unsealed = 0;
  for (const [index, chain] of chains.entries()) {
    if (writerId(sha256, kernel.workspace, chain) !== chain.id) {
      problems.push({ code: 'writer', where: chain.id, message: 'This writer is not who it says.' });
    }
    const own = sealed.filter((segment) => segment.writer === chain.id);
    const stored = entriesOf(kernel.db, chain.id, 1, Number.MAX_SAFE_INTEGER);
    problems.push(...checkChain(kernel, stored, own));
    problems.push(...own.flatMap((segment) => readable(() => checkSegment(kernel, segment, stored)) ?? []));
    const last = own.at(-1);
    entries += stored.length;
    unsealed += Math.max(0, stored.length - (last === undefined ? 0 : last.fromSeq + last.count - 1));
    problems.push(...setAside(stored));
    onProgress(index + 1, chains.length);
  }
  problems.push(...coverage(sealed), ...lostTails(kernel, sealed));
  for (const row of held(kernel.db)) {
    const where = `segment from ${row.fromSeq} of ${row.writer}`;
    problems.push({
      code: row.state === 'waiting' ? 'waiting' : `quarantine-${row.reason}`,
      where,
      message: row.because,
    });
  }
  const hard = problems.filter((p) => p.code !== 'waiting' && !p.code.startsWith('quarantine'));
  return {
    entries,
    segments: sealed.length,
    devices: new Set(chains.map((chain) => chain.device)).size,
    unsealed,
    intact: hard.length === 0,
    problems,
  };
}

type Rebuild = NonNullable<LedgerVerification['rebuild']>;

/** Replays the ledger into `fresh`, an empty migrated database, and compares every projection table. */
export function verifyRebuild(kernel: Reader, fresh: Database): Rebuild {
  return drained(verifyingRebuild(kernel, fresh));
}

/** The same, step by step. What is written meanwhile is not in the copy, so the caller asks again where anything was. */
export function* verifyingRebuild(kernel: Reader, fresh: Database): Generator<ReplayStep, Rebuild> {
  run(fresh, 'BEGIN');
  copyLedger(kernel.db, fresh);
  yield* replaying({ db: fresh, sha256, framework: kernel.framework });
  const differences = compareProjections(kernel.db, fresh);
  run(fresh, 'COMMIT');
  return { tables: PROJECTION_TABLES.length, differences };
}

/** Entries that were received and not applied: kept, and named with the reason. */
function setAside(stored: readonly EntryRow[]): LedgerProblem[] {
  return stored
    .filter((row) => row.state === 'quarantine')
    .map((row) => ({
      code: 'quarantine-entry',
      where: `entry ${row.seq} of ${row.writer}`,
      message: `It was set aside: ${row.because}.`,
    }));
}

/**
 * A chain cut at its end is whole in itself. What was signed later remembers it: segment headers name the
 * administrative entries their authors knew, and every exported binder the size and head of each chain.
 */
function lostTails(kernel: Reader, sealed: readonly SegmentRow[]): LedgerProblem[] {
  const problems: LedgerProblem[] = [];
  const remember = (writer: string, seq: number, hash: string | null, by: string) => {
    const row = entryAt(kernel.db, writer, seq);
    if (row !== undefined && (hash === null || row.hash === hash)) return;
    const what = row === undefined ? 'is missing' : 'is another one';
    problems.push({
      code: 'lost',
      where: `entry ${seq} of ${writer}`,
      message: `It ${what}, and ${by} names it.`,
    });
  };
  for (const { header } of sealed) {
    for (const [writer, seq] of Object.entries(header.admin))
      remember(writer, seq, null, `the segment from ${header.from} of ${header.writer}`);
  }
  for (const { title, chains } of exportedCheckpoints(kernel.db)) {
    for (const chain of chains) remember(chain.writer, chain.size, chain.head, `the binder "${title}"`);
  }
  return problems;
}

function checkChain(
  kernel: Reader,
  stored: readonly EntryRow[],
  own: readonly SegmentRow[],
): LedgerProblem[] {
  const problems: LedgerProblem[] = [];
  let prev = GENESIS_HASH;
  for (const [index, row] of stored.entries()) {
    const where = `entry ${row.seq} of ${row.writer}`;
    if (row.seq !== index + 1)
      problems.push({ code: 'gap', where, message: `Entry ${index + 1} is missing before it.` });
    const read = readable(() => recompute(kernel, row, seedOf(own, row.seq)));
    if (read === null) {
      problems.push({ code: 'value', where, message: 'What is stored of it cannot be read.' });
      prev = row.hash;
      continue;
    }
    const { form, flaws } = read;
    for (const message of flaws) problems.push({ code: 'value', where, message });
    if (row.prev !== prev)
      problems.push({ code: 'chain', where, message: 'It does not follow the entry before it.' });
    if (entryHash(sha256, form) !== row.hash)
      problems.push({ code: 'hash', where, message: 'Its content does not give its hash.' });
    prev = row.hash;
  }
  return problems;
}

/** Null where what is stored is no JSON any more: damage that is named and stops nothing. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function seedOf(own: readonly SegmentRow[], seq: number): string | null {
  return own.find((segment) => seq >= segment.fromSeq && seq < segment.fromSeq + segment.count)?.seed ?? null;
}

function recompute(kernel: Reader, row: EntryRow, seed: string | null): { form: EntryForm; flaws: string[] } {
  const flaws: string[] = [];
  const ops = operationsOf(kernel.db, row.writer, row.seq);
  const form: EntryForm = {
    v: 1,
    workspace: kernel.workspace,
    writer: row.writer,
    seq: row.seq,
    prev: row.prev,
    time: row.time,
    action: row.action,
    ops: ops.map((op, index) => {
      if (op.salt === null) return { record: op.record, field: op.field, parents: op.parents, hash: op.hash };
      if (
        seed !== null &&
        Buffer.from(saltOf(sha256, fromHex(seed), row.seq, index)).toString('hex') !== op.salt
      ) {
        flaws.push(`The salt of ${op.record} ${op.field} is not the one it was sealed with.`);
      }
      const hash = valueHash(sha256, fromHex(op.salt), op.value);
      if (hash !== op.hash)
        flaws.push(`The value of ${op.record} ${op.field} is not the one that was written.`);
      return { record: op.record, field: op.field, parents: op.parents, hash };
    }),
  };
  return { form, flaws };
}

function checkSegment(kernel: Reader, segment: SegmentRow, stored: readonly EntryRow[]): LedgerProblem[] {
  const { header } = segment;
  const where = `segment from ${segment.fromSeq} of ${segment.writer}`;
  const rows = stored.slice(segment.fromSeq - 1, segment.fromSeq - 1 + segment.count);
  const first = rows[0];
  const last = rows.at(-1);
  if (
    first === undefined ||
    rows.length !== header.count ||
    header.from !== segment.fromSeq ||
    header.writer !== segment.writer
  ) {
    return [{ code: 'segment', where, message: 'Its entries are not all here.' }];
  }
  if (first.prev !== header.previous || last?.hash !== header.head) {
    return [{ code: 'segment', where, message: 'Its entries do not lead to the signed head.' }];
  }
  const judged = rows.map((row) => ({
    row,
    at: [row.writer, row.seq] as const,
    action: row.action,
    ops: operationsOf(kernel.db, row.writer, row.seq).filter((op) => op.salt !== null),
  }));
  const signer = signerOf(kernel.db, kernel.workspace, header, segment.signature, judged);
  if (signer === null)
    return [{ code: 'signature', where, message: 'No key its author had at that time signed it.' }];
  return judged.flatMap((entry) => {
    const flaw = judge(kernel.db, kernel.workspace, header, signer, entry);
    const applied = entry.row.state === 'applied';
    if (applied === (flaw === null)) return [];
    const message =
      flaw === null
        ? 'It was set aside although its author was allowed to write it.'
        : `It was applied although ${flaw}.`;
    return [{ code: 'authority', where: `entry ${entry.row.seq} of ${entry.row.writer}`, message }];
  });
}

/** Segments of a writer follow each other without gap or overlap. */
function coverage(sealed: readonly SegmentRow[]): LedgerProblem[] {
  const next = new Map<string, number>();
  return sealed.flatMap((segment) => {
    const expected = next.get(segment.writer) ?? 1;
    next.set(segment.writer, segment.fromSeq + segment.count);
    if (segment.fromSeq === expected) return [];
    const where = `segment from ${segment.fromSeq} of ${segment.writer}`;
    return [{ code: 'segment', where, message: `A segment from ${expected} was expected.` }];
  });
}
