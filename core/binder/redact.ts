import { evidenceRows } from '../../db/queries/evidence.ts';
import { findControls, findItems } from '../../db/queries/names.ts';
import { all } from '../../db/sql.ts';
import type { RedactionRequest } from '../../shared/contract/proof.ts';
import type { ExtractSignOff, Omission } from '../../shared/domain/binder.ts';
import { type Redaction, redactedWords } from '../../shared/domain/redaction.ts';
import { returnLabel } from '../../shared/domain/returns.ts';
import { refuse } from '../../shared/fault.ts';
import { REVOKED } from '../../shared/ledger/authority.ts';
import { checklistPlace } from '../checklists/checklist.ts';
import { placeOf } from '../engagements/assess.ts';
import { Salted } from '../ledger/salted.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { SignedScope } from './scope.ts';
import { wordOf } from './verify/recompute.ts';

/** What is redacted in a binder: taken out by name, and named with its hash and its size. */
export interface Redactions {
  readonly list: readonly Redaction[];
  /** The scope without the signed values that hold what is redacted. */
  readonly scope: SignedScope;
  /** By content: a file that another record holds too is redacted there as well. */
  readonly files: ReadonlySet<string>;
  /** Whether the values of a field are shown by their hashes alone. */
  hides(record: string, field: string): boolean;
  noteOf(assessment: string, note: string): string;
  /** What was written with a sign-off or a return. */
  wordsOf(signOff: string, words: string): string;
  readonly omitted: readonly Omission[];
  /** The texts that must be nowhere in the binder. What they were before is often the same in many places. */
  readonly texts: readonly { readonly label: string; readonly text: string }[];
}

export const NOTHING_REDACTED = (scope: SignedScope): Redactions => ({
  list: [],
  scope,
  files: new Set(),
  hides: () => false,
  noteOf: (_, note) => note,
  wordsOf: (_, words) => words,
  omitted: [],
  texts: [],
});

/** Finds what is to be redacted in what is in scope; something that is not there cannot be redacted, and is refused. */
export function redactionsOf(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  requests: readonly RedactionRequest[],
): Redactions {
  if (requests.length === 0) return NOTHING_REDACTED(scope);
  const found = new Map<string, Redaction>();
  for (const request of requests)
    for (const one of named(ws, engagement, scope, request))
      found.set(one.id, onlyReason(one, found.get(one.id)));
  for (const one of returnsWith([...found.values()], ws, scope))
    if (!found.has(one.id)) found.set(one.id, one);
  const list = [...found.values()];
  const notes = new Map(list.flatMap((one) => (one.kind === 'note' ? [[one.id, one] as const] : [])));
  const records = new Set(list.flatMap((one) => one.records));
  const returns = new Map(
    list.flatMap((one) => (one.kind === 'return' ? [[one.id, one.reason] as const] : [])),
  );
  const hidden = ({ id, record }: ExtractSignOff) => records.has(record) || returns.has(id);
  // What former members wrote with a return of the same goes as well: it counts for nothing, and nobody could name it.
  const returned = new Set(scope.signOffs.flatMap(({ id, record }) => (returns.has(id) ? [record] : [])));
  const signOffs = new Set([
    ...scope.signOffs.flatMap((one) => (hidden(one) ? [one.id] : [])),
    ...scope.former.flatMap(({ id, record }) => (records.has(record) || returned.has(record) ? [id] : [])),
  ]);
  // What somebody wrote who signed stands in the value that is hidden; whoever returns something is named by themselves.
  const signed = new Map(
    list.flatMap(({ records: hides, reason }) =>
      scope.signOffs.flatMap(({ id, record, verdict, note }) =>
        verdict === 'signed' && note !== '' && hides.includes(record) ? [[id, reason] as const] : [],
      ),
    ),
  );
  const wordsOf = (id: string, words: string) => {
    const reason = returns.get(id) ?? signed.get(id);
    return reason === undefined ? words : redactedWords(reason);
  };
  return {
    list,
    scope: {
      ...scope,
      signOffs: scope.signOffs.map((one) => ({
        ...one,
        note: signed.has(one.id) ? '' : wordsOf(one.id, one.note),
      })),
      signed: Object.fromEntries(Object.entries(scope.signed).filter(([record]) => !records.has(record))),
    },
    files: new Set(list.flatMap((one) => (one.kind === 'file' ? [one.id] : []))),
    hides: (record, field) => {
      const [kind, id = ''] = record.split(':');
      return (
        (kind === 'assessment' && field === 'note' && notes.has(id)) ||
        (kind === 'signoff' && signOffs.has(id))
      );
    },
    noteOf: (assessment, note) => {
      const redaction = notes.get(assessment);
      return redaction === undefined ? note : redactedWords(redaction.reason);
    },
    wordsOf,
    omitted: list.map(omissionOf),
    texts: list.flatMap(({ kind, id, label }) => {
      const returned = scope.signOffs.find((one) => kind === 'return' && one.id === id);
      const text = kind === 'note' ? writtenAs(ws, id).at(-1)?.value : returned?.note;
      const refused = returned === undefined ? [] : wordsRefused(ws, scope, returned.record);
      return [...(text === undefined ? [] : [text]), ...refused].map((one) => ({ label, text: one }));
    }),
  };
}

