import type { z } from 'zod';
import type { LedgerExtract, Manifest } from '../../../shared/domain/binder.ts';
import { deriveId } from '../../../shared/domain/identity.ts';
import type { Redaction } from '../../../shared/domain/redaction.ts';
import { returnLabel } from '../../../shared/domain/returns.ts';
import type { AssessmentAbout } from '../../../shared/ledger/fields.ts';
import type { Findings } from './findings.ts';
import { EntryForm, sha256 } from './ledger-entries.ts';
import type { LedgerValues } from './ledger-values.ts';
import { aboutOf } from './recompute.ts';

interface Files {
  readonly manifest: Manifest;
  readonly extract: LedgerExtract;
  /** Whose key signed the checkpoint. */
  readonly composer: { readonly id: string; readonly name: string };
  readonly ledger: LedgerValues;
}

/**
 * What a binder says it redacted: each stands among what is left out, and is not there all the same; it is by whoever
 * composed the binder, of what it says to be of, and hides nothing else.
 */
export function checkRedaction(files: Files, findings: Findings): void {
  const { manifest, extract, composer } = files;
  const add = (where: string, message: string) => findings.add('manifest-mismatch', where, message);
  const { list = [], by } = manifest.redaction ?? {};
  if (by && (by.id !== composer.id || by.name !== composer.name))
    add('manifest', `The redactions are said to be by ${by.name}, and ${composer.name} composed the binder.`);
  const declared = new Map(list.map((one) => [`${one.kind} ${one.id}`, one]));
  const told = new Set<string>();
  for (const { kind, id, label, reason, sha256, bytes } of manifest.omitted) {
    if (reason !== 'redacted') continue;
    const one = declared.get(`${kind} ${id}`);
    told.add(`${kind} ${id}`);
    if (one === undefined || one.sha256 !== sha256 || one.bytes !== bytes)
      add(label, `${label} is left out as redacted, and is not in the list of redactions as that.`);
  }
  const attached = new Set(manifest.files.map((file) => file.sha256));
  for (const [key, one] of declared) {
    if (!told.has(key))
      add(one.label, `${one.label} is said to be redacted, and is not among what is left out.`);
    const here =
      one.kind === 'file'
        ? attached.has(one.id)
        : one.kind === 'note'
          ? isNoteHere(one, extract)
          : isReturnHere(one, extract);
    if (here) add(one.label, `${one.label} is said to be redacted, and is here all the same.`);
    const flaw = here ? null : FLAWS[one.kind](one, files);
    if (flaw !== null) add(one.label, `${one.label} is said to be redacted, and ${flaw}.`);
  }
}

function isNoteHere({ id, records }: Redaction, { signed, entries }: LedgerExtract): boolean {
  if (records.some((record) => Object.hasOwn(signed, record))) return true;
  return entries.some((entry) => {
    const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
    return ops.some((op, i) => op.record === `assessment:${id}` && op.field === 'note' && entry.values[i]);
  });
}

function isReturnHere({ id }: Redaction, { entries }: LedgerExtract): boolean {
  return entries.some((entry) => {
    const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
    return ops.some((op, i) => op.record === `signoff:${id}` && entry.values[i]);
  });
}

/** The words of a return stand in its own entry alone, under the name of what was returned. */
function returnFlaw({ id, label, records, sha256: hash }: Redaction, { extract }: Files): string | null {
  const told = extract.signOffs.find((one) => one.id === id && one.verdict === 'returned');
  const hidden = extract.entries.some((entry) => {
    const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
    return ops.some((op) => op.record === `signoff:${id}` && op.hash === hash);
  });
  if (told === undefined || !hidden) return 'no ledger entry here has a return of that hash';
  if (records.length > 0) return 'hides values that hold nothing of it';
  return label === returnLabel(told) ? null : 'it is a return of something else';
}

/** A file is in no signed value but by its hash, which stays. */
const fileFlaw = ({ records }: Redaction): string | null =>
  records.length === 0 ? null : 'hides values that hold nothing of it';

function noteFlaw(one: Redaction, { manifest, extract, ledger }: Files): string | null {
  const { id, label, records } = one;
  const about = aboutOf(id, ledger);
  if (about === undefined || !isNoteIn(one, extract)) return 'no ledger entry here has a note of that hash';
  // Of a note on an item, the values of its checklist are hidden as well.
  const kinds = new Map(extract.signOffs.map(({ record, kind }) => [record, kind]));
  const others = records.filter((record) => record !== id);
  const lists = others.filter((record) => about.targetKind === 'item' && kinds.get(record) === 'checklist');
  if (others.length > lists.length || lists.length > 1) return 'hides values that hold nothing of it';
  return isCalled(label, about, manifest) ? null : 'it is a note on something else';
}

const FLAWS = { file: fileFlaw, note: noteFlaw, return: returnFlaw } as const;

/** By the name of its subject, from which its id is derived, and by that of its control as the manifest lists it. */
function isCalled(label: string, about: z.infer<typeof AssessmentAbout>, manifest: Manifest): boolean {
  const start = 'Note on ';
  return label.startsWith(start) && isNamedAs(label.slice(start.length), about, manifest);
}

function isNamedAs(
  label: string,
  { engagement, target, targetKind, subject }: z.infer<typeof AssessmentAbout>,
  { included, omitted }: Manifest,
): boolean {
  const controls = [...included, ...omitted].filter(({ kind, id }) => kind === 'control' && id === target);
  return [...label.matchAll(/ · /g)].some(({ index }) => {
    const [name, of] = [label.slice(0, index), label.slice(index + ' · '.length)];
    if (!of.isWellFormed() || deriveId(sha256, 'subject', engagement, of) !== subject) return false;
    return (
      targetKind === 'item' || controls.some((one) => one.label === name || one.label.startsWith(`${name} `))
    );
  });
}

/** Whether a sign-off whose values are hidden is told as one of the control that the manifest names for its record. */
export function isHiddenAsNamed(
  { record, label }: { readonly record: string; readonly label: string },
  { ledger, manifest }: Pick<Files, 'ledger' | 'manifest'>,
): boolean {
  const about = aboutOf(record, ledger);
  return about === undefined || isNamedAs(label, about, manifest);
}

/** The value of the note is hidden under the hash that is named. */
function isNoteIn({ id, sha256: hash }: Redaction, { entries }: LedgerExtract): boolean {
  return entries.some((entry) => {
    const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
    return ops.some(
      (op, i) =>
        op.record === `assessment:${id}` && op.field === 'note' && op.hash === hash && !entry.values[i],
    );
  });
}
