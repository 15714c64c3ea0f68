import { isDeepStrictEqual } from 'node:util';
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
  baseOf,
  branchById,
  branchId,
  entriesOnLine,
  forkedWriters,
  lineTo,
  meant,
  onLine,
  placeOfHash,
  reach,
} from '../../db/queries/branches.ts';
import { exportedCheckpoints } from '../../db/queries/heads.ts';
import {
  type EntryRow,
  entriesOf,
  entryAt,
  held,
  operationsOf,
  type SegmentRow,
  sealedUpTo,
  segmentOf,
  segments,
  type WriterRow,
  writerById,
  writers,
} from '../../db/queries/ledger.ts';
import { devices, memberNames } from '../../db/queries/people.ts';
import { PROJECTION_TABLES } from '../../db/schema.ts';
import { run } from '../../db/sql.ts';
import { type EntryForm, entryHash, GENESIS_HASH, writerId } from '../../shared/ledger/entry.ts';
import type { Heads } from '../../shared/ledger/segment.ts';
import { judge, signerOf } from './authority.ts';
import { Grants } from './grants.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';
import { meantBy } from './place-segment.ts';
import { underAnySeal } from './reconsider.ts';
import { Salted } from './salted.ts';

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
    if (!isNamedRight(kernel, chain)) {
      problems.push({ code: 'writer', where: chain.id, message: 'This writer is not who it says.' });
    }
    const own = sealed.filter((segment) => segment.writer === chain.id);
    const stored = entriesOf(kernel.db, chain.id, 1, Number.MAX_SAFE_INTEGER);
    problems.push(...checkChain(kernel, chain.id, stored));
    problems.push(...own.flatMap((segment) => readable(() => checkSegment(kernel, segment)) ?? []));
    entries += stored.length;
    unsealed += Math.max(0, (stored.at(-1)?.seq ?? 0) - sealedUpTo(kernel.db, chain.id));
    problems.push(...setAside(stored));
    onProgress(index + 1, chains.length);
  }
  problems.push(...coverage(kernel, chains, sealed), ...lostTails(kernel, sealed), ...forks(kernel));
  for (const row of held(kernel.db)) {
    const where = `segment from ${row.fromSeq} of ${row.writer}`;
    problems.push({
      code: row.state === 'waiting' ? 'waiting' : `quarantine-${row.reason}`,
      where,
      message: row.because,
    });
  }
  const hard = problems.filter(
    ({ code }) => code !== 'waiting' && code !== 'fork' && !code.startsWith('quarantine'),
  );
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
  const lost = (writer: string, seq: number, by: string) => {
    const what = reach(kernel.db, writer) < seq ? 'is missing' : 'is another one';
    problems.push({
      code: 'lost',
      where: `entry ${seq} of ${writer}`,
      message: `It ${what}, and ${by} names it.`,
    });
  };
  for (const { header, writer: chain, fromSeq, count } of sealed) {
    const said = { at: [chain, fromSeq + count - 1] as const, heads: header.heads ?? {} };
    for (const [writer, seq] of Object.entries({ ...header.admin, ...newestOf(header.heads) }))
      if (meant(kernel.db, [writer, seq], said) === 'lacking')
        lost(writer, seq, `the segment from ${header.from} of ${header.writer}`);
  }
  for (const { title, chains } of exportedCheckpoints(kernel.db)) {
    for (const { writer, size, head } of chains)
      if (placeOfHash(kernel.db, baseOf(kernel.db, writer), size, head) === null)
        lost(writer, size, `the binder "${title}"`);
  }
  return problems;
}

const newestOf = (heads: Heads = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(heads).map(([writer, [seq]]) => [writer, seq]));

/** A writer's id stands for who writes where; that of a second history also for its first entry. */
function isNamedRight({ db, workspace }: Reader, chain: WriterRow): boolean {
  if (writerId(sha256, workspace, chain) !== chain.base) return false;
  if (chain.id === chain.base) return true;
  const first = entriesOf(db, chain.id, 1, Number.MAX_SAFE_INTEGER)[0];
  return first !== undefined && branchId(sha256, chain.base, first.hash) === chain.id;
}

/** Who wrote two histories under the same numbers. Both count, so nothing is wrong with the ledger. */
function forks({ db }: Reader): LedgerProblem[] {
  const deviceNames = new Map(devices(db).map(({ id, name }) => [id, name]));
  const names = memberNames(db);
  return forkedWriters(db).map(({ writer, device, histories }) => {
    const member = writerById(db, writer)?.member ?? '';
    const who = `The device ${deviceNames.get(device) ?? device} of ${names.get(member) ?? member}`;
    const message = `${who} wrote ${histories} histories under the same numbers. All of them count.`;
    return { code: 'fork', where: `writer ${writer}`, message };
  });
}

