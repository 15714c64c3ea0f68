import type { ExtractSignOff, LedgerExtract } from '../../../shared/domain/binder.ts';
import type { Findings } from './findings.ts';
import { type KnownEntry, positionOf } from './ledger-entries.ts';

/**
 * Nobody reviews their own work. A member who had signed as preparer, and then accepts the same values as reviewer or
 * approver, is named. What came back and was prepared by its reviewer is none of that, nor are two signatures that did
 * not know of each other: those count as no review, and are told as none.
 */
export function checkOwnReviews(
  { signOffs }: LedgerExtract,
  entries: ReadonlyMap<string, KnownEntry>,
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
    if (!own.some((one) => knewOf(review, one, entries))) continue;
    const message = `${review.byName} signed ${review.label} as preparer and as ${review.capacity}: nobody reviews their own work.`;
    findings.add('own-review', `sign-off ${review.label} as ${review.capacity}`, message);
  }
}

/** By its own word, or because it stands later in the same chain. */
function knewOf(
  review: ExtractSignOff,
  prepared: ExtractSignOff,
  entries: ReadonlyMap<string, KnownEntry>,
): boolean {
  if (review.writer === prepared.writer) return review.seq > prepared.seq;
  const entry = entries.get(positionOf(review.writer, review.seq));
  const stated = entry?.extract.values.map((value) => value?.value) ?? [];
  return stated.some((value) => {
    const after = typeof value === 'object' && value !== null && 'after' in value ? value.after : [];
    return Array.isArray(after) && after.includes(prepared.id);
  });
}
