import type { ExtractSignOff, LedgerExtract, Manifest } from '../../../shared/domain/binder.ts';
import { deriveId } from '../../../shared/domain/identity.ts';
import type { SignedValues } from '../../../shared/domain/sign-off.ts';
import { type SignedText, textHashOf } from '../../../shared/domain/signed-text.ts';
import type { Findings } from './findings.ts';
import { sha256 } from './ledger-entries.ts';
import { checksIn } from './recompute.ts';

/**
 * What signed values are of, by the texts that their hashes are taken over. The author of a sign-off signed the hash, so
 * that the words here are theirs, label and title included, and not the composer's.
 */
export class SignedNames {
  readonly #texts = new Map<string, SignedText>();
  readonly #manifest: Manifest;

  constructor({ texts, signed }: LedgerExtract, manifest: Manifest, findings: Findings) {
    this.#manifest = manifest;
    const named = new Set(Object.values(signed).map(({ textHash }) => textHash));
    for (const [hash, text] of Object.entries(texts)) {
      if (hashOf(text) !== hash) {
        const message = `${titleOf(text)}: the text of what was signed off was changed; its SHA-256 is not the one it stands under.`;
        findings.add('sign-off-mismatch', 'ledger extract', message);
      } else if (!named.has(hash)) {
        const message = `The ledger extract holds a text that nothing signed off is of (${titleOf(text)}).`;
        findings.add('ledger-mismatch', 'ledger extract', message);
      } else this.#texts.set(hash, text);
    }
    this.#checkManifest(signed, findings);
  }

  /** In what a sign-off is told otherwise than its text says; null where it is told rightly. */
  flawIn({ label }: ExtractSignOff, values: SignedValues): string | null {
    const text = this.#textOf(values);
    if (text === null) return `The text of what was signed off as ${label} is not here as it was signed.`;
    const said = nameBefore(label, text);
    return said !== null && isSubject(said, values)
      ? null
      : `The values signed as ${label} are of ${titleOf(text)}, or of another subject.`;
  }

  /** The text that values are of, where it is here and of their kind. */
  #textOf(values: SignedValues): SignedText | null {
    const text = this.#texts.get(values.textHash);
    if (text === undefined || 'items' in text !== (values.kind === 'checklist')) return null;
    if (!('items' in text)) return text;
    const items = checksIn(values);
    const same =
      items.length === text.items.length &&
      items.every(({ textHash }, at) => hashOf({ text: text.items[at] ?? '' }) === textHash);
    return same ? text : null;
  }

  /** Controls and checklists are called in the manifest what they were called when they were signed off. */
  #checkManifest(signed: LedgerExtract['signed'], findings: Findings): void {
    const known = new Map<string, SignedValues>();
    for (const [record, values] of Object.entries(signed))
      known.set(values.kind === 'checklist' ? `checklist ${record}` : `control ${values.target}`, values);
    const { included, omitted } = this.#manifest;
    for (const { kind, id, label } of [...included, ...omitted]) {
      const values = known.get(`${kind} ${id}`);
      const text = values && this.#textOf(values);
      if (!values || !text || isNamed(label, text, values)) continue;
      const message = `The manifest calls it ${label}, and what was signed off under its id is ${titleOf(text)}.`;
      findings.add('manifest-mismatch', `${kind} ${label}`, message);
    }
  }
}

function hashOf(text: SignedText): string | null {
  try {
    return textHashOf(sha256, text);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** A text as people name it. */
function titleOf(text: SignedText): string {
  if ('text' in text) return text.text;
  return 'as' in text ? `${text.label} ${text.title}` : text.title;
}

/** What stands behind the name of a text in a sign-off's label, which is the subject; null where that is not its name. */
function nameBefore(label: string, text: SignedText): string | null {
  // An item is numbered within its checklist, and the number is no part of what was signed.
  const said = 'text' in text ? label.replace(/^[\d.]+\. /, '') : label;
  const name = 'text' in text ? text.text : 'as' in text ? text.label : text.title;
  return said.startsWith(`${name} · `) ? said.slice(`${name} · `.length) : null;
}

/** The id of a subject is derived from its name, so nobody can tell it under another. */
const isSubject = (name: string, { engagement, subject }: SignedValues): boolean =>
  name.isWellFormed() && deriveId(sha256, 'subject', engagement, name) === subject;

function isNamed(label: string, text: SignedText, values: SignedValues): boolean {
  // Only white space at its ends is no part of a title as it is hashed.
  if ('as' in text)
    return label.startsWith(`${text.label} `) && sameWords(label.slice(text.label.length), text.title);
  if ('text' in text || label === titleOf(text)) return true;
  const subject = nameBefore(label, text);
  return subject !== null && isSubject(subject, values);
}

const sameWords = (said: string, title: string): boolean => said.replace(/\r\n?/g, '\n').trim() === title;
