import { RPCHandler } from '@orpc/server/fetch';
import { FILES_PATH } from '../../shared/contract/files.ts';
import { QUIET_REFUSALS, REFUSED_STATUS } from '../../shared/contract/quiet-refusal.ts';
import { type Fault, type FaultCode, FaultError, refuse } from '../../shared/fault.ts';
import type { Core, OutgoingFile } from '../root.ts';
import { streamOf } from './stream.ts';

export const RPC_PATH = '/rpc';

/** Serves a core to HTTP-shaped requests: `/rpc/…` for the contract and `/files…` for bytes. */
export function httpDoor(core: Core): (request: Request) => Promise<Response> {
  const handler = new RPCHandler(core.router);
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === FILES_PATH || pathname.startsWith(`${FILES_PATH}/`)) return filesDoor(core, request);
    const { response } = await handler.handle(request, { prefix: RPC_PATH, context: {} });
    if (response === undefined) return faultAnswer({ code: 'not-found', what: 'procedure', id: pathname });
    return hushed(request, response);
  };
}

/** A refusal as the page that asked wants it; faults of the program keep their status, they are worth a red line. */
function hushed(request: Request, answer: Response): Response {
  const refused = answer.status >= 400 && answer.status < 500;
  if (!refused || request.headers.get(QUIET_REFUSALS.name) !== QUIET_REFUSALS.value) return answer;
  const headers = new Headers(answer.headers);
  headers.set(REFUSED_STATUS, String(answer.status));
  return new Response(answer.body, { status: 200, headers });
}

async function filesDoor(core: Core, request: Request): Promise<Response> {
  try {
    const url = new URL(request.url);
    if (request.method === 'POST' && url.pathname === FILES_PATH) return await takeIn(core, request, url);
    if (request.method === 'GET') {
      return giveOut(await core.files.open(url.pathname, Object.fromEntries(url.searchParams)));
    }
    return refuse({ code: 'invalid-input', detail: `The file door takes no ${request.method} here.` });
  } catch (error) {
    if (error instanceof FaultError) return faultAnswer(error.fault);
    throw error;
  }
}

async function takeIn(core: Core, request: Request, url: URL): Promise<Response> {
  const name = url.searchParams.get('name');
  if (!name) refuse({ code: 'invalid-input', where: 'name', detail: 'A file needs a name.' });
  const type = url.searchParams.get('type') || 'application/octet-stream';
  const body: AsyncIterable<Uint8Array> = request.body ?? streamOf([]);
  return Response.json(await core.files.stage(name, type, body), { status: 201 });
}

function giveOut(file: OutgoingFile): Response {
  return new Response(streamOf(file.body), {
    headers: {
      'content-type': file.mediaType,
      'content-length': String(file.bytes),
      // Evidence is somebody's file: it is handed out to be kept or drawn, never to run as a page of ours.
      'content-disposition': `attachment; filename*=UTF-8''${encodeName(file.name)}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
  });
}

/** RFC 8187's ext-value: a few characters that `encodeURIComponent` leaves are not allowed there. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const STATUSES: Readonly<Partial<Record<FaultCode, number>>> = {
  usage: 400,
  'invalid-input': 400,
  'wrong-key': 401,
  forbidden: 403,
  'not-found': 404,
  locked: 423,
  cancelled: 499,
  internal: 500,
  unavailable: 503,
};

/** A fault as an HTTP answer: `{ ok: false, fault }`, the same document the command line prints. */
export function faultAnswer(fault: Fault, status = STATUSES[fault.code] ?? 409): Response {
  return Response.json({ ok: false, fault }, { status });
}

/** The same for a call of the contract, in the form its client takes for a typed error. */
export function rpcFaultAnswer(fault: Fault, status = STATUSES[fault.code] ?? 409): Response {
  const error = { defined: true, code: 'FAULT', status, message: fault.code, data: fault };
  return Response.json({ json: error }, { status });
}
