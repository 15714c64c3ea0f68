import { pointer } from '../json-guard.ts';
import type { ProblemLog } from '../problem-log.ts';

/** A text longer than this is cut; no control says so much, and every screen would choke on it. */
const LONGEST_TEXT = 1_000_000;

/**
 * An object of the document that knows its place, so that whatever is wrong in it can be told there. It gives
 * what is sound and never throws; older spellings of a name follow the present one.
 */
export class OscalNode {
  readonly at: string;
  readonly log: ProblemLog;
  /** The object as parsed. */
  readonly raw: Readonly<Record<string, unknown>>;

  constructor(value: Readonly<Record<string, unknown>>, at: string, log: ProblemLog) {
    this.raw = value;
    this.at = at;
    this.log = log;
  }

  has(...names: readonly string[]): boolean {
    return this.find(names) !== null;
  }

  /** A text without outer white space; absent and empty are the same. */
  text(...names: readonly string[]): string | undefined {
    const found = this.find(names);
    if (found === null) return undefined;
    const text = this.asText(found.value, found.at)?.trim();
    return text === '' ? undefined : text;
  }

  /** A list of texts; a single text counts as a list of one. */
  texts(...names: readonly string[]): string[] {
    const found = this.find(names);
    if (found === null) return [];
    const list = Array.isArray(found.value) ? found.value : [found.value];
    return list.flatMap((item, index) => this.asText(item, `${found.at}/${index}`)?.trim() || []);
  }

  node(...names: readonly string[]): OscalNode | null {
    const found = this.find(names);
    if (found === null) return null;
    if (isRecord(found.value)) return new OscalNode(found.value, found.at, this.log);
    this.log.add('error', 'not-an-object', found.at, 'An object is expected here; this was left out.');
    return null;
  }

  /** The objects of a list; a single object counts as a list of one. */
  nodes(...names: readonly string[]): OscalNode[] {
    const found = this.find(names);
    if (found === null) return [];
    if (isRecord(found.value)) {
      this.log.add(
        'warning',
        'not-a-list',
        found.at,
        'A list is expected here; this one object was taken as it.',
      );
      return [new OscalNode(found.value, found.at, this.log)];
    }
    if (!Array.isArray(found.value)) {
      this.log.add('error', 'not-a-list', found.at, 'A list is expected here; this was left out.');
      return [];
    }
    return found.value.flatMap((item, index) => this.listed(item, `${found.at}/${index}`));
  }

  /** OSCAL before 1.0 keyed some lists by id: `{ "ac-1_prm_1": { … } }`. */
  nodesOrKeyed(...names: readonly string[]): { node: OscalNode; key?: string }[] {
    const found = this.find(names);
    if (found === null || !isRecord(found.value) || 'id' in found.value) {
      return this.nodes(...names).map((node) => ({ node }));
    }
    return Object.entries(found.value).flatMap(([key, item]) =>
      this.listed(item, pointer(found.at, key)).map((node) => ({ node, key })),
    );
  }

  private listed(item: unknown, at: string): OscalNode[] {
    if (isRecord(item)) return [new OscalNode(item, at, this.log)];
    this.log.add('error', 'not-an-object', at, 'An object is expected here; this was left out.');
    return [];
  }

  private find(names: readonly string[]): { value: unknown; at: string } | null {
    for (const name of names) {
      const value = Object.hasOwn(this.raw, name) ? this.raw[name] : undefined;
      if (value !== undefined && value !== null) return { value, at: pointer(this.at, name) };
    }
    return null;
  }

  private asText(value: unknown, at: string): string | undefined {
    if (typeof value === 'string') return this.bounded(value, at);
    if (typeof value === 'number' || typeof value === 'boolean') {
      this.log.add('warning', 'not-a-text', at, `A text is expected here; ${value} was taken as one.`);
      return String(value);
    }
    this.log.add('error', 'not-a-text', at, 'A text is expected here; this was left out.');
    return undefined;
  }

  private bounded(text: string, at: string): string {
    if (text.length <= LONGEST_TEXT) return text;
    const message = `This text has ${text.length} characters; the first ${LONGEST_TEXT} were taken.`;
    this.log.add('error', 'text-too-long', at, message);
    return text.slice(0, LONGEST_TEXT).toWellFormed();
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Sparse<T> = { [K in keyof T]: T[K] | undefined };

/** Leaves out what is undefined, since canonical JSON knows only absent. */
export function present<T extends object>(fields: Sparse<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** An empty list is left out like any other absent thing. */
export function unlessEmpty<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}
