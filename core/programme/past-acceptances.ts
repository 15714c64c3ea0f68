import { SIGNED_FIELDS, signedValuesOf, signOffsOn } from '../../db/projection/kinds/assessment.ts';
import { linkOf, signedEvidenceOf } from '../../db/projection/kinds/evidence.ts';
import { weighRemoval } from '../../db/projection/kinds/hold.ts';
import { type PastRecord, pastRecords } from '../../db/projection/past.ts';
import {
  type EverLinked,
  everLinked,
  membersByWriter,
  type SignedItem,
  type SignedRecord,
  signedItems,
  signedRecords,
} from '../../db/queries/past-checks.ts';
import { heldOn, type Past } from '../../shared/domain/past.ts';
import { isMet } from '../../shared/domain/programme/readiness.ts';
import { reviewState } from '../../shared/domain/review.ts';
import {
  SIGNED_EVIDENCE_FIELDS,
  type SignedAssessment,
  type SignedEvidence,
  type SignedValues,
  signOffDigest,
} from '../../shared/domain/sign-off.ts';
import { sha256 } from '../ledger/keys.ts';
import type { Standing } from './standing.ts';

type Db = Standing['db'];

/** The checks of a record that was accepted: whether as met, and the evidence each leant on; none where it was not. */
export type AcceptedChecks = readonly { readonly met: boolean; readonly evidence: readonly string[] }[];

/**
 * Which checks of assessments and checklists were accepted at the end of each day on which anything about them changed:
 * by the same rules as now, over what their values, links, evidence and sign-offs were then.
 */
export function pastAcceptances(db: Db, records: readonly string[]): Map<string, Past<AcceptedChecks>> {
  if (records.length === 0) return new Map();
  const known = readKnown(db, records);
  return new Map(
    signedRecords(db, records).map((signed) => [
      signed.record,
      daysOf(known, signed).map((day) => ({ day, value: acceptedOn(known, signed, day) })),
    ]),
  );
}

type Check = Pick<SignedItem, 'target' | 'textHash' | 'assessment'>;

/** Everything that decided about some signed records, read at once. */
interface Known {
  readonly db: Db;
  readonly items: ReadonlyMap<string, readonly Check[]>;
  readonly signOffs: ReadonlyMap<string, ReturnType<typeof signOffsOn>>;
  readonly links: ReadonlyMap<string, readonly EverLinked[]>;
  readonly written: ReadonlyMap<string, Past<PastRecord>>;
  readonly memberOf: ReadonlyMap<string, string>;
}

function readKnown(db: Db, records: readonly string[]): Known {
  const items = Map.groupBy(signedItems(db, records), ({ work }) => work);
  const inside = [...items.values()].flatMap((of) => of.flatMap(({ assessment }) => assessment ?? []));
  const assessments = [...records, ...inside];
  const links = everLinked(db, assessments);
  const written = pastRecords(db, [
    ...assessments.map((id) => `assessment:${id}`),
    ...links.map(({ id }) => `link:${id}`),
    ...new Set(links.map(({ evidence }) => `evidence:${evidence}`)),
  ]);
  return {
    ...{ db, items, written },
    signOffs: new Map(records.map((record) => [record, signOffsOn(db, record)])),
    links: Map.groupBy(links, ({ assessment }) => assessment),
    memberOf: membersByWriter(db),
  };
}

const dayOf = ({ at }: { readonly at: string }) => at.slice(0, 10);

function checksOf({ items }: Known, { record, kind, target, textHash }: SignedRecord): readonly Check[] {
  return kind === 'assessment' ? [{ target, textHash, assessment: record }] : (items.get(record) ?? []);
}

