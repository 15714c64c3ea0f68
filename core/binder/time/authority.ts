import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { Unstamped } from '../../../shared/contract/signing.ts';
import { FaultError, refuse } from '../../../shared/fault.ts';
import { tell } from '../../../shared/fault-sentences.ts';
import type { JobContext } from '../../jobs.ts';
import type { Ports, Random } from '../../ports.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import { timeStampQuery, tokenIn } from './token.ts';

/** The part of a signing request that gets its time stamp, where an authority is named. */
export function stampBy(
  { ports }: { readonly ports: Pick<Ports, 'random'> },
  address: string | undefined,
  job: JobContext,
): Pick<SignRequest, 'stamp'> {
  if (address === undefined) return {};
  return {
    stamp: (signature) => {
      job.step('Asking for a time stamp', 0, null);
      return askAuthority(address, signature, ports.random, { signal: job.signal });
    },
  };
}

/**
 * The same for what was just composed: a composition is not thrown away because a clock cannot be reached. What kept the
 * time stamp away is told, and it can be brought later.
 */
export function stampOrWithout(
  ws: { readonly ports: Pick<Ports, 'random'> },
  address: string | undefined,
  job: JobContext,
): { readonly request: Pick<SignRequest, 'stamp'>; readonly missed: () => Unstamped | undefined } {
  const { stamp } = stampBy(ws, address, job);
  let missed: Unstamped | undefined;
  if (stamp === undefined) return { request: {}, missed: () => missed };
  const orNone = async (signature: Uint8Array): Promise<Uint8Array | null> => {
    try {
      return await stamp(signature);
    } catch (error) {
      if (job.signal.aborted || !(error instanceof FaultError)) throw error;
      missed = { because: tell(error.fault).happened, remedy: BRING_LATER };
      return null;
    }
  };
  return { request: { stamp: orNone }, missed: () => missed };
}

const BRING_LATER =
  'It is signed, without a time stamp. Bring one before anybody else signs: bindery timestamp request, then timestamp attach.';

const PATIENCE_MS = 20_000;
/** A token with a long chain has 10 KB. */
const LARGEST_ANSWER = 262_144;

/**
 * Asks the authority that was named, over the network, for a time stamp on a signature's value. It follows no redirect,
 * sends nothing but the question, and waits only so long. A private address is in order: it may be the company's own.
 */
export async function askAuthority(
  address: string,
  signature: Uint8Array,
  random: Random,
  { signal, patienceMs = PATIENCE_MS }: { signal?: AbortSignal | undefined; patienceMs?: number } = {},
): Promise<Buffer> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    refuse({
      code: 'invalid-input',
      detail:
        'A time-stamping authority is named by an http or https address without a name and password in it.',
    });
  }
  const nonce = nonceFrom(random);
  const answer = await post(url, timeStampQuery(signature, nonce), patienceMs, signal);
  return tokenIn(answer, signature, nonce);
}

/** Positive, and never shortened by DER. */
function nonceFrom(random: Random): Buffer {
  const nonce = Buffer.from(random.bytes(16));
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  return nonce;
}

function post(url: URL, query: Buffer, patienceMs: number, signal: AbortSignal | undefined): Promise<Buffer> {
  const send = url.protocol === 'https:' ? secure : plain;
  return new Promise((resolve, reject) => {
    const failed = (detail: string) => {
      if (signal?.aborted) reject(signal.reason);
      else reject(unavailable(url, detail));
    };
    const patience = AbortSignal.timeout(patienceMs);
    const options = {
      method: 'POST',
      agent: false,
      signal: AbortSignal.any([patience, ...(signal ? [signal] : [])]),
      headers: {
        'content-type': 'application/timestamp-query',
        'content-length': query.length,
        accept: 'application/timestamp-reply',
        'user-agent': 'Bindery',
      },
    } as const;
    const said = () => (patience.aborted ? 'It did not answer in time.' : 'It cannot be reached.');
    const sent = send(url, options, (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('error', () => failed(said()));
      if (response.statusCode !== 200) {
        failed(`It answered ${response.statusCode ?? 'nothing'}.`);
        response.destroy();
        return;
      }
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes <= LARGEST_ANSWER) pieces.push(piece);
        else {
          failed('It answered more than any time stamp is.');
          response.destroy();
        }
      });
      response.on('end', () => resolve(Buffer.concat(pieces)));
    });
    sent.on('error', () => failed(said()));
    sent.end(query);
  });
}

function unavailable({ host }: URL, detail: string): FaultError {
  return new FaultError({
    code: 'unavailable',
    what: `The time-stamping authority ${host}`,
    detail,
    remedy:
      'Nothing was signed. Try again, or sign without it and bring the time stamp later: bindery timestamp request.',
  });
}