/** What members wrote with returns of a record that count no more, since their access had ended before. */
function wordsRefused({ db }: OpenWorkspace, { former }: SignedScope, record: string): string[] {
  const salted = new Salted(db);
  return former
    .filter((one) => one.record === record)
    .flatMap(({ id, writer, seq }) => {
      const op = salted.operations(writer, seq).find((one) => one.record === `signoff:${id}`);
      const note = wordOf(op?.value, 'note');
      return typeof note === 'string' ? [note] : [];
    });
}

function named(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  request: RedactionRequest,
): readonly Redaction[] {
  if (request.what === 'note') return [noteRedaction(ws, engagement, scope, request)];
  return request.what === 'file'
    ? fileRedactions(ws, scope, request)
    : returnRedactions(ws, engagement, scope, request);
}

/** One reason stands in the binder for each thing; which of two is nobody's choice but the person's. */
function onlyReason(one: Redaction, before: Redaction | undefined): Redaction {
  if (before === undefined || before.reason === one.reason) return before ?? one;
  refuse({
    code: 'invalid-input',
    where: one.label,
    detail: `It is to be redacted for two reasons: ${before.reason}; ${one.reason}.`,
    remedy: 'Name it once, or with the same reason each time.',
  });
}

function omissionOf({ kind, id, label, reason, sha256, bytes }: Redaction): Omission {
  return { kind, id, label, reason: 'redacted', detail: reason, sha256, bytes };
}

type ReturnRequest = Extract<RedactionRequest, { what: 'return' }>;

/** What was written with each return of a control, an item or a checklist. */
function returnRedactions(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  request: ReturnRequest,
): Redaction[] {
  const record = returnedRecord(ws, engagement, scope, request);
  const returns = scope.signOffs.filter((one) => one.record === record && one.verdict === 'returned');
  if (returns.length === 0) refuse({ code: 'not-found', what: 'return to redact', id: request.of });
  return returns.map((one) => returnRedaction(ws, one, request.reason));
}

/** A checklist is named by its title, a control or an item by what it is called, each also by its record. */
function returnedRecord(
  ws: OpenWorkspace,
  engagement: string,
  { signOffs }: SignedScope,
  { of, subject }: ReturnRequest,
): string {
  if (signOffs.some(({ record }) => record === of)) return of;
  const { db } = ws;
  const isCheck = findControls(db, of, engagement).length + findItems(db, of, engagement, null).length > 0;
  if (!isCheck) return checklistPlace(ws, { checklist: of, engagement, subject }).record;
  const target = resolve.target(ws, engagement, of);
  return placeOf(engagement, target, resolve.subject(ws, engagement, subject).id).id;
}

function returnRedaction({ db }: OpenWorkspace, one: ExtractSignOff, reason: string): Redaction {
  const stated = new Salted(db)
    .operations(one.writer, one.seq)
    .find(({ record }) => record === `signoff:${one.id}`);
  if (stated === undefined) return refuse({ code: 'not-found', what: 'return to redact', id: one.label });
  return {
    ...{ kind: 'return', id: one.id, label: returnLabel(one), reason },
    ...{ sha256: stated.hash, bytes: Buffer.byteLength(one.note), records: [] },
  };
}

/** A note stands in what was signed and returned with it: where it is hidden, the words of the return are as well. */
function returnsWith(list: readonly Redaction[], ws: OpenWorkspace, { signOffs }: SignedScope): Redaction[] {
  return list.flatMap(({ records, reason }) =>
    signOffs
      .filter(({ record, verdict }) => verdict === 'returned' && records.includes(record))
      .map((one) => returnRedaction(ws, one, reason)),
  );
}

