import { z } from 'zod';
import type { LedgerExtract } from '../../../shared/domain/binder.ts';
import type { EntryForm, KnownEntry } from './ledger-entries.ts';
import type { Placing } from './placing.ts';

const Final = z.looseObject({
  seen: z.array(z.tuple([z.string(), z.int().positive(), z.string()])).optional(),
});

/** A packet that is final is told from its moment; what was written later is no part of it. */
export type IsLater = (form: EntryForm) => boolean;

/** What came after the newest finalisation that is shown here; nothing where there is none. */
export function laterThanFinal(entries: Iterable<KnownEntry>, placing: Placing): IsLater {
  let final: { readonly fact: EntryForm; readonly seen: ReadonlyMap<string, number> | null } | null = null;
  for (const { form, extract, sound } of entries) {
    const at = form.ops.findIndex(({ record }) => record.startsWith('finalisation:'));
    if (at < 0 || !sound || (final !== null && form.time < final.fact.time)) continue;
    const { data } = Final.safeParse(extract.values[at]?.value);
    if (data === undefined) continue;
    const seen = data.seen && seenIn(data.seen, placing);
    final = { fact: form, seen: seen ?? null };
  }
  if (final === null) return () => false;
  const { fact, seen } = final;
  return ({ writer, seq, time }) => {
    if (placing.chains.leadsTo({ writer, seq }, fact)) return false;
    if (writer === fact.writer) return true;
    return seen === null ? time > fact.time : seq > (seen.get(writer) ?? 0);
  };
}

/** Of each chain how far somebody had seen it, whichever of several histories they named. */
function seenIn(heads: readonly [string, number, string][], { chains, pointed }: Placing) {
  const seen = new Map<string, number>();
  for (const head of heads)
    for (const { writer, seq } of chains.lineTo(pointed(head) ?? { writer: head[0], seq: head[1] }))
      seen.set(writer, Math.max(seen.get(writer) ?? 0, seq));
  return seen;
}

const Grant = z.looseObject({ role: z.string(), cutoff: z.record(z.string(), z.int()) });
const PREPARING: ReadonlySet<string> = new Set(['owner', 'admin', 'preparer']);

/**
 * The hashed forms that lead to the ends of segments, as far as they are of the known form and count: not what somebody
 * wrote beyond the end of their right to.
 */
export function bareForms(
  { between, writers }: LedgerExtract,
  entries: Iterable<KnownEntry>,
  { isLater, placing }: { readonly isLater: IsLater; readonly placing: Placing },
): EntryForm[] {
  const memberOf = new Map(writers.map(({ id, member }) => [id, member]));
  const ends = new Map<string, Readonly<Record<string, number>>[]>();
  for (const { form, extract, sound } of entries)
    for (const [i, { record, field }] of form.ops.entries()) {
      if (!sound || field !== 'role' || !record.startsWith('member:')) continue;
      const { data } = Grant.safeParse(extract.values[i]?.value);
      if (data === undefined || PREPARING.has(data.role) || Object.keys(data.cutoff).length === 0) continue;
      const member = record.slice('member:'.length);
      const cutoff = placing.vectorAt(form, data.cutoff);
      ends.set(member, [...(ends.get(member) ?? []), cutoff]);
    }
  const isBeyond = ({ writer, seq }: EntryForm): boolean =>
    (ends.get(memberOf.get(writer) ?? '') ?? []).some((cutoff) => seq > (cutoff[writer] ?? 0));
  const forms = between.flatMap((one) => placing.formOf(one) ?? []);
  return forms.filter((form) => !isLater(form) && !isBeyond(form));
}
