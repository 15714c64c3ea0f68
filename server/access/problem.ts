import { traceOf, wordsOf } from '../fault.ts';

/** What a caller is told went wrong (RFC 9457): the code is for programs, the title for people. */
const PROBLEMS = {
  'invalid-request': [400, 'The request is not what the API describes.'],
  unsigned: [401, 'The request is not signed.'],
  'bad-signature': [401, 'The signature does not fit the request.'],
  expired: [401, 'The signature is too old, or from a clock that is ahead.'],
  replayed: [401, 'This request was made before.'],
  'unknown-device': [401, 'No such device is enrolled in such a workspace.'],
  'wrong-key': [401, 'This key opens nothing here.'],
  forbidden: [403, 'This key, person or device may not do that.'],
  revoked: [403, 'This device has been shut out.'],
  'wrong-code': [403, 'The code is wrong, used, or no longer valid.'],
  'not-found': [404, 'There is no such thing here.'],
  conflict: [409, 'This does not fit what is there.'],
  'too-large': [413, 'The request is larger than the server takes.'],
  'range-not-satisfiable': [416, 'The file has no such part.'],
  'digest-mismatch': [422, 'The file that arrived is not the one announced.'],
  'too-many-requests': [429, 'Too many requests. Wait a moment.'],
  internal: [500, 'The server made a mistake.'],
  unavailable: [503, 'The server cannot answer now.'],
  'storage-full': [507, 'The server has no room left.'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly facts: ProblemFacts;
  /** For the log alone. */
  readonly reason: string;
  readonly retryAfterSeconds: number | null;

  constructor(
    code: ProblemCode,
    facts: ProblemFacts = {},
    more: { readonly reason?: string; readonly retryAfterSeconds?: number } = {},
  ) {
    super(code);
    this.code = code;
    this.facts = facts;
    this.reason = more.reason ?? code;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  body(requestId: string): Record<string, unknown> {
    return {
      type: `urn:bindery:problem:${this.code}`,
      title: PROBLEMS[this.code][1],
      status: this.status,
      instance: `urn:bindery:request:${requestId}`,
      code: this.code,
      ...this.facts,
    };
  }

  response(requestId: string): Response {
    return new Response(JSON.stringify(this.body(requestId)), {
      status: this.status,
      headers: {
        'content-type': 'application/problem+json',
        ...(this.retryAfterSeconds === null ? {} : { 'retry-after': String(this.retryAfterSeconds) }),
      },
    });
  }
}

/** What an error that was thrown is to a caller. Everything that is not known by name is a mistake of ours. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const text = wordsOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100')
    return new Problem('storage-full', {}, { reason: text });
  const isAway =
    /^(08|57P|53)/.test(code) ||
    [
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ENOTFOUND',
      'ETIMEDOUT',
      '55P03',
      '57014',
      '40P01',
      '40001',
    ].includes(code) ||
    /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i.test(
      text,
    );
  if (isAway) return new Problem('unavailable', {}, { reason: text, retryAfterSeconds: 2 });
  return new Problem('internal', {}, { reason: traceOf(error) });
}