type NoteRequest = Extract<RedactionRequest, { what: 'note' }>;
type FileRequest = Extract<RedactionRequest, { what: 'file' }>;

function noteRedaction(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  request: NoteRequest,
): Redaction {
  const target = resolve.target(ws, engagement, request.of);
  const subject = resolve.subject(ws, engagement, request.subject);
  const { id } = placeOf(engagement, target, subject.id);
  const row = scope.assessments.find((one) => one.id === id);
  const written = writtenAs(ws, id).at(-1);
  if (row === undefined || written === undefined || written.value.trim() === '')
    refuse({ code: 'not-found', what: 'note to redact', id: `${target.name} · ${subject.name}` });
  return {
    kind: 'note',
    id,
    label: `Note on ${target.name} · ${subject.name}`,
    reason: request.reason,
    sha256: written.hash,
    bytes: Buffer.byteLength(written.value),
    records: signedWith(scope, row),
  };
}

/** The records whose signed values hold the note: the check itself, and a checklist of which it is an item. */
function signedWith({ signOffs, signed }: SignedScope, row: SignedScope['assessments'][number]): string[] {
  const lists = Object.entries(signed).flatMap(([record, values]) => {
    const holds =
      values.kind === 'checklist' &&
      values.subject === row.subject &&
      values.items.some(({ target }) => target === row.target);
    return holds ? [record] : [];
  });
  const own = signOffs.some(({ record }) => record === row.id) ? [row.id] : [];
  return [...own, ...lists];
}

/** Every text that a note ever was, each as the ledger names it, the newest last; those that count no more come first. */
function writtenAs(
  ws: OpenWorkspace,
  assessment: string,
): { readonly value: string; readonly hash: string }[] {
  const record = `assessment:${assessment}`;
  const salted = new Salted(ws.db);
  return all<{ writer: string; seq: number }>(
    ws.db,
    `SELECT o.writer, o.seq FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
        AND (e.state = 'applied' OR (e.state = 'quarantine' AND e.because = ?2))
      WHERE o.record = ?1 AND o.field = 'note' ORDER BY e.state = 'applied', e.time, o.writer, o.seq`,
    record,
    REVOKED,
  )
    .flatMap(({ writer, seq }) => salted.operations(writer, seq))
    .flatMap((op) => {
      const { value, hash } = op;
      const written =
        op.record === record && op.field === 'note' && typeof value === 'string' && value !== '';
      return written ? [{ value, hash }] : [];
    });
}

function fileRedactions(ws: OpenWorkspace, scope: SignedScope, request: FileRequest): Redaction[] {
  const { id } = resolve.evidence(ws, request.of);
  const [row] = scope.evidence.includes(id) ? evidenceRows(ws.db, [id], today(ws)) : [];
  const files = (row?.files ?? []).filter(({ name }) => request.name === undefined || name === request.name);
  if (row === undefined || files.length === 0)
    refuse({
      code: 'not-found',
      what: 'file to redact',
      id: [request.of, request.name ?? ''].join(' ').trim(),
    });
  return files.map(({ name, sha256, bytes }) => ({
    kind: 'file' as const,
    id: sha256,
    label: `${row.reference} ${name}`,
    reason: request.reason,
    sha256,
    bytes,
    records: [],
  }));
}

/** Shorter texts stand in too many places by chance. */
const TELLING = 16;

/** What says of some contents that they still tell what is redacted; null where they do not. */
export function toldIn(redactions: Redactions, contents: Readonly<Record<string, unknown>>): string | null {
  const probes = redactions.texts.flatMap(({ label, text }) => {
    const told = text.trim();
    return told.length < TELLING ? [] : [{ label, told }];
  });
  if (probes.length === 0) return null;
  for (const [where, content] of Object.entries(contents))
    for (const text of textsIn(content)) {
      const found = probes.find(({ told }) => text.includes(told));
      if (found === undefined) continue;
      return `${found.label} is to be redacted, and what it says stands in ${where} as well.`;
    }
  return null;
}

/** Refuses a binder of which one of these, in their order, tells what is redacted in it. */
export function demandRedacted(told: readonly (string | null)[]): void {
  const because = told.find((one) => one !== null) ?? null;
  if (because !== null) refuse({ code: 'rule-broken', rule: 'redacted', because });
}

function* textsIn(content: unknown): Generator<string> {
  if (typeof content === 'string') yield content;
  else if (typeof content === 'object' && content !== null)
    for (const one of Object.values(content)) yield* textsIn(one);
}
