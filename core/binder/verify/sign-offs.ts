import type { ExtractSignOff, LedgerExtract, Manifest, VerifyReport } from '../../../shared/domain/binder.ts';
import { redactedWords } from '../../../shared/domain/redaction.ts';
import { isVoid } from '../../../shared/domain/review.ts';
import { SignedValues, signOffDigest } from '../../../shared/domain/sign-off.ts';
import type { Json } from '../../../shared/ledger/canonical.ts';
import { factId } from '../../../shared/ledger/fact.ts';
import { withheldIn } from './agreement.ts';
import type { Findings } from './findings.ts';
import { type KnownEntry, positionOf, sha256, whereOf } from './ledger-entries.ts';
import type { LedgerValues } from './ledger-values.ts';
import { SignedNames } from './names.ts';
import { type Pasts, seenIn } from './past.ts';
import { type Embedded, flawIn, linksIn, recordOf, textsSigned, wordOf } from './recompute.ts';
import { isHiddenAsNamed } from './redaction.ts';
import { type Course, sinceSigned } from './since.ts';

export interface SignOffFiles {
  readonly extract: LedgerExtract;
  readonly entries: ReadonlyMap<string, KnownEntry>;
  readonly manifest: Manifest;
  readonly ledger: LedgerValues;
  /** What was written that counts no more, since its author's access had ended before. */
  readonly refused: LedgerValues;
  readonly pasts: Pasts;
  /** Places of entries that count no more, for that reason. */
  readonly former: ReadonlySet<string>;
}

/**
 * Recomputes each sign-off's digest from the values here, and compares its facts with the entry that recorded it. What
 * the binder says of a sign-off is believed nowhere: whether it still counts follows from the values, and these have to
 * be what the ledger's entries leave.
 */
export function checkSignOffs(files: SignOffFiles, findings: Findings): VerifyReport['signOffs'] {
  const { extract, entries, manifest } = files;
  const members = new Map(extract.writers.map((writer) => [writer.id, writer]));
  const report = { total: extract.signOffs.length, recomputed: 0, voided: 0, mismatched: [] as string[] };
  const redacted = redactedIn(manifest);
  const course = courseOf(files);
  const flawOf = flaws(files, course);
  const names = new SignedNames(extract, manifest, findings);
  const seen = new Set<string>();
  const unfounded: string[] = [];
  const untold: string[] = [];
  const hidden: string[] = [];
  let apart = 0;
  const hide = (signOff: ExtractSignOff): void => {
    hidden.push(wordsOf(signOff));
    if (signOff.voided || signOff.baseless || signOff.unfounded) untold.push(wordsOf(signOff));
  };
  for (const signOff of extract.signOffs) {
    const { label, byName } = signOff;
    const where = `sign-off ${label} as ${signOff.capacity}`;
    const mismatch = (message: string): void => {
      findings.add('sign-off-mismatch', where, message);
      report.mismatched.push(label);
    };
    const writer = members.get(signOff.writer);
    const entry = entries.get(positionOf(signOff.writer, signOff.seq));
    const told = writer?.member === signOff.by && writer.memberName === byName;
    const values = valuesOf(extract, signOff);
    const again = seen.has(signOff.id);
    seen.add(signOff.id);
    if (again) mismatch(`The sign-off of ${label} is listed twice.`);
    else if (values && recordOf(values) !== signOff.record)
      mismatch(`The values signed as ${label} are of another control or checklist.`);
    else if (!entry || !told || !recordsSignOff(entry, signOff, redacted))
      mismatch(`The ledger does not record the sign-off of ${label} as listed.`);
    else if (!values && redacted.records.has(signOff.record)) {
      if (isHiddenAsNamed(signOff, files)) hide(signOff);
      else mismatch(`The sign-off told as of ${label} is of something else.`);
    } else if (!values || values.kind !== signOff.kind)
      mismatch(`${label} is not what ${byName} signed: its values are not here.`);
    else {
      const current = signOffDigest(sha256, values);
      const flaw = flawOf(signOff.record);
      const misnamed = names.flawIn(signOff, values);
      if (isVoid(signOff, current) && !signOff.voided)
        mismatch(`${label} is not what ${byName} signed: the recomputed digest differs.`);
      else if (flaw !== null)
        mismatch(`This binder tells another state of ${label} than its ledger entries: ${flaw} differs.`);
      else if (misnamed !== null) mismatch(misnamed);
      else if (isVoid(signOff, current) !== signOff.voided)
        mismatch(`The sign-off of ${label} is told as void, and it is not: the recomputed digest is right.`);
      else if (signOff.verdict === 'returned' && statedIn(entry, signOff) === null) hide(signOff);
      // What a reviewer sends back is meant to be changed: the return is of the state before, and counts no more.
      else if (signOff.digest !== current) {
        const signed = statedBy(entry, signOff);
        const since = signed ? sinceSigned(entry.form, { signed, now: values }, course) : null;
        const never = since === null || typeof since === 'object';
        if (never && signOff.unfounded) {
          report.voided += 1;
          unfounded.push(wordsOf(signOff));
        } else if (never)
          mismatch(
            `The sign-off of ${label} is told as void, and no entry here shows that it was changed since: ${since?.unexplained ?? 'what was signed'} differs.`,
          );
        else if (signOff.unfounded)
          mismatch(`${toldAsUnfounded(label)}, and entries here tell why it is void.`);
        else {
          report.voided += 1;
          if (since === 'apart') apart += 1;
        }
      } else if (signOff.unfounded) mismatch(`${toldAsUnfounded(label)}, and these are the values here.`);
      else report.recomputed += 1;
    }
  }
  checkListed(files, seen, findings);
  const baseless = checkNamed(files, findings);
  return {
    ...report,
    ...(hidden.length === 0 ? {} : { redacted: hidden.length, hidden }),
    ...(apart === 0 ? {} : { apart }),
    ...(untold.length === 0 ? {} : { untold }),
    ...(baseless.length === 0 ? {} : { baseless }),
    ...(unfounded.length === 0 ? {} : { unfounded }),
  };
}

