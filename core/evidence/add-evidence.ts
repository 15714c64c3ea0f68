import { get } from '../../db/sql.ts';
import { evidenceReference } from '../../shared/domain/evidence.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import { refuse } from '../../shared/fault.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { type AssessmentPlace, aboutDraft, placeOf, wellFormed } from '../engagements/assess.ts';
import { append, type Draft } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { TakenFile } from './staged-files.ts';

/** The fields of evidence a person sets; days as `YYYY-MM-DD`. */
export interface EvidenceDetails {
  readonly title?: string | undefined;
  readonly collected?: string | null | undefined;
  readonly expires?: string | null | undefined;
  readonly periodFrom?: string | null | undefined;
  readonly periodTo?: string | null | undefined;
  readonly lastVerified?: string | null | undefined;
  readonly owner?: string | undefined;
  readonly note?: string | undefined;
}

export interface LinkRequest {
  readonly engagement?: string | undefined;
  readonly control: string;
  readonly subject?: string | undefined;
}

export interface AddedEvidence {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
  readonly files: TakenFile[];
}

/** Records files that are in the vault: one evidence record each, or all in one; with their links, in one entry. */
export function addEvidence(
  ws: OpenWorkspace,
  files: readonly TakenFile[],
  details: EvidenceDetails,
  options: { readonly together: boolean; readonly links: readonly LinkRequest[] },
): AddedEvidence[] {
  const places = options.links.flatMap((link) => placesOf(ws, link));
  const sets = options.together ? [files] : files.map((file) => [file]);
  const added = sets.map((set) => newEvidence(ws, [...set], details));
  const drafts = added.flatMap((evidence) => [
    ...evidenceDrafts(ws, evidence, details),
    ...places.flatMap((place) => linkDrafts(evidence.id, place, true)),
  ]);
  append(ws, 'evidence.add@1', drafts);
  return added;
}

function newEvidence(ws: OpenWorkspace, files: TakenFile[], details: EvidenceDetails): AddedEvidence {
  const [first] = files;
  if (first === undefined) return refuse({ code: 'invalid-input', detail: 'Give at least one file.' });
  const id = freshId(ws);
  return { id, reference: evidenceReference(id), title: wellFormed(details.title ?? first.name), files };
}

/** A new id whose short reference nobody here has yet. */
function freshId(ws: OpenWorkspace): string {
  for (;;) {
    const id = ws.ports.ids.next();
    if (get(ws.db, 'SELECT 1 FROM evidence WHERE reference = ?', evidenceReference(id)) === undefined)
      return id;
  }
}

function evidenceDrafts(ws: OpenWorkspace, evidence: AddedEvidence, details: EvidenceDetails): Draft[] {
  const record = `evidence:${evidence.id}`;
  return [
    { record, field: 'title', value: evidence.title },
    { record, field: 'files', value: { revision: 1, files: evidence.files.map((file) => ({ ...file })) } },
    { record, field: 'collected', value: details.collected ?? new Date(ws.now()).toISOString().slice(0, 10) },
    ...detailDrafts(record, { ...details, title: undefined, collected: undefined }),
    ...evidence.files.map((file) => custodyDraft(ws, evidence.id, `Taken in: ${file.name}`, file.sha256)),
  ];
}

function detailDrafts(record: string, details: EvidenceDetails): Draft[] {
  return Object.entries(details).flatMap(([field, value]) =>
    value === undefined
      ? []
      : [{ record, field, value: typeof value === 'string' ? wellFormed(value) : value }],
  );
}

/** A custody event: who held it and when come from its entry, the hash is stated at each step. */
export function custodyDraft(ws: OpenWorkspace, evidence: string, what: string, hash: string): Draft {
  const value = { evidence, what, sha256: hash };
  return { record: `custody:${factId(sha256, 'custody', ws.writer.id, value)}`, field: 'fact', value };
}

/** The assessments a link names: one subject, or all of the engagement where none is named. */
export function placesOf(ws: OpenWorkspace, link: LinkRequest): AssessmentPlace[] {
  const engagement = resolve.engagement(ws, link.engagement);
  const target = resolve.target(ws, engagement.id, link.control);
  return resolve
    .subjects(ws, engagement.id, link.subject)
    .map((subject) => placeOf(engagement.id, target, subject.id));
}

export function linkDrafts(evidence: string, place: AssessmentPlace, on: boolean): Draft[] {
  const record = `link:${deriveId(sha256, 'link', evidence, place.id)}`;
  return [aboutDraft(place), { record, field: 'state', value: { evidence, assessment: place.id, on } }];
}

/** Changes title, dates, owner or note. */
export function updateEvidence(ws: OpenWorkspace, text: string, details: EvidenceDetails): string {
  const { id } = resolve.evidence(ws, text);
  append(ws, 'evidence.update@1', detailDrafts(`evidence:${id}`, details));
  return id;
}

/** A new revision with other files; the old one stays in the ledger and in the vault. */
export function reviseEvidence(ws: OpenWorkspace, text: string, files: readonly TakenFile[]): string {
  const { id } = resolve.evidence(ws, text);
  const revision =
    (get<{ revision: number }>(ws.db, 'SELECT revision FROM evidence WHERE id = ?', id)?.revision ?? 0) + 1;
  append(ws, 'evidence.revise@1', [
    {
      record: `evidence:${id}`,
      field: 'files',
      value: { revision, files: files.map((file) => ({ ...file })) },
    },
    ...files.map((file) =>
      custodyDraft(ws, id, `Taken in as revision ${revision}: ${file.name}`, file.sha256),
    ),
  ]);
  return id;
}
