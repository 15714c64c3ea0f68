import { applyOperations, type Dirty, projectDirty } from '../../db/projection/index.ts';
import { beginBranch } from '../../db/queries/branches.ts';
import {
  adminVector,
  headPositions,
  headValues,
  putEntry,
  putWriter,
  sealedUpTo,
  writeSetting,
} from '../../db/queries/ledger.ts';
import { get } from '../../db/sql.ts';
import { refuse } from '../../shared/fault.ts';
import { isAdministrative, judgeEntry } from '../../shared/ledger/authority.ts';
import { canonicalText, type Json } from '../../shared/ledger/canonical.ts';
import {
  type EntryForm,
  entryHash,
  GENESIS_HASH,
  kindOf,
  type Operation,
  type Position,
  saltOf,
  textHash,
} from '../../shared/ledger/entry.ts';
import {
  ENTRY_MAX_LETTERS,
  type FullEntry,
  SEGMENT_MAX_BYTES,
  SEGMENT_MAX_ENTRIES,
} from '../../shared/ledger/segment.ts';
import { nextTime } from '../../shared/ledger/time.ts';
import { standingFlaw } from './authority.ts';
import { chainOf, newestOwn, nextSequence, standsAtFork } from './chain.ts';
import { roleOfWriter } from './grants.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';
import { knownBefore } from './known.ts';
import { lateFacts } from './late.ts';
import { demandUnprotected } from './protection.ts';
import { isRevocation, reconsider } from './reconsider.ts';
import { openSeed, sealOpen } from './seal.ts';

export { nextSequence } from './chain.ts';

/** A change before it has its place: the heads it replaces are those of this moment. */
export interface Draft {
  readonly record: string;
  readonly field: string;
  readonly value: Json;
  /** Said once more, also where the field holds that value already. */
  readonly anew?: boolean;
}

/**
 * Writes one command as one entry and makes its rows, in one transaction. Fields that already hold exactly the value
 * are left out; answers the entry's place, or null when nothing would change.
 */
export function append(kernel: LedgerKernel, action: string, drafts: readonly Draft[]): Position | null {
  return kernel.db.transaction(() => {
    const changed = [...oncePerField(drafts)].flatMap((draft) => placed(kernel, draft));
    if (changed.length === 0) return null;
    demandUnprotected(kernel, changed);
    const ops = [...changed, ...lateFacts(kernel, changed)];
    const { member, id: writer } = kernel.writer;
    const author = {
      workspace: kernel.workspace,
      member,
      writer,
      role: roleOfWriter(kernel),
      seq: nextSequence(kernel),
      known: knownBefore(kernel.db, [chainOf(kernel), nextSequence(kernel)]),
    };
    const verdict = judgeEntry(sha256, author, action, ops);
    const next = { at: [chainOf(kernel), Number.MAX_SAFE_INTEGER] as const, action };
    const ofMembers = ops.filter(({ record }) => kindOf(record) === 'member');
    const because = verdict.ok
      ? ofMembers
          .map((op) => standingFlaw(kernel.db, adminVector(kernel.db), op, next, author.role))
          .find((f) => f !== null)
      : verdict.because;
    if (because !== undefined)
      refuse({ code: 'forbidden', detail: `This was refused: ${because.replace(/\.$/, '')}.` });
    const at = write(kernel, action, ops);
    if (ops.some(isRevocation)) {
      sealOpen(kernel);
      reconsider(kernel);
    }
    return at;
  })();
}

/** Writes without asking the role: for the first entry of a workspace and a recovery, which keys judge. */
export function write(kernel: LedgerKernel, action: string, ops: readonly Operation[]): Position {
  const tail = sealFullTail(kernel, ops);
  const entry = formEntry(kernel, action, ops);
  putWriter(kernel.db, kernel.writer.id, kernel.writer);
  const { seq, time } = entry.form;
  const chain = chainFor(kernel, entry);
  tails.set(kernel.db, { ...tail, chain, head: entry.hash });
  putEntry(kernel.db, entry, { state: 'applied', because: '', admin: isAdministrative(ops) }, chain);
  const dirty: Dirty = new Set();
  const ctx = { db: kernel.db, sha256, framework: kernel.framework };
  applyOperations(ctx, { writer: chain, seq, time }, ops, dirty);
  projectDirty(ctx, dirty);
  return [chain, seq];
}

