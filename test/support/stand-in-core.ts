import { createHash } from 'node:crypto';
import { isContractProcedure } from '@orpc/contract';
import { createRouterClient, ORPCError } from '@orpc/server';
import type { Core, CoreOptions, OutgoingFile } from '../../core/root.ts';
import { api } from '../../core/router/base.ts';
import { contract } from '../../shared/contract/index.ts';
import { FaultError, refuse } from '../../shared/fault.ts';

/** What a handler is given, as far as the stand-in needs it. */
interface Asked {
  readonly input: Record<string, unknown>;
  readonly signal?: AbortSignal | undefined;
}
type Handler = (asked: Asked) => unknown;

/** Answers by procedure path; whatever is not named is refused as `locked`. */
export type Answers = Readonly<Record<string, Handler>>;

/** A core that answers as it is told, to try the shells without one: no database, no keys, no ledger. */
export function standInCore(answers: Answers, files?: Partial<Core['files']>, closed?: () => void): Core {
  const router = routerOf(answers);
  return {
    router,
    client: createRouterClient(router, { context: {} }) as unknown as Core['client'],
    files: { stage, open, ...files },
    close: async () => closed?.(),
  };
}

/** The module the browser shell's worker loads in place of the core. */
export async function createCore(_options: CoreOptions): Promise<Core> {
  return standInCore(scenarioAnswers());
}

export const MANY = 1000;
export const FILE_BYTES = 5_000_000;

/** What the contract suite asks every door. */
export function scenarioAnswers(): Answers {
  let abortedWatches = 0;
  return {
    'system.about': () => ({ version: '0', shell: 'test', platform: 'none', node: '24', home: '/' }),
    'workspace.unlock': () => refuse({ code: 'wrong-key', attempts: 3, retryAfterSeconds: 8 }),
    'workspace.recent': () => {
      throw new Error('a secret of the inside');
    },
    'records.list': ({ input }) => ({
      total: MANY,
      rows: Array.from({ length: Number(input.limit) }, (_, index) => ({
        id: `row-${index}`,
        text: 'é𝄞'.repeat(100),
        at: new Date(0),
        none: null,
      })),
    }),
    'jobs.list': () => [
      {
        job: 'endless',
        kind: 'import',
        title: '',
        state: 'cancelled',
        step: '',
        done: abortedWatches,
        total: null,
      },
    ],
    'jobs.watch': async function* ({ input, signal }: Asked) {
      const state = {
        job: String(input.job),
        kind: 'import',
        title: 'Import',
        step: 'Reading',
        total: 3,
      } as const;
      if (input.job !== 'endless') {
        for (const done of [1, 2, 3]) yield { ...state, state: 'running', done };
        yield { ...state, state: 'done', done: 3, result: { answer: 42 } };
        return;
      }
      signal?.addEventListener('abort', () => {
        abortedWatches += 1;
      });
      for (let done = 0; !signal?.aborted; done += 1) {
        yield { ...state, state: 'running', done };
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    'jobs.cancel': ({ input }) => {
      if (input.job === 'crash') setTimeout(() => Promise.reject(new Error('a crash on purpose')));
      return { cancelled: true };
    },
  };
}

/** The bytes the stand-in serves, made again wherever they are checked. */
export function patternBytes(): Uint8Array {
  return Uint8Array.from({ length: FILE_BYTES }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

async function stage(name: string, mediaType: string, body: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { upload: 'u1', name, bytes, sha256: hash.digest('hex'), mediaType };
}

async function open(path: string, _query: Readonly<Record<string, string>>): Promise<OutgoingFile> {
  if (path !== '/files/evidence/e1/0') refuse({ code: 'not-found', what: 'file', id: path });
  return { name: 'log (1)’ü.txt', mediaType: 'text/html', bytes: FILE_BYTES, body: inChunks(patternBytes()) };
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 100_000) yield bytes.subarray(from, from + 100_000);
}

function routerOf(answers: Answers): Core['router'] {
  const areas = api as unknown as Record<string, Record<string, Implementer>>;
  return Object.fromEntries(
    Object.entries(contract).map(([area, verbs]) => [
      area,
      Object.fromEntries(
        Object.entries(verbs).flatMap(([verb, procedure]) => {
          const implementer = areas[area]?.[verb];
          if (!implementer || !isContractProcedure(procedure)) return [];
          return [[verb, implementer.handler(guarded(answers[`${area}.${verb}`]))]];
        }),
      ),
    ]),
  ) as unknown as Core['router'];
}

interface Implementer {
  handler(handle: Handler): unknown;
}

function guarded(answer: Handler | undefined): Handler {
  return async (asked) => {
    try {
      return await (answer ?? (() => refuse({ code: 'locked' })))(asked);
    } catch (error) {
      if (error instanceof FaultError) throw new ORPCError('FAULT', { data: error.fault, defined: true });
      throw error;
    }
  };
}
