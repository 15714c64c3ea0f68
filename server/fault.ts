import { DrizzleQueryError } from './database/drizzle.ts';

/** What an operator is told in one sentence; anything else that is thrown is a bug. */
export class ServerFault extends Error {}

/**
 * What went wrong, for a log or a terminal. A statement that failed is named without the values it was given: they may
 * be a hash, a name or a sealed secret.
 */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DrizzleQueryError) {
    const why = error.cause === undefined ? 'a statement failed' : wordsOf(error.cause);
    return `${why}, in: ${error.query}`;
  }
  const code = 'code' in error ? String(error.code) : '';
  // PostgreSQL quotes what does not fit (class 22, data exception).
  return /^22[0-9A-Z]{3}$/.test(code) ? `a value does not fit (${code})` : error.message;
}

/** The same, and where in the code it was. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, stack = '' } = error;
  const at = stack.indexOf(message);
  const frames = at < 0 ? '' : stack.slice(at + message.length);
  return `${error.name}: ${wordsOf(error)}${frames}`;
}
