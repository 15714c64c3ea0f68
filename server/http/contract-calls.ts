import { ValidationError } from '@orpc/contract';
import { OpenAPIHandler } from '@orpc/openapi/fetch';
import { type Context, ORPCError } from '@orpc/server';
import { Problem } from '../access/problem.ts';

export interface Thrown {
  /** What a handler threw. */
  readonly thrown: { error?: unknown };
}

/** Answers the calls of a contract. Their errors leave as they were thrown, to be told in the one place. */
export function contractCalls<T extends Context & Thrown>(
  router: ConstructorParameters<typeof OpenAPIHandler<T>>[0],
): (request: Request, body: Uint8Array, context: T) => Promise<Response> {
  const handler = new OpenAPIHandler<T>(router, {
    interceptors: [
      async (options) => {
        try {
          return await options.next();
        } catch (error) {
          options.context.thrown.error = asOwn(error);
          throw error;
        }
      },
    ],
  });
  const handle = handler.handle.bind(handler) as (
    request: Request,
    options: { readonly prefix: '/v1'; readonly context: T },
  ) => ReturnType<typeof handler.handle>;
  return async (request, body, context) => {
    const made = toRequest(request, body);
    const options = { prefix: '/v1', context } as const;
    const { matched, response } = await handle(made, options);
    if (context.thrown.error !== undefined) throw context.thrown.error;
    if (!matched) throw new Problem('not-found', {}, { reason: 'no-route' });
    return response;
  };
}

/** The request with the body that was read and held to its signature; it is JSON, or refused. */
function toRequest(request: Request, body: Uint8Array): Request {
  const { url, method } = request;
  if (body.length === 0) return new Request(url, { method });
  const text = Buffer.from(body).toString('utf8');
  readJson(text);
  return new Request(url, { method, headers: { 'content-type': 'application/json' }, body: text });
}

export function readJson(text: string): unknown {
  try {
    // Only where a letter is written as a number can it be one that no database keeps.
    return /\\u(?:0000|d[89a-f])/i.test(text) ? JSON.parse(text, demandText) : JSON.parse(text);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('invalid-request', { detail: 'The body is no JSON.' });
  }
}

/** Refuses a text with the letter zero, or with half a pair of surrogates. */
function demandText(name: string, value: unknown): unknown {
  const isText = (text: string) => !text.includes('\0') && text.isWellFormed();
  if (!isText(name) || (typeof value === 'string' && !isText(value)))
    throw new Problem('invalid-request', { detail: 'A text in the body holds what is no letter.' });
  return value;
}

/** What the contract refuses, in our words; what its own answers break is a mistake of ours. */
function asOwn(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error;
  if (error.status >= 500) return error.cause ?? error;
  const issues = error.cause instanceof ValidationError ? error.cause.issues : [];
  const errors = issues.map((issue) => {
    const path = (issue.path ?? [])
      .map((step) => String(typeof step === 'object' ? step.key : step))
      .join('.');
    return `${path}: ${issue.message}`.slice(0, 200);
  });
  return new Problem('invalid-request', { errors: errors.slice(0, 10) });
}
