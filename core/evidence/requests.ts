import { evidenceRows } from '../../db/queries/evidence.ts';
import { programmeRowById, programmeRows } from '../../db/queries/programme.ts';
import { get } from '../../db/sql.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { RegisterPlace, RequestRow } from '../../shared/contract/register.ts';
import { bodyShape, isProgrammeKind, type ProgrammeBody } from '../../shared/domain/programme/shapes.ts';
import { refuse } from '../../shared/fault.ts';
import { idOf, kindOf } from '../../shared/ledger/entry.ts';
import { findRecord, putRecord } from '../programme/records.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { addEvidence } from './add-evidence.ts';
import { linkEvidence } from './link-evidence.ts';
import type { TakenFile } from './staged-files.ts';
import { judged } from './stale.ts';

type Request = ProgrammeBody<'request'>;
type Ws = Pick<OpenWorkspace, 'db' | 'now'>;

export interface WhichRequest {
  readonly request: string;
  readonly engagement?: string | undefined;
}

/** The request meant, with its fields. */
export function findRequest(ws: Ws, which: WhichRequest): { row: ProgrammeRow; body: Request } {
  const row = findRecord(ws, { record: which.request, kind: 'request', engagement: which.engagement });
  return { row, body: bodyShape('request').parse(row.body) };
}

export function viewRequest(ws: OpenWorkspace, row: ProgrammeRow): RequestRow {
  const body = bodyShape('request').parse(row.body);
  const waits = body.state === 'open' || body.state === 'returned';
  return {
    row,
    overdue: waits && body.due !== null && body.due < today(ws),
    place: body.for === null ? null : placeOf(ws, row.engagement, body.for),
    evidence: judged(ws, evidenceRows(ws.db, body.evidence, today(ws))),
  };
}

/** What a request asks for, in words; null where it is no longer there. */
function placeOf({ db }: Ws, engagement: string, record: string): RegisterPlace | null {
  const [kind, id] = [kindOf(record), idOf(record)];
  if (isProgrammeKind(kind)) {
    const row = programmeRowById(db, id);
    return row === undefined ? null : { record, label: kind, title: row.title, engagement };
  }
  const table =
    kind === 'control' ? 'SELECT label, title FROM control' : 'SELECT label, text title FROM item';
  const found = get<{ label: string; title: string }>(db, `${table} WHERE id = ?`, id);
  return found === undefined ? null : { record, ...found, engagement };
}

/** Requests of an engagement, the soonest due first, those without a day last. */
export function listRequests(
  ws: OpenWorkspace,
  asked: {
    readonly engagement?: string | undefined;
    readonly state?: Request['state'] | undefined;
    readonly overdue?: boolean | undefined;
    readonly offset: number;
    readonly limit: number;
  },
): { total: number; rows: RequestRow[] } {
  const engagement = resolve.engagement(ws, asked.engagement).id;
  const found = programmeRows(ws.db, engagement, 'request')
    .map((row) => viewRequest(ws, row))
    .filter(({ row }) => asked.state === undefined || row.body.state === asked.state)
    .filter(({ overdue }) => asked.overdue === undefined || overdue === asked.overdue);
  const due = ({ row }: RequestRow) => (typeof row.body.due === 'string' ? row.body.due : '9');
  found.sort((a, b) => (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0));
  return { total: found.length, rows: found.slice(asked.offset, asked.offset + asked.limit) };
}

/** Asks for evidence; what it is for is kept as the ledger name of exactly one record. */
export function ask(
  ws: OpenWorkspace,
  asked: {
    readonly engagement?: string | undefined;
    readonly title: string;
    readonly asked: string;
    readonly due: string | null;
    readonly for?: string | undefined;
    readonly note: string;
  },
): RequestRow {
  const engagement = resolve.engagement(ws, asked.engagement).id;
  const { title, due, note } = asked;
  const place = asked.for === undefined ? null : recordMeant(ws, engagement, asked.for);
  const fields = { title, asked: asked.asked, due, note, for: place, state: 'open' };
  return viewRequest(ws, putRecord(ws, { kind: 'request', engagement, fields }));
}

function recordMeant(ws: OpenWorkspace, engagement: string, text: string): string {
  const kind = kindOf(text);
  if (isProgrammeKind(kind)) return findRecord(ws, { record: text, kind, engagement }).record;
  const named = kind === 'control' || kind === 'item' ? idOf(text) : text;
  const target = resolve.target(ws, engagement, named);
  return `${target.kind}:${target.id}`;
}

/**
 * Answers with new files, with evidence that is there already, or with a note alone where there is none to give. What
 * is given is linked to the control the request is for; a later answer adds to the earlier one.
 */
export function answer(
  ws: OpenWorkspace,
  given: WhichRequest & {
    readonly evidence: readonly string[];
    readonly title?: string | undefined;
    readonly note?: string | undefined;
  },
  files: readonly TakenFile[],
): RequestRow {
  const { row, body } = findRequest(ws, given);
  if (body.state === 'accepted') refuseSettled();
  const existing = given.evidence.map((text) => resolve.evidence(ws, text).id);
  if (existing.length + files.length === 0 && (given.note ?? '').trim() === '')
    refuse({
      code: 'invalid-input',
      detail: 'Give evidence, files, or a note that says why there are none.',
    });
  return ws.db.transaction(() => {
    const links = targetOf(body, row.engagement);
    const added =
      files.length === 0
        ? []
        : addEvidence(ws, files, given.title === undefined ? {} : { title: given.title }, {
            together: given.title !== undefined,
            links,
          });
    for (const id of existing) for (const link of links) linkEvidence(ws, id, link);
    const evidence = [...new Set([...body.evidence, ...existing, ...added.map(({ id }) => id)])];
    const note = given.note === undefined ? {} : { note: given.note };
    const fields = { evidence, state: 'answered', ...note };
    return viewRequest(ws, putRecord(ws, { kind: 'request', record: row.record, fields }));
  })();
}

function targetOf(body: Request, engagement: string): { engagement: string; control: string }[] {
  if (body.for === null || isProgrammeKind(kindOf(body.for))) return [];
  return [{ engagement, control: idOf(body.for) }];
}

function refuseSettled(): never {
  return refuse({
    code: 'rule-broken',
    rule: 'request-accepted',
    because: 'The answer was accepted; return it first, or ask anew.',
  });
}

/** Accepts what was answered. */
export function acceptAnswer(
  ws: OpenWorkspace,
  which: WhichRequest & { readonly note?: string | undefined },
): RequestRow {
  const { row, body } = findRequest(ws, which);
  if (body.state !== 'answered')
    refuse({
      code: 'rule-broken',
      rule: 'request-open',
      because: body.state === 'accepted' ? 'It was accepted already.' : 'It was not answered yet.',
    });
  return settle(ws, row, { state: 'accepted', ...(which.note === undefined ? {} : { note: which.note }) });
}

/** Returns an answer, also an accepted one, and says what is missing. */
export function returnAnswer(ws: OpenWorkspace, which: WhichRequest & { readonly note: string }): RequestRow {
  const { row, body } = findRequest(ws, which);
  if (body.state !== 'answered' && body.state !== 'accepted')
    refuse({ code: 'rule-broken', rule: 'request-open', because: 'There is no answer to return.' });
  return settle(ws, row, { state: 'returned', note: which.note });
}

function settle(ws: OpenWorkspace, row: ProgrammeRow, fields: Readonly<Record<string, unknown>>): RequestRow {
  return viewRequest(ws, putRecord(ws, { kind: 'request', record: row.record, fields }));
}