const toldAsUnfounded = (label: string): string =>
  `The sign-off of ${label} is told as one over values that were never there`;

/** Who signed or returned what, as a sentence goes on with it. */
export const wordsOf = ({ verdict, byName, label, capacity }: ExtractSignOff): string =>
  verdict === 'signed' ? `${byName} signed ${label} as ${capacity}` : `${byName} returned ${label}`;

/** Ids of void sign-offs of which no entry here shows that what they state was there to be signed, and changed since. */
export function unfoundedSignOffs(
  files: Omit<SignOffFiles, 'manifest' | 'former'> & { readonly withheld: ReadonlySet<string> },
): Set<string> {
  const { extract, entries, withheld } = files;
  const course = { ...files, facts: [...factsIn(entries)] };
  const found = extract.signOffs.filter((signOff) => {
    const values = valuesOf(extract, signOff);
    const entry = entries.get(positionOf(signOff.writer, signOff.seq));
    const signed = entry && statedBy(entry, signOff);
    if (!values || !signed || signOff.digest === signOffDigest(sha256, values)) return false;
    return typeof sinceSigned(entry.form, { signed, now: values }, { ...course, withheld }) === 'object';
  });
  return new Set(found.map(({ id }) => id));
}

/** Nothing that was signed or returned is left out, as far as its entry is here; and nothing is here that nobody signed. */
function checkListed(
  { extract, entries, former }: SignOffFiles,
  listed: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const [position, { form }] of entries) {
    if (former.has(position)) continue;
    for (const { record } of form.ops) {
      if (!record.startsWith('signoff:') || listed.has(record.slice('signoff:'.length))) continue;
      const message = 'The ledger records a sign-off or a return that the list of sign-offs leaves out.';
      findings.add('sign-off-mismatch', whereOf(form.writer, form.seq), message);
    }
  }
  const records = new Set(extract.signOffs.map(({ record }) => record));
  if (Object.keys(extract.signed).every((record) => records.has(record))) return;
  const message = 'The ledger extract holds values as signed off that no sign-off is of.';
  findings.add('ledger-mismatch', 'ledger extract', message);
}

/**
 * A sign-off names those of the same record that its author had seen. So none of these, a return least of all, is left
 * out with its entry while a later one is shown and counts. One that names what the ledger does not hold counts for
 * nothing, and is told; it is told of none that names only what is here.
 */
function checkNamed({ extract, entries, former }: SignOffFiles, findings: Findings): string[] {
  const here = new Set(extract.signOffs.map(({ id, record }) => `${record} ${id}`));
  // Of one by a former member, which counts for nothing either way, a redaction may hide what it is of.
  const ofSomething = new Set<string>();
  for (const position of former)
    for (const [i, { record }] of (entries.get(position)?.form.ops ?? []).entries()) {
      const [shown, id] = [entries.get(position)?.extract.values[i] ?? null, record.slice('signoff:'.length)];
      if (shown === null) ofSomething.add(id);
      else here.add(`${String(wordOf(shown.value, 'record'))} ${id}`);
    }
  const told: string[] = [];
  for (const signOff of extract.signOffs) {
    const { writer, seq, record, label, verdict, capacity, byName, baseless = false } = signOff;
    const where = `sign-off ${label} as ${capacity}`;
    const entry = entries.get(positionOf(writer, seq));
    const named = entry?.extract.values.flatMap((value) => seenIn(value?.value)) ?? [];
    const isHidden = entry === undefined || statedIn(entry, signOff) === null;
    const lacking = named.find((id) => !here.has(`${record} ${id}`) && !ofSomething.has(id));
    if (lacking !== undefined && !baseless) {
      const message = `When ${byName} signed or returned ${label}, there was an earlier sign-off or return of it, which is not here.`;
      findings.add('sign-off-mismatch', where, message);
    }
    // Of one that is hidden that is the composer's word, and told as that.
    if (!baseless || isHidden) continue;
    if (lacking === undefined) {
      const message = `The ${verdict === 'signed' ? 'sign-off' : 'return'} of ${label} by ${byName} is told as counting for nothing, and everything it names is here.`;
      findings.add('sign-off-mismatch', where, message);
    }
    told.push(wordsOf(signOff));
  }
  return told;
}

