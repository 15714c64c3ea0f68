import type { Parameter } from './framework.ts';
import { plainText } from './markup.ts';

/** A range of a shown text that came from a parameter. */
export interface Insertion {
  from: number;
  to: number;
  parameter: string;
}

/** Both spellings of OSCAL, and the XML element that some converters leave in JSON prose. */
const INSERT =
  /\{\{\s*(?:insert:\s*)?(?:param(?:eter)?\s*[,:]\s*)?([^\s{},:]+)\s*\}\}|<insert\s[^<>]*?(?:param-id|id-ref)="([^"<>]*)"[^<>]*>/g;

/** Longer insertions only occur where parameters are built to blow up; they are cut with an ellipsis. */
const LONGEST_INSERT = 10_000;
const LONGEST_LINE = 200_000;
/** Choices within choices; SP 800-53 needs two. */
const DEEPEST = 20;

/** The ids of the parameters a piece of prose names, in order. */
export function parametersIn(prose: string): string[] {
  return [...prose.matchAll(INSERT)].map((found) => found[1] ?? found[2] ?? '');
}

/** Gives the function that shows prose with these parameters in place and says where each one stands. */
export function insertParameters(
  parameters: readonly Parameter[],
): (prose: string) => { text: string; inserts: Insertion[] } {
  const known = new Map(parameters.map((parameter) => [parameter.id, parameter]));
  const shown = new Map<string, string>();

  const show = (id: string, within: ReadonlySet<string>): string => {
    const ready = shown.get(id);
    if (ready !== undefined) return ready;
    const parameter = known.get(id);
    // A parameter that leads back to itself, or on without end, is named instead of being followed.
    if (parameter === undefined || within.has(id) || within.size === DEEPEST) return `[Assignment: ${id}]`;
    const inside = new Set(within).add(id);
    const text = shorten(wordsOf(parameter, (prose) => fill(prose, (inner) => show(inner, inside))));
    shown.set(id, text);
    return text;
  };
  return (prose) => placed(prose, (id) => show(id, NOTHING));
}

const NOTHING: ReadonlySet<string> = new Set();

function shorten(text: string): string {
  return text.length <= LONGEST_INSERT ? text : `${text.slice(0, LONGEST_INSERT).toWellFormed()}…`;
}

/** A set value as it is, else NIST's own notation for an open choice or assignment. */
function wordsOf(parameter: Parameter, fillIn: (prose: string) => string): string {
  const values = parameter.values ?? [];
  if (values.length > 0) return values.map(fillIn).join(', ');
  const options = parameter.choice?.options ?? [];
  if (options.length > 0) {
    const howMany = parameter.choice?.howMany?.replaceAll('-', ' ');
    const many = howMany === undefined || howMany === '' ? '' : ` (${howMany})`;
    return `[Selection${many}: ${options.map(fillIn).join('; ')}]`;
  }
  return `[Assignment: ${assignment(parameter, fillIn)}]`;
}

function assignment(parameter: Parameter, fillIn: (prose: string) => string): string {
  const alternative = parameter.props?.find((prop) => prop.name === 'alt-label' && prop.class === 'sp800-53');
  const label = fillIn(alternative?.value ?? parameter.label ?? '');
  if (label === '') return parameter.id;
  // SP 800-53A names what is assigned; SP 800-53 prints the same words with "organization-defined" before them.
  const isObjectiveParameter = /^[a-z]{2}-\d[\d.()]*_odp/.test(parameter.id);
  return isObjectiveParameter && !/defined/i.test(label) ? `organization-defined ${label}` : label;
}

function fill(prose: string, show: (id: string) => string): string {
  return placed(prose, show).text.trim();
}

/** Marks stand for insertions while the words around them are reduced; prose itself never holds NUL. */
function placed(prose: string, show: (id: string) => string): { text: string; inserts: Insertion[] } {
  const ids: string[] = [];
  const marked = prose.replaceAll('\0', '').replace(INSERT, (_, braced?: string, element?: string) => {
    ids.push(braced ?? element ?? '');
    return '\0';
  });
  const pieces = tidy(plainText(marked)).split('\0');
  const inserts: Insertion[] = [];
  let text = pieces[0] ?? '';
  ids.slice(0, pieces.length - 1).forEach((id, index) => {
    const words = text.length < LONGEST_LINE ? show(id) : id;
    inserts.push({ from: text.length, to: text.length + words.length, parameter: id });
    text += words + (pieces[index + 1] ?? '');
  });
  return { text, inserts };
}

/** One space between words, and none between an insertion and the mark that ends its clause. */
function tidy(text: string): string {
  return text
    .replace(/[\t\n\r ]+/g, ' ')
    .trim()
    .replace(/\0 (?=[;,.:)])/g, '\0');
}
