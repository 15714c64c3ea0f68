import { revisionsOf } from '../../db/queries/evidence.ts';
import { anyChange, changesKnown, RENEWING } from '../../db/queries/words.ts';
import { get } from '../../db/sql.ts';
import { evidenceReference } from '../../shared/domain/evidence.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import { refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { kindOf } from '../../shared/ledger/entry.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { type AssessmentPlace, aboutDraft, placeOf, wellFormed } from '../engagements/assess.ts';
import { append, type Draft } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import { actDraft, afterOf } from '../programme/acts.ts';
import { demandPast } from '../programme/days.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
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
  readonly systems?: readonly string[] | undefined;
  readonly verification?: string | undefined;
  readonly source?: string | undefined;
  readonly proofLink?: string | undefined;
  readonly reviewer?: string | undefined;
  readonly riskIfStale?: string | undefined;
  readonly marking?: string | undefined;
  readonly retainUntil?: string | null | undefined;
}

/** Fields that builds before the second version of their actions do not know. */
const LATER_FIELDS: ReadonlySet<string> = new Set([
  'systems',
  'verification',
  'source',
  'proofLink',
  'reviewer',
  'riskIfStale',
  'marking',
  'retainUntil',
]);

/** The first version of an action as long as it will do, so that older builds apply it too. */
function versionFor(action: string, drafts: readonly Draft[]): string {
  if (drafts.some(({ record }) => kindOf(record) === 'renewal')) return `${action}@3`;
  return `${action}@${drafts.some(({ field }) => LATER_FIELDS.has(field)) ? 2 : 1}`;
}

/** Says of evidence that is renewed which declared changes its author knew; nothing where nobody declared any. */
function renewalDrafts(ws: OpenWorkspace, ids: readonly string[], drafts: readonly Draft[]): Draft[] {
  if (!drafts.some(({ field }) => RENEWING.includes(field))) return [];
  if (!anyChange(ws.db)) return [];
  const after = afterOf(changesKnown(ws.db, ws.writer.id));
  return ids.map((id) => {
    const { id: _id, ...draft } = actDraft(ws, 'renewal', {
      engagement: '',
      record: `evidence:${id}`,
      ...after,
    });
    return draft;
  });
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
  demandDates(ws, details);
  const places = options.links.flatMap((link) => placesOf(ws, link));
  const sets = options.together ? [files] : files.map((file) => [file]);
  const added = sets.map((set) => newEvidence(ws, [...set], details));
  const drafts = added.flatMap((evidence) => [
    ...evidenceDrafts(ws, evidence, details),
    ...places.flatMap((place) => linkDrafts(evidence.id, place, true)),
  ]);
  drafts.push(
    ...renewalDrafts(
      ws,
      added.map(({ id }) => id),
      drafts,
    ),
  );
  append(ws, versionFor('evidence.add', drafts), drafts);
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
    { record, field: 'collected', value: details.collected ?? today(ws) },
    ...detailDrafts(record, { ...details, title: undefined, collected: undefined }),
    ...evidence.files.map((file) => custodyDraft(ws, evidence.id, `Taken in: ${file.name}`, file.sha256)),
  ];
}

type Dates = Pick<EvidenceDetails, 'collected' | 'expires'>;

const COLLECTED = 'Evidence is collected on a day that has come';

/** What was done lies behind us, and nothing expires before it was collected. */
function demandDates(ws: OpenWorkspace, details: EvidenceDetails, stands: Dates = {}): void {
  demandPast(ws, details.collected, COLLECTED, 'collected');
  demandPast(ws, details.lastVerified, 'Evidence is verified on a day that has come', 'lastVerified');
  const { collected, expires } = { ...stands, ...given(details) };
  if (collected == null || expires == null || expires >= collected) return;
  if (details.collected === undefined && details.expires === undefined) return;
  const detail = `It would expire on ${expires}, before it was collected on ${collected}.`;
  refuse({ code: 'invalid-input', detail, where: 'expires' });
}

const given = ({ collected, expires }: Dates): Dates => ({
  ...(collected === undefined ? {} : { collected }),
  ...(expires === undefined ? {} : { expires }),
});

function detailDrafts(record: string, details: EvidenceDetails): Draft[] {
  return Object.entries(details).flatMap(
    ([field, value]: [string, EvidenceDetails[keyof EvidenceDetails]]) =>
      value === undefined ? [] : [{ record, field, value: kept(value) }],
  );
}

/** Words well formed, names of a list each once in the order they were given. */
function kept(value: string | readonly string[] | null): Json {
  if (typeof value === 'string') return wellFormed(value);
  return value === null ? null : [...new Set(value.map((name) => wellFormed(name).trim()))];
}

/**
 * A custody event: who held it and when come from its entry, the hash is stated at each step. A step that may be taken
 * again in the same words names the number of its entry.
 */
export function custodyDraft(
  ws: OpenWorkspace,
  evidence: string,
  what: string,
  hash: string,
  seq?: number,
): Draft {
  const value = { evidence, what, sha256: hash, ...(seq === undefined ? {} : { seq }) };
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

/** Changes details: title, dates, owner, systems and the like. */
export function updateEvidence(ws: OpenWorkspace, text: string, details: EvidenceDetails): string {
  const { id } = resolve.evidence(ws, text);
  const stands = get<Dates>(ws.db, 'SELECT collected, expires FROM evidence WHERE id = ?', id);
  demandDates(ws, details, stands);
  const drafts = detailDrafts(`evidence:${id}`, details);
  const renewals = renewalDrafts(ws, [id], drafts);
  // A renewal counts beside what was looked at: the same day said once more is a look of its own.
  const said =
    renewals.length === 0
      ? drafts
      : drafts.map((draft) => (RENEWING.includes(draft.field) ? { ...draft, anew: true } : draft));
  const all = [...said, ...renewals];
  append(ws, versionFor('evidence.update', all), all);
  return id;
}

/** The number after the highest there is; one that no number can follow came from another program, and is passed over. */
function nextRevision(ws: OpenWorkspace, id: string): number {
  const numbers = revisionsOf(ws.db, id).map(({ revision }) => revision);
  return 1 + Math.max(0, ...numbers.filter((revision) => revision < Number.MAX_SAFE_INTEGER));
}

/** A new revision with other files, collected on a day; the old one stays in the ledger and in the vault. */
export function reviseEvidence(
  ws: OpenWorkspace,
  text: string,
  files: readonly TakenFile[],
  collected: string = today(ws),
): string {
  const { id } = resolve.evidence(ws, text);
  demandPast(ws, collected, COLLECTED, 'collected');
  const revision = nextRevision(ws, id);
  const drafts: Draft[] = [
    {
      record: `evidence:${id}`,
      field: 'files',
      value: { revision, files: files.map((file) => ({ ...file })) },
    },
    { record: `evidence:${id}`, field: 'collected', value: collected },
    ...files.map((file) =>
      custodyDraft(ws, id, `Taken in as revision ${revision}: ${file.name}`, file.sha256),
    ),
  ];
  const renewals = renewalDrafts(ws, [id], drafts);
  append(ws, `evidence.revise@${renewals.length === 0 ? 1 : 2}`, [...drafts, ...renewals]);
  return id;
}
