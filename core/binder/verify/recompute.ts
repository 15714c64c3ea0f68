import type { z } from 'zod';
import { deriveId, assessmentId as idOfCheck } from '../../../shared/domain/identity.ts';
import { Method, Result } from '../../../shared/domain/results.ts';
import type { SignedAssessment, SignedEvidence, SignedValues } from '../../../shared/domain/sign-off.ts';
import { AssessmentAbout } from '../../../shared/ledger/fields.ts';
import { sha256 } from './ledger-entries.ts';
import type { LedgerValues } from './ledger-values.ts';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const wordOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

/** The checks that signed values are of: one, or each item of a checklist. */
export const checksIn = (values: SignedValues): readonly SignedAssessment[] =>
  values.kind === 'checklist' ? values.items : [values];

/** The record that a sign-off of such values is of: its id is derived from engagement, target and subject. */
export function recordOf({ kind, engagement, target, subject }: SignedValues): string {
  return kind === 'assessment'
    ? idOfCheck(sha256, engagement, target, subject)
    : deriveId(sha256, 'checklist-work', engagement, target, subject);
}

/** What a check is of, by the entries here. It is one of an item where anybody called it that. */
export function aboutOf(check: string, ledger: LedgerValues): z.infer<typeof AssessmentAbout> | undefined {
  const record = `assessment:${check}`;
  const held = ledger.held(record, 'about');
  const about = typeof held === 'string' ? undefined : AssessmentAbout.safeParse(held.value).data;
  const isItem = ledger.written(record, 'about').some(({ value }) => wordOf(value, 'targetKind') === 'item');
  return about && { ...about, targetKind: isItem ? 'item' : about.targetKind };
}

/** What the values of a record have to agree with. */
export interface Embedded {
  readonly ledger: LedgerValues;
  /** Evidence that was withheld: its entries are not here. */
  readonly withheld: ReadonlySet<string>;
  /** Texts of controls and items by their hash, as recorded sign-offs state them. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Evidence that a standing link of the extract ties to a check. */
  readonly linked: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The hashes that each target's text had in what was signed off. */
export function textsSigned(signed: Iterable<SignedValues>): Map<string, Set<string>> {
  const texts = new Map<string, Set<string>>();
  for (const values of signed)
    for (const { target, textHash } of [values, ...checksIn(values)])
      texts.set(target, (texts.get(target) ?? new Set()).add(textHash));
  return texts;
}

/** Evidence by the checks that it is tied to, as far as the extract shows its links. What was removed is tied to none. */
export function linksIn(ledger: LedgerValues): Map<string, Set<string>> {
  const linked = new Map<string, Set<string>>();
  for (const id of ledger.ids('link')) {
    for (const { value, hidden } of ledger.heads(`link:${id}`, 'state')) {
      const [evidence, check] = [text(wordOf(value, 'evidence')), text(wordOf(value, 'assessment'))];
      if (hidden || evidence === null || check === null || wordOf(value, 'on') !== true) continue;
      if (isRemoved(evidence, ledger) || !isAdded(evidence, ledger) || !isBegun(check, ledger)) continue;
      linked.set(check, (linked.get(check) ?? new Set()).add(evidence));
    }
  }
  return linked;
}

/** Whether anybody stated what a check is of, and it is of something. */
export function isBegun(check: string, ledger: LedgerValues): boolean {
  return ledger.written(`assessment:${check}`, 'about').length > 0;
}

/** Evidence begins with its files. What is tied to a check and has none counts for nothing, until they have come. */
export function isAdded(evidence: string, ledger: LedgerValues): boolean {
  return ledger.written(`evidence:${evidence}`, 'files').length > 0;
}

/** A binder shows nothing of evidence that was removed but that it was; of what came back it shows the files. */
export function isRemoved(evidence: string, ledger: LedgerValues): boolean {
  const record = `evidence:${evidence}`;
  return ledger.heads(record, 'deleted').length > 0 && ledger.written(record, 'files').every(isHidden);
}

const isHidden = ({ hidden }: { readonly hidden: boolean }): boolean => hidden;

/** In what the values of a record are not those that its embedded entries leave; null where they are. */
export function flawIn(values: SignedValues, embedded: Embedded): string | null {
  const list = values.kind === 'checklist' ? textFlaw(values, embedded) : null;
  if (list !== null) return list;
  for (const check of checksIn(values)) {
    const flaw = textFlaw(check, embedded) ?? checkFlaw(check, embedded) ?? linkFlaw(check, embedded);
    if (flaw !== null) return flaw;
  }
  return null;
}

function textFlaw({ target, textHash }: SignedValues, { texts }: Embedded): string | null {
  const known = texts.get(target);
  return known === undefined || known.has(textHash) ? null : 'the text of what was checked';
}

function checkFlaw(check: SignedAssessment, { ledger }: Embedded): string | null {
  const record = `assessment:${recordOf(check)}`;
  const found = (name: string) => ledger.held(record, name);
  const fields: readonly [name: string, said: unknown, read: (value: unknown) => unknown][] = [
    ['result', check.result, (value) => Result.safeParse(value).data ?? 'not-reviewed'],
    ['method', check.method, (value) => Method.nullable().safeParse(value).data ?? null],
    ['note', check.note, (value) => text(value) ?? ''],
  ];
  for (const [name, said, read] of fields) {
    const held = found(name);
    if (held === 'hidden' || read(held === 'nothing' ? null : held.value) !== said) return `the ${name}`;
  }
  return null;
}

function linkFlaw(check: SignedAssessment, embedded: Embedded): string | null {
  const linked = embedded.linked.get(recordOf(check)) ?? new Set();
  const here = check.evidence.filter(({ id }) => !embedded.withheld.has(id));
  const named = new Set(check.evidence.map(({ id }) => id));
  if (here.some(({ id }) => !linked.has(id)) || [...linked].some((id) => !named.has(id)))
    return 'which evidence it has';
  const changed = here.find((evidence) => evidenceFlaw(evidence, embedded));
  return changed === undefined ? null : `its evidence (${changed.title})`;
}

export const DATES = ['collected', 'expires', 'periodFrom', 'periodTo', 'lastVerified'] as const;

function evidenceFlaw(evidence: SignedEvidence, { ledger }: Embedded): boolean {
  const record = `evidence:${evidence.id}`;
  const held = (name: string): unknown => {
    const found = ledger.held(record, name);
    return found === 'hidden' ? undefined : found === 'nothing' ? null : found.value;
  };
  if ((held('title') ?? '') !== evidence.title) return true;
  if (DATES.some((name) => held(name) !== evidence[name])) return true;
  const files = filesOf(held('files'));
  return files.join() !== evidence.files.join();
}

/** SHA-256 of each file of a revision, sorted. */
export function filesOf(revision: unknown): string[] {
  const files = wordOf(revision, 'files');
  return Array.isArray(files) ? files.map((file) => text(wordOf(file, 'sha256')) ?? '').sort() : [];
}
