import type { Checkpoint, LedgerExtract, Manifest } from '../../../shared/domain/binder.ts';
import { evidenceReference } from '../../../shared/domain/evidence.ts';
import { assessmentId } from '../../../shared/domain/identity.ts';
import { everyFile, outsideIn } from './agreement.ts';
import type { Findings } from './findings.ts';
import { sha256 } from './ledger-entries.ts';
import type { LedgerValues } from './ledger-values.ts';
import { aboutOf } from './recompute.ts';

interface Files {
  readonly manifest: Manifest;
  readonly extract: LedgerExtract;
  readonly checkpoint: Checkpoint;
  readonly ledger: LedgerValues;
}

/**
 * What is embedded against the lists of the manifest: whatever the ledger's entries and the attached files speak of is
 * named as being here or as left out, never as both, and the counts are those of what is named.
 */
export function checkCompleteness(files: Files, findings: Findings): void {
  const { manifest, checkpoint } = files;
  const add = (where: string, message: string) => findings.add('manifest-mismatch', where, message);
  const lists = new Lists(manifest);
  for (const label of lists.twice) add('manifest', `The manifest lists ${label} more than once.`);
  for (const label of lists.both)
    add('manifest', `The manifest lists ${label} as here and as left out at once.`);
  if (manifest.at !== checkpoint.body.at)
    add('manifest', 'The manifest was made at another time than the state of the ledger that it tells of.');
  checkWorked(files, lists, add);
  checkOutside(files, add);
  if (isPacketAlone(files)) return;
  checkEvidence(files, lists, add);
  checkItems(files, add);
}

type Add = (where: string, message: string) => void;

/** A packet that is no binder lists its sections, and speaks of no check. */
function isPacketAlone({ manifest, extract, ledger }: Files): boolean {
  if (manifest.profile !== undefined || extract.signOffs.length > 0) return false;
  const none = (kind: string) => ledger.ids(kind).next().done === true;
  return manifest.included.some(({ kind }) => kind === 'packet') && none('assessment') && none('signoff');
}

/** What the manifest lists as here and as left out, by kind and id. */
class Lists {
  readonly twice: string[] = [];
  readonly both: string[] = [];
  readonly #here = new Set<string>();
  readonly #out = new Set<string>();

  constructor({ included, omitted }: Manifest) {
    for (const { kind, id } of omitted) this.#out.add(`${kind} ${id}`);
    for (const { kind, id, label } of included) {
      const key = `${kind} ${id}`;
      if (this.#here.has(key)) this.twice.push(label);
      if (this.#out.has(key)) this.both.push(label);
      this.#here.add(key);
    }
  }

  isHere(kind: string, id: string): boolean {
    return this.#here.has(`${kind} ${id}`);
  }

  isNamed(kind: string, id: string): boolean {
    return this.isHere(kind, id) || this.#out.has(`${kind} ${id}`);
  }
}

/** Each control that was worked or signed, and each checklist that was signed, is in one of the lists. */
function checkWorked({ extract, ledger }: Files, lists: Lists, add: Add): void {
  const items = new Set<string>();
  const missing = 'The manifest names it neither as here nor as left out, and its ledger entries are here.';
  for (const id of ledger.ids('assessment')) {
    const about = aboutOf(id, ledger);
    if (about?.engagement !== extract.engagement) continue;
    if (about.targetKind === 'item') items.add(about.target);
    else if (!lists.isNamed('control', about.target)) add(`control ${about.target}`, missing);
  }
  for (const { record, label } of extract.signOffs) {
    const values = Object.hasOwn(extract.signed, record) ? extract.signed[record] : undefined;
    if (values === undefined || items.has(values.target)) continue;
    const named =
      values.kind === 'checklist'
        ? lists.isNamed('checklist', record)
        : lists.isNamed('control', values.target);
    if (!named)
      add(label, `${label} was signed off, and the manifest names it neither as here nor as left out.`);
  }
}

/** What is told as a check of nothing is of no control that the manifest names. */
function checkOutside({ manifest, extract, ledger }: Files, add: Add): void {
  const outside = outsideIn(manifest);
  if (outside.size === 0) return;
  const subjects = new Set([
    ...ledger.ids('subject'),
    ...Object.values(extract.signed).map(({ subject }) => subject),
  ]);
  for (const { kind, id, label } of [...manifest.included, ...manifest.omitted]) {
    if (kind !== 'control') continue;
    const checks = [...subjects].map((subject) => assessmentId(sha256, extract.engagement, id, subject));
    if (!checks.some((check) => outside.has(check))) continue;
    add(label, `A check of ${label} is told as one of nothing, and the manifest names that control.`);
  }
}

function checkEvidence({ manifest, ledger }: Files, lists: Lists, add: Add): void {
  const listed = manifest.included.filter(({ kind }) => kind === 'evidence');
  const { evidence: said } = manifest.counts;
  if (said !== listed.length)
    add('manifest', `The manifest counts ${said} records of evidence, and lists ${listed.length}.`);
  for (const { id, label } of listed) {
    const title = ledger.held(`evidence:${id}`, 'title');
    if (typeof title === 'string' || label === `${evidenceReference(id)} ${title.value}`) continue;
    add(`evidence ${label}`, `The evidence ${label} has another name in the ledger.`);
  }
  for (const { name, role, evidence } of everyFile(manifest)) {
    if (role !== 'evidence' || (evidence !== undefined && lists.isHere('evidence', evidence))) continue;
    add(`attachment ${name}`, `${name} is evidence that the manifest does not list as here.`);
  }
  for (const id of ledger.ids('evidence')) {
    const record = `evidence:${id}`;
    const removed = ledger.heads(record, 'deleted').length > 0;
    const files = ledger.held(record, 'files');
    if (removed || typeof files === 'string' || lists.isNamed('evidence', id)) continue;
    const message = 'Evidence whose ledger entries are here is named neither as here nor as left out.';
    add(`evidence ${evidenceReference(id)}`, message);
  }
}

/** Items are counted by checklist; of those that were signed off, their number is known. */
function checkItems({ manifest, extract }: Files, add: Add): void {
  const { included, counts } = manifest;
  const lists = included.filter(({ kind }) => kind === 'checklist');
  const known = lists.flatMap(({ id }) => {
    const values = Object.hasOwn(extract.signed, id) ? extract.signed[id] : undefined;
    return values?.kind === 'checklist' ? [values.items.length] : [];
  });
  const sum = known.reduce((total, items) => total + items, 0);
  if (known.length === lists.length ? counts.items === sum : counts.items >= sum) return;
  add('manifest', `The manifest counts ${counts.items} items, and its checklists have ${sum}.`);
}
