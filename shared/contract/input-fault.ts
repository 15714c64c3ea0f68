import type { z } from 'zod';
import type { Fault } from '../fault.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with an input, as a person is told: which field, what it is, and what to give instead. */
export function inputFault(issues: readonly Issue[], input: unknown): Fault {
  const [first] = issues;
  if (first === undefined) {
    return { code: 'invalid-input', detail: 'This does not fit. See what it takes and give that.' };
  }
  const { path, detail } = told(first, input);
  const where = path.map(String).join('.');
  return { code: 'invalid-input', ...(where === '' ? {} : { where }), detail };
}

interface Told {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

function told(issue: Issue, input: unknown): Told {
  if (issue.code === 'invalid_union') {
    const nearest = nearestForm(issue.errors, valueAt(input, issue.path));
    if (nearest !== null) return { ...nearest, path: [...issue.path, ...nearest.path] };
  }
  return { path: issue.path, detail: sentence(issue, valueAt(input, issue.path)) };
}

/** Of several forms a value may have, the one it comes closest to: something is wrong in it rather than missing. */
function nearestForm(forms: readonly (readonly Issue[])[], value: unknown): Told | null {
  const missing = (issue: Issue) => Number(valueAt(value, issue.path) === undefined);
  const [nearest] = [...forms].sort((a, b) => sum(a, missing) - sum(b, missing) || a.length - b.length);
  const [issue] = nearest ?? [];
  return issue === undefined ? null : told(issue, value);
}

function sum(issues: readonly Issue[], of: (issue: Issue) => number): number {
  return issues.reduce((total, issue) => total + of(issue), 0);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

function sentence(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = KINDS[issue.expected] ?? issue.expected;
      return value === undefined
        ? `It is missing. Give ${wanted}.`
        : `It is ${kindOf(value)}. Give ${wanted}.`;
    }
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'It does not have the right form. Write it as the help shows.';
    case 'invalid_value':
      return `It is none of the choices. Give one of: ${issue.values.map(String).join(', ')}.`;
    case 'unrecognized_keys':
      return `It has ${issue.keys.map((key) => `"${key}"`).join(', ')}, which is not known here. Leave that out.`;
    case 'not_multiple_of':
      return `Give a multiple of ${issue.divisor}.`;
    // What our own rules say is a sentence already.
    case 'custom':
      return issue.message;
    default:
      return 'It does not fit. See what it takes and give that.';
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  date: 'It is not a day of the calendar. Write it as YYYY-MM-DD.',
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return KINDS.array ?? 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  return KINDS[typeof value] ?? 'of another kind';
}

function tooSmall({ origin, minimum, inclusive }: Extract<Issue, { code: 'too_small' }>): string {
  if (origin === 'string') {
    return Number(minimum) === 1
      ? 'It is empty. Write something.'
      : `It is too short. Write at least ${minimum} characters.`;
  }
  if (origin === 'array') return Number(minimum) === 1 ? 'Give at least one.' : `Give at least ${minimum}.`;
  return `It is too small. Give ${inclusive === false ? `more than ${minimum}` : `${minimum} or more`}.`;
}

function tooBig({ origin, maximum, inclusive }: Extract<Issue, { code: 'too_big' }>): string {
  if (origin === 'string') return `It is too long. Write at most ${maximum} characters.`;
  if (origin === 'array') return `There are too many. Give at most ${maximum}.`;
  return `It is too large. Give ${inclusive === false ? `less than ${maximum}` : `${maximum} or less`}.`;
}
