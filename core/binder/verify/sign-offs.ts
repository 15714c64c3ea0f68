import type { ExtractSignOff, LedgerExtract, Manifest, VerifyReport } from '../../../shared/domain/binder.ts';
import { SignedValues, signOffDigest } from '../../../shared/domain/sign-off.ts';
import { isRightlyNamed } from './agreement.ts';
import type { Findings } from './findings.ts';
import { type KnownEntry, positionOf, sha256 } from './ledger-entries.ts';

/** Recomputes each sign-off's digest from the values here, and compares its facts with the entry that recorded it. */
export function checkSignOffs(
  {
    extract,
    entries,
    manifest,
  }: { extract: LedgerExtract; entries: ReadonlyMap<string, KnownEntry>; manifest: Manifest },
  findings: Findings,
): VerifyReport['signOffs'] {
  const members = new Map(extract.writers.map((writer) => [writer.id, writer]));
  const report = { total: extract.signOffs.length, recomputed: 0, voided: 0, mismatched: [] as string[] };
  const redacted = new Set(manifest.redaction?.list.flatMap(({ records }) => records));
  let hidden = 0;
  for (const signOff of extract.signOffs) {
    const where = `sign-off ${signOff.label} as ${signOff.capacity}`;
    const writer = members.get(signOff.writer);
    const entry = entries.get(positionOf(signOff.writer, signOff.seq));
    const told = writer?.member === signOff.by && writer.memberName === signOff.byName;
    const values = valuesOf(extract, signOff);
    if (values && !isRightlyNamed(signOff, values, manifest)) {
      const message = `The values signed as ${signOff.label} are of another control or checklist.`;
      findings.add('sign-off-mismatch', where, message);
      report.mismatched.push(signOff.label);
    } else if (!entry || !told || !recordsSignOff(entry, signOff, redacted)) {
      findings.add(
        'sign-off-mismatch',
        where,
        `The ledger does not record the sign-off of ${signOff.label} as listed.`,
      );
      report.mismatched.push(signOff.label);
    } else if (signOff.voided || isAnsweredReturn(extract, signOff)) report.voided += 1;
    else if (!values && redacted.has(signOff.record)) hidden += 1;
    else if (isDigestRight(extract, signOff)) report.recomputed += 1;
    else {
      const message = `${signOff.label} is not what ${signOff.byName} signed: the recomputed digest differs.`;
      findings.add('sign-off-mismatch', where, message);
      report.mismatched.push(signOff.label);
    }
  }
  return hidden === 0 ? report : { ...report, redacted: hidden };
}

function valuesOf({ signed }: LedgerExtract, { record }: ExtractSignOff): SignedValues | undefined {
  return Object.hasOwn(signed, record) ? signed[record] : undefined;
}

function isDigestRight(extract: LedgerExtract, signOff: ExtractSignOff): boolean {
  const values = valuesOf(extract, signOff);
  return (
    values !== undefined && values.kind === signOff.kind && signOffDigest(sha256, values) === signOff.digest
  );
}

/** What a reviewer sends back is meant to be changed: the return is of the state before, and counts no more. */
function isAnsweredReturn(extract: LedgerExtract, signOff: ExtractSignOff): boolean {
  const values = valuesOf(extract, signOff);
  return signOff.verdict === 'returned' && values !== undefined && !isDigestRight(extract, signOff);
}

/** The values recorded with a sign-off, so that even one that counts no more can be recomputed. */
function hasDigest(values: unknown, digest: string): boolean {
  const parsed = SignedValues.safeParse(values);
  return parsed.success && signOffDigest(sha256, parsed.data) === digest;
}

/** The entry must carry this sign-off, with the same facts wherever it states them. */
function recordsSignOff(
  { form, extract }: KnownEntry,
  signOff: ExtractSignOff,
  redacted: ReadonlySet<string>,
): boolean {
  const at = form.ops.findIndex((op) => op.record === `signoff:${signOff.id}`);
  // Its facts stand beside values that are redacted: the entry tells who and when, and its hash the rest.
  if (at >= 0 && extract.values[at] === null && redacted.has(signOff.record))
    return form.time.startsWith(signOff.at);
  const value = extract.values[at]?.value;
  if (typeof value !== 'object' || value === null || !('digest' in value)) return false;
  const facts = { ...signOff } as Readonly<Record<string, unknown>>;
  const stated = value as Readonly<Record<string, unknown>>;
  const same = ['kind', 'record', 'capacity', 'verdict', 'digest'].every(
    (key) => !(key in stated) || stated[key] === facts[key],
  );
  return (
    same &&
    form.time.startsWith(signOff.at) &&
    (!('signed' in stated) || hasDigest(stated.signed, signOff.digest))
  );
}
