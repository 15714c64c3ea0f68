import type { ExtractSignOff, LedgerExtract } from '../../../shared/domain/binder.ts';
import { signOffDigest } from '../../../shared/domain/sign-off.ts';
import type { Contributors } from './contributors.ts';
import type { Findings } from './findings.ts';
import { type KnownEntry, positionOf, sha256 } from './ledger-entries.ts';
import type { Pasts } from './past.ts';

/**
 * Nobody reviews their own work. A member who had signed as preparer, and then accepts the same values as reviewer or
 * approver, is named. What came back and was prepared by its reviewer is none of that, nor are two signatures that did
 * not know of each other: those count as no review, and are told as none.
 */
export function checkOwnReviews(
  { signOffs }: LedgerExtract,
  entries: ReadonlyMap<string, KnownEntry>,
  pasts: Pasts,
  findings: Findings,
): void {
  const signed = signOffs.filter(({ verdict }) => verdict === 'signed');
  const prepared = Map.groupBy(
    signed.filter(({ capacity }) => capacity === 'preparer'),
    ({ record, by, digest }) => JSON.stringify([record, by, digest]),
  );
  for (const review of signed) {
    if (review.capacity === 'preparer') continue;
    const own = prepared.get(JSON.stringify([review.record, review.by, review.digest])) ?? [];
    if (!own.some((one) => pasts.follows(review, one) || knewOf(review, one, entries))) continue;
    const message = `${review.byName} signed ${review.label} as preparer and as ${review.capacity}: nobody reviews their own work.`;
    findings.add('own-review', `sign-off ${review.label} as ${review.capacity}`, message);
  }
}

/**
 * Nor does anybody review what they wrote themselves: a member whose value stands in what they accept as reviewer or
 * approver, and who had written it before, is named. Who wrote it later has only made the acceptance count no more.
 */
export function checkOwnWork(
  { signOffs, signed, writers }: LedgerExtract,
  {
    entries,
    contributors,
    pasts,
  }: {
    readonly entries: ReadonlyMap<string, KnownEntry>;
    readonly contributors: Contributors;
    readonly pasts: Pasts;
  },
  findings: Findings,
): void {
  const memberOf = new Map(writers.map(({ id, member }) => [id, member]));
  for (const { verdict, capacity, record, digest, by, byName, label, writer, seq } of signOffs) {
    const values = Object.hasOwn(signed, record) ? signed[record] : undefined;
    const form = entries.get(positionOf(writer, seq))?.form;
    if (verdict !== 'signed' || capacity === 'preparer' || !values || !form) continue;
    if (signOffDigest(sha256, values) !== digest) continue;
    const own = contributors
      .to(values)
      .written.some((one) => memberOf.get(one.writer) === by && pasts.order(one, form) === 'before');
    if (!own) continue;
    const message = `${byName} wrote a value of ${label} and signed it as ${capacity}: nobody reviews their own work.`;
    findings.add('own-review', `sign-off ${label} as ${capacity}`, message);
  }
}

/** By its own word. */
function knewOf(
  review: ExtractSignOff,
  prepared: ExtractSignOff,
  entries: ReadonlyMap<string, KnownEntry>,
): boolean {
  const entry = entries.get(positionOf(review.writer, review.seq));
  const stated = entry?.extract.values.map((value) => value?.value) ?? [];
  return stated.some((value) => {
    const after = typeof value === 'object' && value !== null && 'after' in value ? value.after : [];
    return Array.isArray(after) && after.includes(prepared.id);
  });
}
