import type { Sha256 } from '../ledger/canonical.ts';
import type { Control, Parameter, Part } from './framework.ts';
import { plainText, proseLines } from './markup.ts';
import { type Insertion, insertParameters } from './parameter-text.ts';
import { CONTROL_TEXT, type ControlText, textHashOf } from './signed-text.ts';

/** A line of a control's text as shown: the shape of the contract's `TextLine`. */
export interface ControlLine {
  name: string;
  kind: 'statement' | 'guidance' | 'objective' | 'other';
  label: string;
  depth: number;
  text: string;
  /** Ranges of `text` (UTF-16 units) that came from parameters. */
  inserts: Insertion[];
}

/** The lines of a control from top to bottom, parameters shown in place, prose reduced to plain text. */
export function controlLines(control: Pick<Control, 'parts' | 'parameters'>): ControlLine[] {
  const insert = insertParameters(control.parameters);
  const lines: ControlLine[] = [];
  for (const part of control.parts) addPart(part, null, 0, insert, lines);
  return lines;
}

type Insert = ReturnType<typeof insertParameters>;

function addPart(
  part: Part,
  inherited: ControlLine['kind'] | null,
  depth: number,
  insert: Insert,
  lines: ControlLine[],
): void {
  const kind = kindOf(part.name) ?? inherited ?? 'other';
  const texts = ownTexts(part, kind);
  texts.forEach((prose, index) => {
    const label = index === 0 ? (part.label ?? '') : '';
    lines.push({ name: part.name, kind, label, depth, ...insert(prose) });
  });
  const below = texts.length === 0 ? depth : depth + 1;
  for (const child of part.parts ?? []) addPart(child, kind, below, insert, lines);
}

function kindOf(name: string): ControlLine['kind'] | null {
  if (name === 'statement') return 'statement';
  if (name === 'guidance') return 'guidance';
  return /^(?:assessment(?:-|$)|objective)/.test(name) ? 'objective' : null;
}

/** A container without words of its own gives no line, except a labelled item that others hang under. */
function ownTexts(part: Part, kind: ControlLine['kind']): string[] {
  const texts = part.title === undefined ? [] : [part.title];
  texts.push(...proseLines(part.prose ?? ''));
  const method = part.props?.find((prop) => prop.name === 'method')?.value;
  if (texts.length === 0 && method !== undefined) return [method];
  const labelledItem = kind !== 'objective' && part.label !== undefined;
  return texts.length === 0 && labelledItem ? [''] : texts;
}

/**
 * What a control says, in the form that is hashed: label, title, prose, parameters, severity, and whether it still
 * stands. It leaves out order, ids of parts and links, so that it changes between two revisions exactly where the words
 * do. It holds the source's words, not how they are shown, so a better display voids no sign-off.
 */
export function controlText(
  control: Pick<Control, 'label' | 'title' | 'withdrawn' | 'severity' | 'parameters' | 'parts'>,
): ControlText {
  return {
    as: CONTROL_TEXT,
    label: control.label,
    title: words(control.title),
    withdrawn: control.withdrawn
      ? { reason: control.withdrawn.reason, into: [...control.withdrawn.into].sort() }
      : null,
    severity: control.severity ?? null,
    parameters: control.parameters.map(parameterMeaning),
    parts: control.parts.map(partMeaning),
  };
}

/** SHA-256 (hex) of what a control says. */
export function controlTextHash(sha256: Sha256, control: Parameters<typeof controlText>[0]): string {
  return textHashOf(sha256, controlText(control));
}

function parameterMeaning(parameter: Parameter) {
  return {
    id: parameter.id,
    label: words(parameter.label ?? ''),
    values: (parameter.values ?? []).map(words),
    howMany: parameter.choice?.howMany ?? null,
    options: (parameter.choice?.options ?? []).map(words),
    guidelines: (parameter.guidelines ?? []).map(words),
    constraints: (parameter.constraints ?? []).map(words),
    usage: words(parameter.usage ?? ''),
  };
}

type PartText = ControlText['parts'][number];

function partMeaning(part: Part): PartText {
  return {
    name: part.name,
    label: part.label ?? '',
    title: words(part.title ?? ''),
    prose: words(part.prose ?? ''),
    parts: (part.parts ?? []).map(partMeaning),
  };
}

/** Line ends and outer white space differ between writers of the same words. */
function words(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}

export { plainText };