/** The days on which anything changed that decides, from the first on which somebody accepted. */
function daysOf(known: Known, signed: SignedRecord): string[] {
  const signOffs = known.signOffs.get(signed.record) ?? [];
  const first = signOffs.find(({ capacity, verdict }) => capacity !== 'preparer' && verdict === 'signed');
  if (first === undefined) return [];
  const records = checksOf(known, signed).flatMap(({ assessment }) =>
    assessment === null
      ? []
      : [
          `assessment:${assessment}`,
          ...linksOn(known, assessment).flatMap(({ id, evidence }) => [`link:${id}`, `evidence:${evidence}`]),
        ],
  );
  const days = [...new Set(records)].flatMap((record) =>
    (known.written.get(record) ?? []).map(({ day }) => day),
  );
  return [...new Set([...days, ...signOffs.map(dayOf)])].filter((day) => day >= dayOf(first)).sort();
}

const linksOn = ({ links }: Known, assessment: string) => links.get(assessment) ?? [];

function acceptedOn(known: Known, signed: SignedRecord, day: string): AcceptedChecks {
  const checks = checksOf(known, signed).map((check) => checkOn(known, signed, check, day));
  const signOffs = (known.signOffs.get(signed.record) ?? []).filter((one) => dayOf(one) <= day);
  const contributors = [...new Set(checks.flatMap((check) => check.contributors))].sort();
  const digest = signOffDigest(
    sha256,
    valuesOf(
      signed,
      checks.map(({ values }) => values),
    ),
  );
  if (reviewState({ digest, contributors, signOffs }).status !== 'accepted') return [];
  return checks.flatMap(({ there, values }) =>
    there ? [{ met: isMet(values.result), evidence: values.evidence.map(({ id }) => id) }] : [],
  );
}

function valuesOf(signed: SignedRecord, checks: readonly SignedAssessment[]): SignedValues {
  const { engagement, target, textHash, subject } = signed;
  const [only] = checks;
  if (signed.kind === 'assessment' && only !== undefined) return only;
  return { kind: 'checklist', engagement, target, textHash, subject, items: [...checks] };
}

interface CheckThen {
  /** Whether anything was recorded for it yet. */
  readonly there: boolean;
  readonly values: SignedAssessment;
  readonly contributors: readonly string[];
}

function checkOn(known: Known, signed: SignedRecord, check: Check, day: string): CheckThen {
  const { engagement, subject } = signed;
  const { target, textHash, assessment } = check;
  const about = { engagement, subject, target, textHash };
  const then = assessment === null ? undefined : recordOn(known, `assessment:${assessment}`, day);
  if (assessment === null || then === undefined)
    return { there: false, values: signedValuesOf(about, null, []), contributors: [] };
  const evidence: SignedEvidence[] = [];
  const contributors = authorsOf(known, then, SIGNED_FIELDS);
  for (const link of linksOn(known, assessment)) {
    const stated = recordOn(known, `link:${link.id}`, day);
    if (stated === undefined) continue;
    contributors.push(...authorsOf(known, stated, ['state']));
    if (linkOf(stated.state)?.on !== true) continue;
    const held = recordOn(known, `evidence:${link.evidence}`, day);
    const seen = held === undefined ? null : evidenceOn(known, link.evidence, held, day);
    if (held !== undefined)
      contributors.push(...authorsOf(known, held, seen === null ? ['deleted'] : SIGNED_EVIDENCE_FIELDS));
    if (seen !== null) evidence.push(seen);
  }
  evidence.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return { there: true, values: signedValuesOf(about, then.state, evidence), contributors };
}

function recordOn({ written }: Known, record: string, day: string): PastRecord | undefined {
  return heldOn(written.get(record) ?? [], day);
}

/** Evidence as a sign-off saw it; null once it was removed. */
function evidenceOn({ db }: Known, id: string, { state }: PastRecord, day: string): SignedEvidence | null {
  return weighRemoval(db, id, state, day).standing === 'deleted' ? null : signedEvidenceOf(id, state);
}

function authorsOf({ memberOf }: Known, { heads }: PastRecord, fields: readonly string[]): string[] {
  return fields.flatMap((field) => (heads.get(field) ?? []).map(({ writer }) => memberOf.get(writer) ?? ''));
}