function chainFor(kernel: LedgerKernel, entry: FullEntry): string {
  const chain = chainOf(kernel);
  if (!standsAtFork(kernel)) return chain;
  const begun = beginBranch(kernel.db, sha256, [chain, entry.form.seq - 1], entry.hash);
  writeSetting(kernel.db, `chain:${kernel.writer.id}`, begun);
  return begun;
}

/** An entry sets a field once: of several drafts for one the last is meant. */
function oncePerField(drafts: readonly Draft[]): Iterable<Draft> {
  return new Map(drafts.map((draft) => [JSON.stringify([draft.record, draft.field]), draft])).values();
}

function placed(kernel: LedgerKernel, { record, field, value, anew = false }: Draft): Operation[] {
  const values = headValues(kernel.db, record, field);
  if (!anew && values.length === 1 && values[0] === canonicalText(value)) return [];
  return [{ record, field, value, parents: headPositions(kernel.db, record, field) }];
}

/** What of a chain no seal covers yet, up to the entry with a hash. */
interface Tail {
  readonly chain: string;
  readonly sealed: number;
  readonly head: string;
  readonly entries: number;
  readonly bytes: number;
}

/** The tail that was added to last: measured anew only where it is another one, or what was added was undone. */
const tails = new WeakMap<LedgerKernel['db'], Tail>();

const OVERHEAD = 160;
/** What one that is replaced takes: its writer and its number. */
const A_PARENT = 56;

/** Seals the open entries where one more would be too much; answers what the tail is once that one is there. */
function sealFullTail(kernel: LedgerKernel, ops: readonly Operation[]): Omit<Tail, 'head'> {
  const tail = openTail(kernel);
  const coming = ops.reduce(
    (sum, op) =>
      sum + canonicalText(op.value).length + op.record.length + op.parents.length * A_PARENT + OVERHEAD,
    0,
  );
  if (coming > ENTRY_MAX_LETTERS)
    refuse({
      code: 'invalid-input',
      detail: `This writes ${Math.ceil(coming / 1e5) / 10} million letters at once, and one entry holds 2 million.`,
      remedy: 'Do it in smaller parts, or with shorter texts.',
    });
  const full = tail.entries >= SEGMENT_MAX_ENTRIES || tail.bytes + coming > SEGMENT_MAX_BYTES;
  const sealed = tail.entries > 0 && full && sealOpen(kernel) > 0;
  const left = sealed ? openTail(kernel) : tail;
  return { ...left, entries: left.entries + 1, bytes: left.bytes + coming };
}

function openTail(kernel: LedgerKernel): Tail {
  const chain = chainOf(kernel);
  const sealed = sealedUpTo(kernel.db, chain);
  const head = newestOwn(kernel)?.hash ?? '';
  const known = tails.get(kernel.db);
  if (known?.chain === chain && known.sealed === sealed && known.head === head) return known;
  const measured = get<{ entries: number; bytes: number }>(
    kernel.db,
    'SELECT count(DISTINCT seq) entries, coalesce(sum(length(value) + length(record) + ?), 0) bytes FROM operation WHERE writer = ? AND seq > ?',
    OVERHEAD,
    chain,
    sealed,
  );
  return { ...{ chain, sealed, head, entries: 0, bytes: 0 }, ...measured };
}

function formEntry(kernel: LedgerKernel, action: string, ops: readonly Operation[]): FullEntry {
  const last = newestOwn(kernel);
  const seen = get<{ time: string | null }>(kernel.db, 'SELECT max(time) time FROM entry')?.time ?? null;
  const seq = (last?.seq ?? 0) + 1;
  const seed = openSeed(kernel);
  const salts = ops.map((_, index) => saltOf(sha256, seed, seq, index));
  const texts = ops.map(({ value }) => canonicalText(value));
  const form: EntryForm = {
    v: 1,
    workspace: kernel.workspace,
    writer: kernel.writer.id,
    seq,
    prev: last?.hash ?? GENESIS_HASH,
    time: nextTime(kernel.now(), last?.time ?? null, seen),
    action,
    ops: ops.map((op, i) => ({
      record: op.record,
      field: op.field,
      parents: op.parents,
      hash: textHash(sha256, salts[i] as string, texts[i] as string),
    })),
  };
  return { form, hash: entryHash(sha256, form), texts, ops };
}
