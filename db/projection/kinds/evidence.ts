import { z } from 'zod';
import { evidenceReference } from '../../../shared/domain/evidence.ts';
import type { SignedEvidence } from '../../../shared/domain/sign-off.ts';
import { CustodyFact, LinkState, RevisionFiles } from '../../../shared/ledger/fields.ts';
import { addWins } from '../../../shared/ledger/merge.ts';
import type { Database } from '../../driver.ts';
import { all, put, run } from '../../sql.ts';
import { readFact } from '../fact.ts';
import { fieldValue, firstWritten, type RecordState } from '../record.ts';
import { index } from '../search-row.ts';
import { retainedUntil, standingHolds, weighRemoval } from './hold.ts';
import type { Projector } from './index.ts';

const Words = z.string();
const Day = Words.nullable();
const Systems = z.array(Words);
const day = (state: RecordState, field: string) => fieldValue(state, field, Day);
export const systemsOf = (state: RecordState) => fieldValue(state, 'systems', Systems) ?? [];
const words = (state: RecordState, field: string) => fieldValue(state, field, Words) ?? '';

/** Fields in words that the full-text index finds evidence by, beside its title, systems and file names. */
const SEARCHED = [
  'note',
  'owner',
  'verification',
  'source',
  'proofLink',
  'reviewer',
  'riskIfStale',
  'marking',
];

/** What a sign-off covers of evidence as its record says it; null where it was never added. */
export function signedEvidenceOf(id: string, state: RecordState): SignedEvidence | null {
  const files = fieldValue(state, 'files', RevisionFiles);
  if (files === null) return null;
  return {
    id,
    title: words(state, 'title'),
    collected: day(state, 'collected'),
    expires: day(state, 'expires'),
    periodFrom: day(state, 'periodFrom'),
    periodTo: day(state, 'periodTo'),
    lastVerified: day(state, 'lastVerified'),
    files: files.files.map(({ sha256 }) => sha256).sort(),
  };
}

function linkedAssessments(db: Database, evidence: string): string[] {
  return all<{ assessment: string }>(
    db,
    'SELECT assessment FROM link WHERE evidence = ? ORDER BY assessment',
    evidence,
  ).map((row) => `assessment:${row.assessment}`);
}

export const evidence: Projector = {
  conflicts: true,
  weigh: ({ db }, id, state) => weighRemoval(db, id, state),
  project({ db }, id, state) {
    run(db, 'DELETE FROM evidence_file WHERE evidence = ?', id);
    const files = fieldValue(state, 'files', RevisionFiles);
    if (state.standing === 'deleted' || files === null) {
      run(db, 'DELETE FROM evidence WHERE id = ?', id);
      index(db, 'evidence', id, null);
      return linkedAssessments(db, id);
    }
    const first = firstWritten(db, `evidence:${id}`, 'files');
    const title = words(state, 'title');
    const systems = systemsOf(state);
    put(db, 'evidence', {
      id,
      reference: evidenceReference(id),
      title,
      collected: day(state, 'collected'),
      expires: day(state, 'expires'),
      period_from: day(state, 'periodFrom'),
      period_to: day(state, 'periodTo'),
      last_verified: day(state, 'lastVerified'),
      owner: words(state, 'owner'),
      note: words(state, 'note'),
      systems: JSON.stringify(systems),
      verification: words(state, 'verification'),
      source: words(state, 'source'),
      proof_link: words(state, 'proofLink'),
      reviewer: words(state, 'reviewer'),
      risk_if_stale: words(state, 'riskIfStale'),
      marking: words(state, 'marking'),
      retain_until: state.fields.has('retainUntil') ? retainedUntil(db, id) : null,
      held: standingHolds(db, id),
      revision: files.revision,
      added_at: first.at,
      added_by: first.member,
    });
    for (const [idx, file] of files.files.entries()) {
      put(db, 'evidence_file', {
        evidence: id,
        idx,
        name: file.name,
        sha256: file.sha256,
        bytes: file.bytes,
        media_type: file.mediaType,
      });
    }
    const said = SEARCHED.map((field) => words(state, field));
    const body = [...said, ...systems, ...files.files.map((f) => f.name)].join(' \n');
    index(db, 'evidence', id, { label: evidenceReference(id), title, body });
    return linkedAssessments(db, id);
  },
};

/** What a link ties together, and whether it stands: any head that says so is enough. */
export function linkOf(state: RecordState): z.infer<typeof LinkState> | null {
  const about = fieldValue(state, 'state', LinkState);
  if (about === null) return null;
  const heads = state.fields.get('state')?.sides.flatMap((side) => side.heads) ?? [];
  return { ...about, on: addWins(heads, (value) => LinkState.safeParse(value).data?.on === true) };
}

export const link: Projector = {
  conflicts: false,
  project({ db }, id, state) {
    const about = linkOf(state);
    if (about === null) return [];
    const { on } = about;
    run(db, 'DELETE FROM link WHERE id = ?', id);
    run(db, 'DELETE FROM unlinked WHERE id = ?', id);
    const row = { id, evidence: about.evidence, assessment: about.assessment };
    if (on) put(db, 'link', row);
    else put(db, 'unlinked', row);
    return [`assessment:${about.assessment}`];
  },
};

export const custody: Projector = {
  conflicts: false,
  project(ctx, id, state) {
    const fact = readFact(ctx, 'custody', id, state, CustodyFact);
    if (fact === null) return [];
    const { evidence, what, sha256 } = fact.value;
    put(ctx.db, 'custody', { id, evidence, what, sha256, at: fact.at, by: fact.by });
    return [];
  },
};
