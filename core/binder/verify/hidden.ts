import type { Checkpoint, LedgerExtract, Manifest } from '../../../shared/domain/binder.ts';
import { assessmentId, deriveId } from '../../../shared/domain/identity.ts';
import { AssessmentAbout } from '../../../shared/ledger/fields.ts';
import { withheldIn } from './agreement.ts';
import type { IsLater } from './bare-forms.ts';
import type { Findings } from './findings.ts';
import { type EntryForm, type KnownEntry, sha256, whereOf } from './ledger-entries.ts';
import type { LedgerValues } from './ledger-values.ts';
import { checksIn, isBegun, recordOf } from './recompute.ts';

interface Files {
  readonly manifest: Manifest;
  readonly extract: LedgerExtract;
  readonly checkpoint: Checkpoint;
  readonly entries: ReadonlyMap<string, KnownEntry>;
  readonly ledger: LedgerValues;
  readonly bare: readonly EntryForm[];
  readonly isLater: IsLater;
}

const INTRODUCED: ReadonlySet<string> = new Set(['name', 'key', 'role']);

/**
 * Of what a binder tells every value is shown: each hidden one stands in a record that is none of its own, in evidence
 * that was withheld, or in a note that was redacted. That holds for bare forms too, which show no value at all.
 */
export function checkHidden(files: Files, findings: Findings): void {
  const told = new Told(files);
  const name = (form: EntryForm, field: string): void => {
    const message = `A value (${field}) of what this binder tells is hidden, and neither a redaction nor anything left out says so.`;
    findings.add('manifest-mismatch', whereOf(form.writer, form.seq), message);
  };
  for (const { form, extract } of files.entries.values())
    for (const [i, { record, field }] of form.ops.entries())
      if ((extract.values[i] ?? null) === null && !files.isLater(form) && told.has(record, field))
        name(form, field);
  for (const form of files.bare)
    for (const { record, field } of form.ops) if (told.has(record, field)) name(form, field);
}

/** The records that a binder tells of, by what it names. */
class Told {
  readonly #files: Files;
  readonly #evidence = new Set<string>();
  readonly #records = new Set<string>();
  readonly #members: ReadonlySet<string>;
  readonly #notes: ReadonlySet<string>;
  readonly #checks = new Set<string>();
  readonly #targets = new Set<string>();
  readonly #subjects = new Set<string>();
  #derivedChecks: ReadonlySet<string> | null = null;
  #derivedLinks: ReadonlySet<string> | null = null;

  constructor(files: Files) {
    this.#files = files;
    const { manifest, extract, checkpoint, ledger } = files;
    const withheld = withheldIn(manifest);
    for (const { kind, id } of [...manifest.included, ...manifest.omitted]) {
      if (kind === 'evidence' && !withheld.has(id)) this.#evidence.add(id);
      if (kind === 'control') this.#targets.add(id);
      if (kind === 'packet' || kind === 'section') this.#records.add(`${kind}:${id}`);
    }
    this.#members = new Set([...extract.writers.map(({ member }) => member), checkpoint.member]);
    this.#notes = new Set(
      manifest.redaction?.list.flatMap(({ kind, id }) => (kind === 'note' ? [`assessment:${id}`] : [])),
    );
    for (const values of Object.values(extract.signed))
      for (const check of checksIn(values)) {
        this.#checks.add(recordOf(check));
        this.#subjects.add(check.subject);
      }
    for (const id of ledger.ids('assessment')) {
      const held = ledger.held(`assessment:${id}`, 'about');
      const about = typeof held === 'string' ? undefined : AssessmentAbout.safeParse(held.value).data;
      if (about?.engagement !== extract.engagement) continue;
      this.#checks.add(id);
      this.#subjects.add(about.subject);
    }
  }

  has(record: string, field: string): boolean {
    const at = record.indexOf(':');
    const [kind, id] = [record.slice(0, at), record.slice(at + 1)];
    if (kind === 'assessment')
      return (
        isBegun(id, this.#files.ledger) && !(field === 'note' && this.#notes.has(record)) && this.#isCheck(id)
      );
    if (kind === 'evidence') return this.#evidence.has(id);
    if (kind === 'link') return this.#links().has(id);
    if (kind === 'subject') return this.#subjects.has(id);
    if (kind === 'member') return INTRODUCED.has(field) && this.#members.has(id);
    if (kind === 'workspace') return field === 'genesis';
    return this.#records.has(record);
  }

  /** A check that shows nothing of itself is known by its control and its subject. */
  #isCheck(id: string): boolean {
    if (this.#checks.has(id)) return true;
    const { engagement } = this.#files.extract;
    this.#derivedChecks ??= new Set(
      [...this.#targets].flatMap((target) =>
        [...this.#subjects].map((subject) => assessmentId(sha256, engagement, target, subject)),
      ),
    );
    return this.#derivedChecks.has(id);
  }

  #links(): ReadonlySet<string> {
    this.#derivedLinks ??= new Set(
      [...this.#evidence].flatMap((evidence) =>
        [...this.#checks]
          .filter((check) => isBegun(check, this.#files.ledger))
          .map((check) => deriveId(sha256, 'link', evidence, check)),
      ),
    );
    return this.#derivedLinks;
  }
}