function checkChain(kernel: Reader, chain: string, stored: readonly EntryRow[]): LedgerProblem[] {
  const problems: LedgerProblem[] = [];
  const salted = new Salted(kernel.db);
  const { stem = '', after = 0 } = branchById(kernel.db, chain) ?? {};
  let prev =
    after === 0 ? GENESIS_HASH : entryAt(kernel.db, ...onLine(kernel.db, [stem, after], after))?.hash;
  for (const [index, row] of stored.entries()) {
    const where = `entry ${row.seq} of ${row.writer}`;
    if (row.seq !== after + index + 1)
      problems.push({ code: 'gap', where, message: `Entry ${after + index + 1} is missing before it.` });
    const read = readable(() => recompute(kernel, salted, row));
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

function recompute(
  kernel: Reader,
  salted: Salted,
  row: EntryRow,
): { form: EntryForm; flaws: string[] } | null {
  if (salted.seedOf(row.writer, row.seq) === null) return null;
  const flaws: string[] = [];
  const segment = segmentOf(kernel.db, row.writer, row.seq);
  const ops = salted.operations(row.writer, row.seq);
  const named = ops.map((op) => ({ ...op, parents: op.named }));
  const heads = segment?.header.heads ?? {};
  for (const [index, { record, field, parents }] of meantBy(
    kernel.db,
    { heads },
    [row.writer, row.seq],
    named,
  ).entries())
    if (!isDeepStrictEqual(parents, ops[index]?.parents))
      flaws.push(`What ${record} ${field} is said to replace is not what its author named.`);
  const form: EntryForm = {
    v: 1,
    workspace: kernel.workspace,
    writer: baseOf(kernel.db, row.writer),
    seq: row.seq,
    prev: row.prev,
    time: row.time,
    action: row.action,
    ops: ops.map(({ record, field, named: parents, hash }) => ({ record, field, parents, hash })),
  };
  return { form, flaws };
}

function checkSegment(kernel: Reader, segment: SegmentRow): LedgerProblem[] {
  const { header } = segment;
  const where = `segment from ${segment.fromSeq} of ${segment.writer}`;
  const rows = entriesOnLine(kernel.db, segment.writer, segment.fromSeq, segment.fromSeq + segment.count - 1);
  const first = rows[0];
  const last = rows.at(-1);
  if (
    first === undefined ||
    rows.length !== header.count ||
    header.from !== segment.fromSeq ||
    header.writer !== baseOf(kernel.db, segment.writer)
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
    ops: operationsOf(kernel.db, row.writer, row.seq).filter((op) => op.hash === null),
  }));
  const signer = signerOf(kernel.db, kernel.workspace, header, segment.signature, judged);
  if (signer === null)
    return [{ code: 'signature', where, message: 'No key its author had at that time signed it.' }];
  const grants = new Grants(kernel.db);
  return judged.flatMap((entry) => {
    const own = judge(kernel.db, kernel.workspace, header, signer, entry, grants);
    const flaw = underAnySeal(kernel.db, kernel.workspace, entry, own);
    const applied = entry.row.state === 'applied';
    if (applied === (flaw === null)) return [];
    const message =
      flaw === null
        ? 'It was set aside although its author was allowed to write it.'
        : `It was applied although ${flaw}.`;
    return [{ code: 'authority', where: `entry ${entry.row.seq} of ${entry.row.writer}`, message }];
  });
}

/** Every entry of a chain up to its last seal stands in a segment, its own or that of a history that goes on from it. */
function coverage(
  { db }: Reader,
  chains: readonly WriterRow[],
  sealed: readonly SegmentRow[],
): LedgerProblem[] {
  const over = new Map<string, SegmentRow[]>();
  for (const segment of sealed)
    for (const [chain] of lineTo(db, [segment.writer, segment.fromSeq + segment.count - 1]))
      over.set(chain, [...(over.get(chain) ?? []), segment]);
  return chains.flatMap(({ id }) => {
    let expected = (branchById(db, id)?.after ?? 0) + 1;
    const last = sealedUpTo(db, id);
    const gaps: LedgerProblem[] = [];
    for (const segment of (over.get(id) ?? []).toSorted((a, b) => a.fromSeq - b.fromSeq)) {
      const where = `segment from ${segment.fromSeq} of ${segment.writer}`;
      const gap = segment.fromSeq > expected && expected <= last;
      if (gap) gaps.push({ code: 'segment', where, message: `A segment from ${expected} was expected.` });
      expected = Math.max(expected, segment.fromSeq + segment.count);
    }
    return gaps;
  });
}
