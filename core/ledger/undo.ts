import { plannedBody } from '../../db/projection/kinds/programme.ts';
import { changesOf } from '../../db/queries/history.ts';
import { entryAt, fieldHistory, headPositions, lastEntry, operationsOf } from '../../db/queries/ledger.ts';
import { describeChange } from '../../shared/domain/change-words.ts';
import { isProgrammeKind, PROGRAMME_BLANKS, PROGRAMME_KINDS } from '../../shared/domain/programme/shapes.ts';
import { refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { idOf, kindOf, type Position } from '../../shared/ledger/entry.ts';
import { append, type Draft } from './append.ts';
import { chainOf } from './chain.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';

/** What a field is worth before anything was written to it. */
const BEFORE_ANYTHING: Readonly<Record<string, Json>> = {
  result: 'not-reviewed',
  method: null,
  note: '',
  owner: '',
  collected: null,
  expires: null,
  deleted: { kept: true },
  periodFrom: null,
  periodTo: null,
  lastVerified: null,
  systems: [],
  verification: '',
  source: '',
  proofLink: '',
  reviewer: '',
  riskIfStale: '',
  marking: '',
  retainUntil: null,
};

/** Kinds whose changes can be taken back; facts and administration cannot. */
const UNDOABLE: ReadonlySet<string> = new Set([
  'assessment',
  'evidence',
  'link',
  'engagement',
  'proof',
  ...PROGRAMME_KINDS,
]);

/** What only says that files went out: taking back "the last change" means the one before. */
const NO_CHANGE: ReadonlySet<string> = new Set(['evidence.export@1']);

/**
 * Takes one of the caller's own entries back by a new entry that sets each field to what it was before. Refused where
 * somebody changed one of the fields since, because that would take their change back too.
 */
export function undo(kernel: LedgerKernel, which: Position | undefined): string {
  const [writer, seq] = which ?? newest(kernel);
  if (writer !== chainOf(kernel))
    refuse({ code: 'forbidden', detail: 'Only your own changes on this device can be taken back.' });
  const entry = entryAt(kernel.db, writer, seq) ?? refuse({ code: 'not-found', what: 'entry', id: `${seq}` });
  const operations = operationsOf(kernel.db, writer, seq);
  if (!operations.every((op) => UNDOABLE.has(kindOf(op.record)) || op.field === 'about')) {
    refuse({
      code: 'rule-broken',
      rule: 'not-undoable',
      because: 'This stands in the ledger for good; make a new change instead.',
    });
  }
  const drafts = operations.flatMap((op) => takenBack(kernel, op, [writer, seq]));
  if (append(kernel, 'undo@1', drafts) === null)
    refuse({ code: 'conflict', detail: 'There is nothing left to take back.' });
  return describeChange(entry.action, changesOf(kernel.db, writer, seq));
}

function newest(kernel: LedgerKernel): Position {
  const chain = chainOf(kernel);
  for (let seq = lastEntry(kernel.db, chain)?.seq ?? 0; seq > 0; seq -= 1)
    if (!NO_CHANGE.has(entryAt(kernel.db, chain, seq)?.action ?? '')) return [chain, seq];
  return refuse({ code: 'not-found', what: 'change to take back' });
}

function takenBack(
  kernel: LedgerKernel,
  op: { record: string; field: string; parents: readonly Position[]; value: Json },
  [writer, seq]: Position,
): Draft[] {
  if (op.field === 'about' || isBeginning(op)) return [];
  const heads = headPositions(kernel.db, op.record, op.field);
  const untouched = heads.length === 1 && heads[0]?.[0] === writer && heads[0][1] === seq;
  if (!untouched)
    refuse({ code: 'conflict', detail: 'It was changed again since; take back the newer change first.' });
  return [{ record: op.record, field: op.field, value: valueBefore(kernel, op) }];
}

/** A section has begun for good; taking back what was put into it leaves it empty. */
function isBeginning({ record, field }: { readonly record: string; readonly field: string }): boolean {
  return kindOf(record) === 'section' && ['of', 'packet', 'key'].includes(field);
}

function valueBefore(
  kernel: LedgerKernel,
  op: { record: string; field: string; parents: readonly Position[]; value: Json },
): Json {
  const [parent, ...others] = op.parents;
  if (others.length > 0) {
    refuse({
      code: 'rule-broken',
      rule: 'not-undoable',
      because: 'It resolved values that stood side by side; write the value you want instead.',
    });
  }
  if (parent !== undefined) {
    const before = fieldHistory(kernel.db, op.record, op.field).find(
      (row) => row.writer === parent[0] && row.seq === parent[1],
    );
    if (before !== undefined) return before.value;
  }
  const kind = kindOf(op.record);
  if (kind === 'link' || kind === 'proof') return { ...(op.value as Record<string, Json>), on: false };
  const blank = blankOf(kernel, op);
  if (blank === undefined)
    return refuse({
      code: 'rule-broken',
      rule: 'not-undoable',
      because: 'A record cannot be taken back; remove it instead.',
    });
  return blank;
}

/** What the field was worth before anybody wrote it: of what a plan states, the plan's own word. */
function blankOf(
  kernel: LedgerKernel,
  { record, field }: { readonly record: string; readonly field: string },
): Json | undefined {
  const kind = kindOf(record);
  if (!isProgrammeKind(kind) || field === 'deleted') return BEFORE_ANYTHING[field];
  const context = { db: kernel.db, sha256, framework: kernel.framework };
  const begins = { ...PROGRAMME_BLANKS[kind], ...plannedBody(context, kind, idOf(record)) };
  return begins[field] as Json | undefined;
}
