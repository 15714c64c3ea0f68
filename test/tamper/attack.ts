import type { VerifyReport } from '../../shared/domain/binder.ts';
import type { RealBinder } from './real-binder.ts';

/** One way to forge, and what has to be said of it. */
export interface Attack {
  readonly title: string;
  readonly file: (binder: RealBinder) => Buffer | Promise<Buffer>;
  /** `code @ where`, each of which has to be among what is found; `*` is anything. */
  readonly found: readonly string[];
  /** What is no forgery, but less than it seems, is told as that. */
  readonly verdict?: VerifyReport['verdict'];
  /** A part of a sentence that has to be told. */
  readonly told?: string;
}

export interface Family {
  readonly name: string;
  /** What is attacked, in a sentence. */
  readonly about: string;
  readonly attacks: readonly Attack[];
}

/** Whether one of the problems is the one that is named. */
export function isFound(named: string, problems: readonly string[]): boolean {
  const pattern = new RegExp(`^${named.split('*').map(escaped).join('.*')}$`, 's');
  return problems.some((problem) => pattern.test(problem));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