/** What redactions hide: the sign-offs of these records, and the words of these returns, each for its reason. */
interface Redacted {
  readonly records: ReadonlySet<string>;
  readonly returns: ReadonlyMap<string, string>;
}

function redactedIn({ redaction }: Manifest): Redacted {
  const list = redaction?.list ?? [];
  return {
    records: new Set(list.flatMap(({ records }) => records)),
    returns: new Map(list.flatMap(({ kind, id, reason }) => (kind === 'return' ? [[id, reason]] : []))),
  };
}

/** What was signed when, and what its authors knew. */
function courseOf({ entries, manifest, ledger, refused, pasts }: SignOffFiles): Course {
  return {
    ledger,
    refused,
    pasts,
    withheld: withheldIn(manifest),
    facts: [...factsIn(entries)],
  };
}

/** Tells of each record in what its values are not what the entries here leave; each is compared once. */
function flaws(
  { extract }: SignOffFiles,
  { ledger, withheld, facts }: Course,
): (record: string) => string | null {
  const embedded: Embedded = {
    ledger,
    withheld,
    texts: textsSigned(facts.map(({ signed }) => signed)),
    linked: linksIn(ledger),
  };
  const known = new Map<string, string | null>();
  return (record) => {
    const told = known.get(record);
    if (told !== undefined) return told;
    const values = Object.hasOwn(extract.signed, record) ? extract.signed[record] : undefined;
    const flaw = values === undefined ? null : flawIn(values, embedded);
    known.set(record, flaw);
    return flaw;
  };
}

/** The values that the entries of sign-offs state. */
function* factsIn(entries: ReadonlyMap<string, KnownEntry>): Generator<Course['facts'][number]> {
  for (const { form, extract, sound } of entries.values()) {
    if (!sound) continue;
    for (const [i, { record }] of form.ops.entries()) {
      const value = extract.values[i]?.value;
      if (!record.startsWith('signoff:') || typeof value !== 'object' || value === null) continue;
      const { data } = SignedValues.safeParse('signed' in value ? value.signed : undefined);
      if (data) yield { form, signed: data };
    }
  }
}

function valuesOf({ signed }: LedgerExtract, { record }: ExtractSignOff): SignedValues | undefined {
  return Object.hasOwn(signed, record) ? signed[record] : undefined;
}

/** A ledger time without what orders it among entries of the same moment. */
const momentOf = (time: string): string => time.slice(0, '2026-01-01T00:00:00.000Z'.length);

/** What the entry of a sign-off states of it; null where that is hidden, and nothing where it states none. */
function statedIn({ form, extract }: KnownEntry, { id }: ExtractSignOff) {
  const at = form.ops.findIndex(({ record }) => record === `signoff:${id}`);
  return at < 0 ? undefined : (extract.values[at] ?? null);
}

/** The values that the entry of a sign-off states. */
function statedBy(entry: KnownEntry, signOff: ExtractSignOff): SignedValues | undefined {
  const value = statedIn(entry, signOff)?.value;
  if (typeof value !== 'object' || value === null || !('signed' in value)) return undefined;
  return SignedValues.safeParse(value.signed).data;
}

/** Whether the values recorded with a sign-off are of its record and have its digest, be it void or not. */
function holdsFor(values: unknown, { record, digest }: ExtractSignOff): boolean {
  const { data } = SignedValues.safeParse(values);
  return data !== undefined && recordOf(data) === record && signOffDigest(sha256, data) === digest;
}

/** The entry must carry this sign-off, under the id that commits to it, with the same facts. */
function recordsSignOff(entry: KnownEntry, signOff: ExtractSignOff, redacted: Redacted): boolean {
  const { form } = entry;
  const shown = statedIn(entry, signOff);
  // Its facts stand beside values that are redacted: the entry tells who and when, and its hash the rest.
  if (shown === null) return momentOf(form.time) === signOff.at && isHiddenRightly(form, signOff, redacted);
  const value = shown?.value;
  if (typeof value !== 'object' || value === null) return false;
  const stated = value as Readonly<Record<string, unknown>>;
  const facts = { ...signOff } as Readonly<Record<string, unknown>>;
  return (
    ['kind', 'record', 'capacity', 'verdict', 'digest', 'note'].every((key) => stated[key] === facts[key]) &&
    momentOf(form.time) === signOff.at &&
    holdsFor(stated.signed, signOff) &&
    factId(sha256, 'signoff', String(entry.extract.entry.writer), value as Json) === signOff.id
  );
}

/** A sign-off is hidden with what was signed; a return, and what was written with it, is declared by itself. */
function isHiddenRightly(
  { action }: KnownEntry['form'],
  { id, record, verdict, note }: ExtractSignOff,
  { records, returns }: Redacted,
): boolean {
  // Which of the two it is, the action says that its author signed.
  const returned = action.startsWith('review.return@');
  if (verdict === 'signed') return records.has(record) && note === '' && !returned;
  const reason = returns.get(id);
  return returned && reason !== undefined && note === redactedWords(reason);
}
