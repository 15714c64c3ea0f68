import { assessmentById } from '../../db/queries/assessments.ts';
import { evidenceRows, linksOf } from '../../db/queries/evidence.ts';
import { provenBy } from '../../db/queries/evidence-register.ts';
import { knownVector } from '../../db/queries/ledger.ts';
import { mayRemove } from '../../shared/domain/evidence.ts';
import { counted } from '../../shared/domain/programme/day.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import { append } from '../ledger/append.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { type LinkRequest, linkDrafts, placesOf } from './add-evidence.ts';
import { judged } from './stale.ts';

/** Links existing evidence; answers how many links it has then. */
export function linkEvidence(ws: OpenWorkspace, text: string, link: LinkRequest): number {
  const { id } = resolve.evidence(ws, text);
  append(
    ws,
    'evidence.link@1',
    placesOf(ws, link).flatMap((place) => linkDrafts(id, place, true)),
  );
  return linksOf(ws.db, id).length;
}

export function unlinkEvidence(ws: OpenWorkspace, text: string, assessment: string): number {
  const { id } = resolve.evidence(ws, text);
  const place = assessmentById(ws.db, assessment);
  if (place === undefined) return refuse({ code: 'not-found', what: 'assessment', id: assessment });
  // What is not linked cannot be taken off: nothing changes, so nobody is recorded as having changed it.
  if (!linksOf(ws.db, id).some((link) => link.assessment === assessment)) return linksOf(ws.db, id).length;
  const { engagement, target, targetKind, subject } = place;
  append(
    ws,
    'evidence.unlink@1',
    linkDrafts(id, { id: assessment, engagement, target, targetKind, subject }, false),
  );
  return linksOf(ws.db, id).length;
}

/**
 * Removes evidence by a tombstone that states what its author had seen, so that an edit made elsewhere meanwhile
 * brings it back as a conflict. Refused while something leans on it, unless that was accepted; under a legal hold or
 * before its retention day it is refused whatever was accepted. Taking a link off is neither: record, files and the
 * history of the link stay.
 */
export function removeEvidence(ws: OpenWorkspace, text: string, evenIfLinked: boolean): void {
  const { id } = resolve.evidence(ws, text);
  const [row] = judged(ws, evidenceRows(ws.db, [id], today(ws)));
  if (row !== undefined) demand(mayRemove(row, today(ws)));
  if (!evenIfLinked) demandUnused(ws, id);
  append(ws, 'evidence.remove@1', [
    { record: `evidence:${id}`, field: 'deleted', value: { seen: knownVector(ws.db) } },
  ]);
}

function demandUnused({ db }: OpenWorkspace, id: string): void {
  const links = linksOf(db, id);
  const proofs = provenBy(db, id);
  const used = [...links.map((link) => link.label || link.title), ...proofs];
  if (used.length === 0) return;
  const more = used.length > 5 ? ` and ${used.length - 5} more` : '';
  const results = links.length === 0 ? '' : `${counted(links.length, 'result leans', 'results lean')} on it`;
  const shown = proofs.length === 0 ? '' : `it is shown as proof on ${counted(proofs.length, 'record')}`;
  const because = [results, shown].filter((part) => part !== '').join(' and ');
  refuse({
    code: 'rule-broken',
    rule: 'evidence-in-use',
    because: `${because.charAt(0).toUpperCase()}${because.slice(1)}: ${used.slice(0, 5).join(', ')}${more}.`,
  });
}
