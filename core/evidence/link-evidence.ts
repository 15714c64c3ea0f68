import { assessmentById } from '../../db/queries/assessments.ts';
import { linksOf } from '../../db/queries/evidence.ts';
import { knownVector } from '../../db/queries/ledger.ts';
import { refuse } from '../../shared/fault.ts';
import { append } from '../ledger/append.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { type LinkRequest, linkDrafts, placesOf } from './add-evidence.ts';

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
 * brings it back as a conflict. Refused while something leans on it, unless that was accepted.
 */
export function removeEvidence(ws: OpenWorkspace, text: string, evenIfLinked: boolean): void {
  const { id } = resolve.evidence(ws, text);
  const links = linksOf(ws.db, id);
  if (links.length > 0 && !evenIfLinked) {
    const named = links.slice(0, 5).map((link) => link.label || link.title);
    const more = links.length > 5 ? ` and ${links.length - 5} more` : '';
    refuse({
      code: 'rule-broken',
      rule: 'evidence-in-use',
      because: `${links.length} results lean on it: ${named.join(', ')}${more}.`,
    });
  }
  append(ws, 'evidence.remove@1', [
    { record: `evidence:${id}`, field: 'deleted', value: { seen: knownVector(ws.db) } },
  ]);
}
