import { createHash } from 'node:crypto';
import type { Findings, ProblemCode } from './findings.ts';
import {
  changedKeys,
  isArray,
  isDict,
  nameOf,
  type PdfDict,
  PdfFault,
  type PdfObject,
  type PdfValue,
  sameValue,
  textOf,
} from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import type { XrefEntry } from './pdf/xref.ts';
import { type Role, rolesOf } from './roles.ts';
import { signatureFields } from './signatures/fields.ts';
import { allowedChanges, bringsData, isAbsent, type Step } from './whitelist.ts';

/**
 * Judges what a later revision changed, object by object, by comparing what the tables of both versions lead to. Only
 * filling one empty signature field, and what hangs on that alone, is in order, and so are validation data; all else is
 * named. Says whether it brought validation data and nothing else.
 */
export async function checkStep(step: Step, findings: Findings): Promise<boolean> {
  const changed = await changedObjects(step);
  const allowed = await allowedChanges(step, changed);
  const rest = [...changed].filter((num) => !allowed.has(num));
  checkTrailer(step, findings);
  await checkLocks(step, findings);
  if (rest.length === 0) return changed.size > 0 && (await bringsData(step));
  const names = { before: await rolesOf(step.before), after: await rolesOf(step.after) };
  for (const num of rest) await nameChange(step, num, names, findings);
  return false;
}

/** The numbers of all objects that are not what they were: new, replaced, moved to other content, or deleted. */
async function changedObjects({ before, after }: Step): Promise<Set<number>> {
  const changed = new Set<number>();
  const structural = structuralObjects(after);
  for (const num of new Set([...before.entries.keys(), ...after.entries.keys()])) {
    const [old, now] = [before.entries.get(num), after.entries.get(num)];
    if (sameEntry(old, now) && !(now?.kind === 'within' && changed.has(now.container))) continue;
    if (structural.has(num) && isAbsent(old)) continue;
    if (!(await isSameObject(before, after, num))) changed.add(num);
  }
  return changed;
}

/** Tables in the form of streams, and the containers of compressed objects: their members are judged one by one. */
function structuralObjects(view: PdfView): Set<number> {
  const starts = new Set(view.sections.map((section) => section.start));
  const structural = new Set<number>();
  for (const [num, entry] of view.entries) {
    if (entry.kind === 'within') structural.add(entry.container);
    if (entry.kind === 'at' && starts.has(entry.offset)) structural.add(num);
  }
  return structural;
}

function sameEntry(a: XrefEntry | undefined, b: XrefEntry | undefined): boolean {
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (a?.kind === 'at') return b?.kind === 'at' && a.offset === b.offset && a.gen === b.gen;
  return a?.kind === 'within' && b?.kind === 'within' && a.container === b.container && a.index === b.index;
}

/** An object written again without change is no change; one that cannot be read always is. */
async function isSameObject(before: PdfView, after: PdfView, num: number): Promise<boolean> {
  try {
    const [old, now] = [await before.object(num), await after.object(num)];
    if (!old || !now || old.gen !== now.gen || !sameValue(old.value, now.value)) return !old && !now;
    if (!old.stream || !now.stream) return old.stream === now.stream;
    return (await rawHash(before, old)) === (await rawHash(after, now));
  } catch (error) {
    if (error instanceof PdfFault) return false;
    throw error;
  }
}

async function rawHash(view: PdfView, { stream }: PdfObject): Promise<string> {
  const hash = createHash('sha256');
  const { start, length } = stream ?? { start: 0, length: 0 };
  for await (const chunk of view.file.chunks(start, start + length)) hash.update(chunk);
  return hash.digest('hex');
}

/** A signature that was declared the last one, or that allows no change, ends the signing. */
async function checkLocks({ before, signed, signing }: Step, findings: Findings): Promise<void> {
  if (signing === null) return;
  for (const { name, value } of await signatureFields(before)) {
    if (!value || !(await locks(before, value.dict, signing))) continue;
    const message = `${signing} signed after ${name} had declared that nobody may; ${signed} signed last.`;
    findings.add('signature-changed', `signature ${signing}`, message);
  }
}

