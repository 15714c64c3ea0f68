import { readRecord } from '../../db/projection/record.ts';
import { revisionsOf } from '../../db/queries/evidence.ts';
import { conflictsOf, historyOf } from '../../db/queries/history.ts';
import { findProgrammeRows } from '../../db/queries/programme.ts';
import {
  type AnyRecord,
  columnsOf,
  historyRecordsOf,
  idsByTitle,
  ledgerRecordOf,
  listRecords,
  recordById,
} from '../../db/queries/records.ts';
import { isProgrammeKind, type ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import { refuse } from '../../shared/fault.ts';
import { placeOf } from '../engagements/assess.ts';
import { findRecord } from '../programme/records.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** Records of any kind; a filter names a column and a text it contains. */
export function listAny(
  ws: OpenWorkspace,
  kind: string,
  where: Readonly<Record<string, string>>,
  offset: number,
  limit: number,
) {
  const columns = columnsOf(ws.db, kind);
  for (const column of Object.keys(where)) {
    if (!columns.includes(column))
      refuse({
        code: 'invalid-input',
        detail: `There is no column "${column}". There are: ${columns.join(', ')}.`,
        where: 'where',
      });
  }
  return listRecords(ws.db, kind, where, offset, limit);
}

/** Finds a record the way people name its kind. */
function idOf(ws: OpenWorkspace, kind: string, text: string): string {
  if (recordById(ws.db, kind, text) !== undefined) return text;
  switch (kind) {
    case 'framework':
      return resolve.framework(ws, text).id;
    case 'engagement':
      return resolve.engagement(ws, text).id;
    case 'control':
      return resolve.control(ws, null, text).id;
    case 'checklist':
      return resolve.checklist(ws, null, text).id;
    case 'evidence':
      return resolve.evidence(ws, text).id;
    case 'assessment': {
      const engagement = resolve.engagement(ws, undefined);
      const target = resolve.target(ws, engagement.id, text);
      return placeOf(engagement.id, target, resolve.subject(ws, engagement.id, undefined).id).id;
    }
    case 'member':
      return resolve.member(ws, text).id;
    default:
      return isProgrammeKind(kind) ? programmeId(ws, kind, text) : text;
  }
}

/** A record of a programme by ledger name, plan node or title; of a plan nobody uses yet, by title. */
function programmeId(ws: OpenWorkspace, kind: ProgrammeKind, text: string): string {
  if (findProgrammeRows(ws.db, text, { kind }).length > 0) return findRecord(ws, { record: text, kind }).id;
  const [one, ...others] = idsByTitle(ws.db, kind, text);
  return one !== undefined && others.length === 0 ? one : text;
}

/** One record with its history; values that stand side by side are in `conflicts`. */
export function showAny(
  ws: OpenWorkspace,
  kind: string,
  text: string,
): { record: AnyRecord; history: ReturnType<typeof historyOf> } {
  const id = idOf(ws, kind, text);
  const row = recordById(ws.db, kind, id);
  if (row === undefined) return refuse({ code: 'not-found', what: kind, id: text });
  const { records, works } = historyRecordsOf(ws.db, kind, id);
  const history = historyOf(ws.db, records, undefined, works > 1);
  const name = ledgerRecordOf(kind, id);
  if (name === null) return { record: row, history };
  const fields = Object.fromEntries(
    [...readRecord(ws.db, name).fields].map(([field, state]) => [field, state.value]),
  );
  const revisions = kind === 'evidence' ? { revisions: revisionsOf(ws.db, id) } : {};
  return {
    record: { ...row, ...revisions, fields, conflicts: conflictsOf(ws.db, name) },
    history,
  };
}
