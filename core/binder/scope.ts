import { checklistWorkId, signedAssessment } from '../../db/projection/kinds/assessment.ts';
import { type AssessmentRow, assessmentsOf, signOffsOf } from '../../db/queries/assessments.ts';
import {
  type FormerSignOff,
  formerSignOffs,
  type RefusedWork,
  refusedWork,
} from '../../db/queries/baseless.ts';
import { workOutside } from '../../db/queries/begun.ts';
import { listChecklists } from '../../db/queries/checklists.ts';
import { recordLabel } from '../../db/queries/history.ts';
import { type Named, subjectsOf } from '../../db/queries/names.ts';
import { all } from '../../db/sql.ts';
import type { ExtractSignOff } from '../../shared/domain/binder.ts';
import { assessmentId } from '../../shared/domain/identity.ts';
import type { SignedValues } from '../../shared/domain/sign-off.ts';
import { checklistPlace, checklistTarget } from '../checklists/checklist.ts';
import { sha256 } from '../ledger/keys.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** A checklist as worked for one subject. */
export interface WorkedChecklist {
  readonly record: string;
  readonly checklist: string;
  readonly subject: Named;
  readonly digest: string;
}

/** What an engagement's binder speaks of, in ids: what its ledger extract has to carry. */
export interface SignedScope {
  readonly subjects: readonly Named[];
  readonly assessments: readonly AssessmentRow[];
  readonly checklists: readonly WorkedChecklist[];
  /** Ids of checks of what no framework of the engagement has, each with who recorded it: they count for nothing. */
  readonly outside: ReadonlyMap<string, string>;
  /** Ids of linked evidence that is not withheld. */
  readonly evidence: readonly string[];
  /** Links of evidence that is not withheld, also those that were taken off: they tell why a sign-off counts no more. */
  readonly links: readonly string[];
  /** Ids of linked evidence that was removed. */
  readonly removed: readonly string[];
  /** Withheld evidence and its links, by record: that they were changed is shown, and not in what. */
  readonly withheld: readonly string[];
  readonly signOffs: ExtractSignOff[];
  readonly signed: Record<string, SignedValues>;
  /** What these sign-offs name and counts no more, since its author's access had ended before it. */
  readonly former: readonly FormerSignOff[];
  /** Where what some of them signed was written and counts no more, for the same reason: it tells why they do not either. */
  readonly refused: RefusedWork;
}

/** What signs off no checks of its own. */
export const NO_SCOPE: SignedScope = {
  subjects: [],
  assessments: [],
  checklists: [],
  outside: new Map(),
  evidence: [],
  links: [],
  removed: [],
  withheld: [],
  signOffs: [],
  signed: {},
  former: [],
  refused: { places: [], links: [], checks: [] },
};

/** Gathers the scope of an engagement's binder. `withhold` names evidence that stays out. */
export function gatherScope(
  ws: OpenWorkspace,
  engagement: string,
  withhold: ReadonlySet<string>,
): SignedScope {
  const subjects = subjectsOf(ws.db, engagement);
  const outside = workOutside(ws.db, engagement);
  const assessments = assessmentsOf(ws.db, engagement).filter(({ id }) => !outside.has(id));
  const checklists = subjects.flatMap((subject) => workedChecklists(ws, engagement, subject));
  const every = linksEver(ws, engagement).filter(({ assessment }) => !outside.has(assessment));
  const links = every.filter(({ evidence }) => !withhold.has(evidence));
  const hidden = every.filter(({ evidence }) => withhold.has(evidence));
  const standing = links.filter(({ stands }) => stands === 1);
  const signed: Record<string, SignedValues> = {};
  const signOffs: ExtractSignOff[] = [];
  for (const row of assessments) {
    const own = extractSignOffs(ws, 'assessment', row.id, row.digest);
    const values = own.length > 0 ? signedAssessment(ws.db, row.id) : null;
    if (values !== null) signed[row.id] = values;
    signOffs.push(...own);
  }
  for (const worked of checklists) {
    const own = extractSignOffs(ws, 'checklist', worked.record, worked.digest);
    if (own.length > 0)
      signed[worked.record] = checklistTarget(
        ws,
        checklistPlace(ws, { checklist: worked.checklist, engagement, subject: worked.subject.id }),
      ).values;
    signOffs.push(...own);
  }
  const checks = new Set([...assessments.map(({ id }) => id), ...checksSigned(Object.values(signed))]);
  const refused = refusedWork(
    ws.db,
    [...checks],
    every.map(({ evidence }) => evidence),
  );
  return {
    subjects,
    assessments,
    checklists,
    outside,
    evidence: [...new Set(standing.flatMap(({ evidence, there }) => (there === 1 ? [evidence] : [])))],
    links: links.map(({ id }) => id),
    removed: [...new Set(standing.flatMap(({ evidence, there }) => (there === 1 ? [] : [evidence])))],
    withheld: [...new Set(hidden.flatMap(({ id, evidence }) => [`evidence:${evidence}`, `link:${id}`]))],
    signOffs,
    signed,
    former: formerSignOffs(ws.db, [...new Set(signOffs.map(({ record }) => record))]),
    refused: { ...refused, links: refused.links.filter(({ evidence }) => !withhold.has(evidence)) },
  };
}

/** The checks that were signed, also those of items on which there is no work that counts. */
const checksSigned = (signed: readonly SignedValues[]): string[] =>
  signed
    .flatMap((values) => (values.kind === 'checklist' ? values.items : [values]))
    .map(({ engagement, target, subject }) => assessmentId(sha256, engagement, target, subject));

interface EverLinked {
  readonly id: string;
  readonly evidence: string;
  readonly assessment: string;
  /** Whether the link stands, and whether its evidence does. */
  readonly stands: 0 | 1;
  readonly there: 0 | 1;
}

function linksEver({ db }: OpenWorkspace, engagement: string): EverLinked[] {
  return all<EverLinked>(
    db,
    `WITH ever AS (SELECT id, evidence, assessment, 1 stands FROM link UNION ALL SELECT id, evidence, assessment, 0 FROM unlinked)
     SELECT l.id, l.evidence, l.assessment, l.stands, v.id IS NOT NULL there FROM ever l JOIN assessment a ON a.id = l.assessment
       LEFT JOIN evidence v ON v.id = l.evidence WHERE a.engagement = ? ORDER BY l.evidence, l.id`,
    engagement,
  );
}

function workedChecklists(ws: OpenWorkspace, engagement: string, subject: Named): WorkedChecklist[] {
  return listChecklists(ws.db, engagement, subject.id, 0, 100_000).rows.map((row) => {
    const record = checklistWorkId(sha256, engagement, row.id, subject.id);
    const { digest } = checklistTarget(ws, { record, checklist: row.id, engagement, subject });
    return { record, checklist: row.id, subject, digest };
  });
}

function extractSignOffs(
  ws: OpenWorkspace,
  kind: 'assessment' | 'checklist',
  record: string,
  digest: string,
): ExtractSignOff[] {
  const rows = signOffsOf(ws.db, record, digest);
  if (rows.length === 0) return [];
  const label = recordLabel(
    ws.db,
    kind === 'assessment' ? `assessment:${record}` : `checklist-work:${record}`,
  );
  return rows.map((row) => ({
    id: row.id,
    kind,
    record,
    label,
    capacity: row.capacity,
    verdict: row.verdict,
    note: row.note,
    by: row.by.id,
    byName: row.by.name,
    at: row.at,
    digest: row.digest,
    voided: row.voided,
    ...(row.baseless ? { baseless: true as const } : {}),
    writer: row.writer,
    seq: row.seq,
  }));
}