/** Whether the signature's transforms (ISO 32000-2, 12.8.2) forbid filling that field. */
async function locks(view: PdfView, signature: PdfDict, field: string): Promise<boolean> {
  for (const item of await view.arrayAt(signature, 'Reference')) {
    const reference = await view.resolve(item);
    if (!isDict(reference)) continue;
    const method = nameOf(reference.entries.get('TransformMethod'));
    const params = await view.dictAt(reference, 'TransformParams');
    if (method === 'DocMDP' && params?.entries.get('P') === 1) return true;
    if (method !== 'FieldMDP' || !params) continue;
    const action = nameOf(params.entries.get('Action'));
    const named = (await view.arrayAt(params, 'Fields')).some((name) => textOf(name) === field);
    if (action === 'All' || (action === 'Include' && named) || (action === 'Exclude' && !named)) return true;
  }
  return false;
}

function checkTrailer({ before, after, signed }: Step, findings: Findings): void {
  const [old, now] = [before.trailer.entries, after.trailer.entries];
  const firstId = (value: PdfValue | undefined): PdfValue => (isArray(value) ? (value[0] ?? null) : null);
  if (!sameValue(old.get('Root'), now.get('Root')) || !sameValue(old.get('Info'), now.get('Info'))) {
    const message = `The file was made to show another document after ${signed} signed.`;
    findings.add('document-changed', 'trailer', message);
  }
  if (!sameValue(firstId(old.get('ID')), firstId(now.get('ID')))) {
    findings.add(
      'document-changed',
      'trailer',
      `The document’s identifier was changed after ${signed} signed.`,
    );
  }
}

const CODES: Readonly<Record<Role['part'], ProblemCode>> = {
  page: 'page-changed',
  'page-content': 'page-changed',
  'page-tree': 'page-changed',
  annotation: 'annotation-changed',
  attachment: 'attachment-changed',
  'attachment-list': 'attachment-changed',
  signature: 'signature-changed',
  form: 'form-changed',
  catalog: 'document-changed',
  other: 'document-changed',
};

interface Names {
  readonly before: ReadonlyMap<number, Role>;
  readonly after: ReadonlyMap<number, Role>;
}

async function nameChange(step: Step, num: number, names: Names, findings: Findings): Promise<void> {
  const [old, now] = [names.before.get(num), names.after.get(num)];
  const role = old ?? now;
  if (!role) {
    const message = `Object ${num} was added after ${step.signed} signed, although nothing shows it.`;
    findings.add('unused-object', `object ${num}`, message);
    return;
  }
  const after = `after ${step.signed} signed`;
  const what = verbFor(step, num);
  if (role.part === 'annotation' && what === 'added') {
    findings.add('annotation-changed', role.where, `An annotation was added to ${role.where} ${after}.`);
  } else if (role.part === 'page' && old && (await onlyAnnotations(step, num))) {
    findings.add('annotation-changed', role.where, `The annotations of ${role.where} were changed ${after}.`);
  } else {
    const subject = subjectOf(role);
    findings.add(
      CODES[role.part],
      role.where,
      `${subject} ${MANY.test(subject) ? 'were' : 'was'} ${what} ${after}.`,
    );
  }
}

function verbFor({ before, after }: Step, num: number): 'added' | 'removed' | 'changed' {
  if (isAbsent(before.entries.get(num))) return 'added';
  return isAbsent(after.entries.get(num)) ? 'removed' : 'changed';
}

/** Parts that are spoken of as several. */
const MANY = /(?:bookmarks|destinations|layers|labels)$/u;

function subjectOf({ where, part }: Role): string {
  if (part === 'page-content') return `What ${where} shows`;
  if (part === 'annotation') return `An annotation of ${where}`;
  if (part === 'page') return `${where.slice(0, 1).toUpperCase()}${where.slice(1)}`;
  return `The ${where}`;
}

async function onlyAnnotations({ before, after }: Step, num: number): Promise<boolean> {
  try {
    const [old, now] = [(await before.object(num))?.value, (await after.object(num))?.value];
    return isDict(old) && isDict(now) && changedKeys(old, now).join() === 'Annots';
  } catch (error) {
    if (error instanceof PdfFault) return false;
    throw error;
  }
}
