import { deriveId } from '../../../shared/domain/identity.ts';
import type { SignedAssessment, SignedEvidence, SignedValues } from '../../../shared/domain/sign-off.ts';
import { canonicalText, type Json } from '../../../shared/ledger/canonical.ts';
import { type EntryForm, sha256 } from './ledger-entries.ts';
import type { LedgerValues, Written } from './ledger-values.ts';
import type { Pasts } from './past.ts';
import { checksIn, DATES, filesOf, recordOf, wordOf } from './recompute.ts';

/** What is needed to say why a sign-off counts no more. */
export interface Course {
  readonly ledger: LedgerValues;
  /** What counts no more, since its author’s access had ended before they wrote it. */
  readonly refused: LedgerValues;
  readonly pasts: Pasts;
  /** Evidence that was withheld: that it was changed is shown, and not in what. */
  readonly withheld: ReadonlySet<string>;
  /** What the entries of sign-offs state. */
  readonly facts: readonly { readonly form: EntryForm; readonly signed: SignedValues }[];
}

/**
 * `entries`: for all that differs there is an entry that was written after the sign-off. `apart`: for some of it the
 * entry is dated before, from another device, and nothing shows that the signer had it. Else what nothing explains.
 */
export type Since = 'entries' | 'apart' | { readonly unexplained: string };

/** What differs, by the fields that can have changed it. */
interface Part {
  readonly what: string;
  readonly fields: readonly (readonly [record: string, field: string])[];
  /** Whether a value is the one that was signed. */
  readonly was: (value: Json) => boolean;
  /** Whether what was signed is also what stands where nobody wrote anything. */
  readonly unwritten: boolean;
  readonly blind?: boolean;
  /** What was signed rested on all of these: where one of them counts no more, it is not as it was. */
  readonly rested?: Part['fields'];
}

/** Why the values of a record are others than those that a sign-off of it states, by the entries that are here. */
export function sinceSigned(
  form: EntryForm,
  { signed, now }: { readonly signed: SignedValues; readonly now: SignedValues },
  course: Course,
): Since {
  const parts = [...partsOf(signed, now, course)];
  let since: Since = parts.length > 0 || isNewText(form, { signed, now }, course) ? 'entries' : NOTHING;
  if (signed.textHash !== now.textHash && !isNewText(form, { signed, now }, course)) return TEXT;
  for (const part of parts) {
    const found = orderOf(part, form, course);
    if (found === null) return { unexplained: part.what };
    if (found === 'apart') since = 'apart';
  }
  return since;
}

const NOTHING: Since = { unexplained: 'which values it has' };
const TEXT: Since = { unexplained: 'the text of what was checked' };
const NO_TEXT = '0'.repeat(64);

/** A text stands for good; it was signed before it had arrived, or a later sign-off is of another form of it. */
function isNewText(
  form: EntryForm,
  { signed, now }: { readonly signed: SignedValues; readonly now: SignedValues },
  { pasts, facts }: Course,
): boolean {
  if (signed.textHash === now.textHash) return false;
  if (signed.textHash === NO_TEXT) return true;
  const again = facts.filter((fact) => recordOf(fact.signed) === recordOf(now));
  return again.some(
    (fact) => fact.signed.textHash === now.textHash && pasts.order(fact.form, form) === 'after',
  );
}

function orderOf({ fields, rested = [], was, unwritten, blind }: Part, form: EntryForm, course: Course) {
  const { ledger, refused, pasts } = course;
  // What was signed stood in the signer's copy, and stands nowhere: its author had no right to it any more.
  const isRefused = ([record, field]: readonly [string, string]): boolean =>
    refused.written(record, field).some((one) => (one.hidden ? blind === true : was(one.value)));
  if (fields.some(isRefused)) return 'after';
  if (rested.some(([record, field]) => refused.written(record, field).length > 0)) return 'after';
  const heads = fields.flatMap(([record, field]) => ledger.heads(record, field));
  const orders = heads.map((head) => pasts.order(head, form));
  if (orders.includes('after')) return 'after';
  if (!orders.includes('apart')) return null;
  const signed = ([record, field]: readonly [string, string]): boolean =>
    ledger.written(record, field).some((one: Written) => !one.hidden && was(one.value));
  return blind || unwritten || fields.some(signed) ? 'apart' : null;
}

function* partsOf(signed: SignedValues, now: SignedValues, course: Course): Generator<Part> {
  const before = new Map(checksIn(signed).map((check) => [check.target, check]));
  const after = new Map(checksIn(now).map((check) => [check.target, check]));
  for (const target of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(target), after.get(target)];
    if (was && is) yield* checkParts(was, is, course);
    else yield { what: 'which items it has', fields: [], was: () => false, unwritten: false };
  }
}

function* checkParts(was: SignedAssessment, is: SignedAssessment, course: Course): Generator<Part> {
  const id = recordOf(was);
  const fields = [
    ['result', 'not-reviewed'],
    ['method', null],
    ['note', ''],
  ] as const;
  for (const [field, empty] of fields)
    if (was[field] !== is[field])
      yield {
        what: `the ${field}`,
        fields: [[`assessment:${id}`, field]],
        was: (value) => value === was[field],
        unwritten: was[field] === empty,
      };
  const before = new Map(was.evidence.map((one) => [one.id, one]));
  const after = new Map(is.evidence.map((one) => [one.id, one]));
  for (const evidence of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(evidence), after.get(evidence)];
    if (old && now) yield* evidenceParts(old, now, course);
    else yield linkPart(evidence, id, old !== undefined, course);
  }
}

function linkPart(evidence: string, check: string, had: boolean, { ledger, withheld }: Course): Part {
  const record = `evidence:${evidence}`;
  const link = `link:${deriveId(sha256, 'link', evidence, check)}`;
  const removed = ledger.heads(record, 'deleted').length > 0;
  // Whoever goes on with evidence that was removed brings it back.
  const back = !had && removed ? EVIDENCE_FIELDS.map((field) => [record, field] as const) : [];
  return {
    what: 'which evidence it has',
    fields: [[link, 'state'], [record, 'deleted'], ...back],
    was: (value) => wordOf(value, 'on') === had || wordOf(value, had ? 'kept' : 'seen') !== undefined,
    rested: had ? EVIDENCE_FIELDS.map((field) => [record, field] as const) : [],
    unwritten: !had,
    blind: withheld.has(evidence),
  };
}

const EVIDENCE_FIELDS = ['title', ...DATES, 'files'] as const;

function* evidenceParts(old: SignedEvidence, now: SignedEvidence, { withheld }: Course): Generator<Part> {
  const record = `evidence:${old.id}`;
  for (const field of EVIDENCE_FIELDS) {
    if (canonicalText(old[field]) === canonicalText(now[field])) continue;
    yield {
      what: `its evidence (${old.title})`,
      fields: [[record, field]],
      was: (value) => (field === 'files' ? filesOf(value).join() === old.files.join() : value === old[field]),
      unwritten: old[field] === null || old[field] === '',
      blind: withheld.has(old.id),
    };
  }
}
