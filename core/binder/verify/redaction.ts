import type { LedgerExtract, Manifest } from '../../../shared/domain/binder.ts';
import type { Redaction } from '../../../shared/domain/redaction.ts';
import type { Findings } from './findings.ts';
import { EntryForm } from './ledger-entries.ts';

/** What a binder says it redacted: each stands among what is left out, and is not there all the same. */
export function checkRedaction(manifest: Manifest, extract: LedgerExtract, findings: Findings): void {
  const add = (where: string, message: string) => findings.add('manifest-mismatch', where, message);
  const list = manifest.redaction?.list ?? [];
  const declared = new Map(list.map((one) => [`${one.kind} ${one.id}`, one]));
  const told = new Set<string>();
  for (const { kind, id, label, reason, sha256, bytes } of manifest.omitted) {
    if (reason !== 'redacted') continue;
    const one = declared.get(`${kind} ${id}`);
    told.add(`${kind} ${id}`);
    if (one === undefined || one.sha256 !== sha256 || one.bytes !== bytes)
      add(label, `${label} is left out as redacted, and is not in the list of redactions as that.`);
  }
  const files = new Set(manifest.files.map(({ sha256 }) => sha256));
  for (const [key, one] of declared) {
    if (!told.has(key))
      add(one.label, `${one.label} is said to be redacted, and is not among what is left out.`);
    const here = one.kind === 'file' ? files.has(one.id) : isNoteHere(one, extract);
    if (here) add(one.label, `${one.label} is said to be redacted, and is here all the same.`);
  }
}

function isNoteHere({ id, records }: Redaction, { signed, entries }: LedgerExtract): boolean {
  if (records.some((record) => Object.hasOwn(signed, record))) return true;
  return entries.some((entry) => {
    const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
    return ops.some((op, i) => op.record === `assessment:${id}` && op.field === 'note' && entry.values[i]);
  });
}
