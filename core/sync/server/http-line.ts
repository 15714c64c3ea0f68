import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { FaultError, refuse } from '../../../shared/fault.ts';
import type { Ports } from '../../ports.ts';
import { type DeviceKey, signedHeaders } from './sign-request.ts';

/** Where a server is and how it is reached. */
export interface LineOptions {
  readonly url: string;
  readonly device: DeviceKey;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  /** `http://host:port` of a proxy; null for none. */
  readonly proxy: string | null;
  readonly signal?: AbortSignal;
}

export interface Call {
  readonly method: string;
  /** Below the server's address, with its query. */
  readonly path: string;
  readonly body?: Uint8Array | undefined;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Silence after which a call is given up. */
const IDLE_MS = 30_000;
const TRIES = 5;
const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 30_000;
/** What an answer in JSON may be long. */
const MAX_JSON = 4 * 1024 * 1024;

const ProblemDetails = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  serverTime: z.string().optional(),
});

/**
 * The line to a sync server: every call signed by the device's key, tried again with growing pauses where the server
 * or the network does not answer. All calls may be repeated: the server knows what it has. A clock that is off is
 * allowed for once the server has said what time it has.
 */
export class HttpLine {
  readonly #options: LineOptions;
  readonly #agent: HttpAgent | HttpsAgent;
  #clockOffsetMs = 0;

  constructor(options: LineOptions) {
    this.#options = options;
    const proxyEnv =
      options.proxy === null ? undefined : { HTTP_PROXY: options.proxy, HTTPS_PROXY: options.proxy };
    const agent = { keepAlive: true, maxSockets: 4, ...(proxyEnv === undefined ? {} : { proxyEnv }) };
    this.#agent = options.url.startsWith('https:') ? new HttpsAgent(agent) : new HttpAgent(agent);
  }

  /** An answer in JSON of this shape. */
  async json<T>(schema: z.ZodType<T>, call: Call): Promise<T> {
    const bytes = await this.bytes(call, MAX_JSON);
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      return refuseAnswer('it does not answer in JSON');
    }
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : refuseAnswer('its answer is not what this version understands');
  }

  /** An answer of at most so many bytes. */
  async bytes(call: Call, limit: number): Promise<Buffer> {
    return this.#again(call, async (answer) => {
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of answer as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > limit) return refuseAnswer('its answer is larger than it may be');
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    });
  }

  /** The answer as it comes; whoever reads it goes on from where it was cut by asking again. */
  async stream(call: Call): Promise<IncomingMessage> {
    return this.#again(call, async (answer) => answer);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #again<T>(call: Call, read: (answer: IncomingMessage) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#ask(call);
        if ((answer.statusCode ?? 0) < 300) return await read(answer);
        await this.#refused(answer, attempt);
      } catch (error) {
        if (error instanceof FaultError) throw error;
        if (call.signal?.aborted || this.#options.signal?.aborted)
          throw new FaultError({ code: 'cancelled' });
        if (attempt >= TRIES)
          refuseAnswer(reasonOf(error), 'Work goes on here, and is sent at the next try.');
        await this.#pause(attempt, null, call.signal);
      }
    }
  }

  #ask(call: Call): Promise<IncomingMessage> {
    const url = new URL(call.path, this.#options.url).href;
    const { device, ports } = this.#options;
    const clock = { now: () => ports.clock.now() + this.#clockOffsetMs };
    const signed = signedHeaders({ method: call.method, url, body: call.body }, device, {
      clock,
      random: ports.random,
    });
    const headers = {
      ...(call.body === undefined
        ? {}
        : {
            'content-type': call.type ?? 'application/octet-stream',
            'content-length': String(call.body.length),
          }),
      ...call.headers,
      ...signed,
    };
    const signals = [call.signal, this.#options.signal].filter((one) => one !== undefined);
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        { method: call.method, headers, agent: this.#agent, signal: AbortSignal.any(signals) },
        resolve,
      );
      sent.setTimeout(IDLE_MS, () => sent.destroy(new Error('it did not answer in time')));
      sent.on('error', reject);
      sent.end(call.body);
    });
  }

  /** Throws what cannot be mended by asking again; returns where it may. */
  async #refused(answer: IncomingMessage, attempt: number): Promise<void> {
    const status = answer.statusCode ?? 0;
    const problem = await problemOf(answer);
    if (problem.code === 'expired' && problem.serverTime !== undefined && attempt === 1) {
      const theirs = Date.parse(problem.serverTime);
      if (Number.isFinite(theirs)) {
        this.#clockOffsetMs = theirs - this.#options.ports.clock.now();
        return;
      }
    }
    const busy = status === 429 || status === 503 || status === 502 || status === 504;
    if (busy && attempt < TRIES) {
      await this.#pause(attempt, Number(answer.headers['retry-after'] ?? Number.NaN), undefined);
      return;
    }
    throw new FaultError(faultOf(status, problem.code ?? '', problem.title ?? `it answered ${status}`));
  }

  async #pause(attempt: number, seconds: number | null, signal: AbortSignal | undefined): Promise<void> {
    const grown = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), MOST_WAIT_MS);
    const asked = seconds !== null && Number.isFinite(seconds) ? Math.min(seconds * 1000, MOST_WAIT_MS) : 0;
    // Copies that lost the same server at once do not all come back at once.
    const drawn = this.#options.ports.random.bytes(2).readUInt16BE() / 65_536;
    const signals = [signal, this.#options.signal].filter((one) => one !== undefined);
    await wait(Math.max(asked, grown / 2 + (grown / 2) * drawn), undefined, {
      signal: AbortSignal.any(signals),
    });
  }
}

async function problemOf(answer: IncomingMessage): Promise<z.infer<typeof ProblemDetails>> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > 64 * 1024) break;
    pieces.push(piece);
  }
  try {
    return ProblemDetails.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  } catch {
    return {};
  }
}

function faultOf(status: number, code: string, title: string): FaultError['fault'] {
  const said = title.replace(/\.$/, '');
  if (code === 'revoked' || code === 'unknown-device')
    return {
      code: 'forbidden',
      detail: `The sync server does not let this device in: ${said.toLowerCase()}.`,
    };
  if (code === 'forbidden')
    return {
      code: 'forbidden',
      detail:
        'The sync server does not let this device invite others or shut them out. Do it on a device that may, or ask who runs the server for an invite.',
    };
  if (code === 'wrong-code')
    return { code: 'forbidden', detail: `The sync server refused the invite: ${said.toLowerCase()}.` };
  const unavailable = { code: 'unavailable' as const, what: 'The sync server', detail: said.toLowerCase() };
  if (code === 'expired') {
    return { ...unavailable, remedy: 'Set the clock of this machine, or ask who runs the server to.' };
  }
  return status >= 500 || status === 429
    ? { ...unavailable, remedy: 'Work goes on here, and is sent at the next try.' }
    : unavailable;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing answers at its address',
    ENOTFOUND: 'its address is not known here',
    EAI_AGAIN: 'its address cannot be looked up now',
    ECONNRESET: 'the line was cut',
    EPIPE: 'the line was cut',
    ETIMEDOUT: 'it did not answer in time',
    EHOSTUNREACH: 'it cannot be reached from here',
    ENETUNREACH: 'there is no network',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself and not trusted here',
    CERT_HAS_EXPIRED: 'its certificate has expired',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be traced to one trusted here',
  };
  return known[code] ?? (error instanceof Error ? error.message : 'it does not answer');
}

function refuseAnswer(detail: string, remedy?: string): never {
  return refuse({
    code: 'unavailable',
    what: 'The sync server',
    detail,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
