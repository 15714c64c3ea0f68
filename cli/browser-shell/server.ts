import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { faultAnswer, RPC_PATH, rpcFaultAnswer } from '../../core/door/http-door.ts';
import { locate, SECURITY_HEADERS } from '../../core/door/page.ts';
import type { DoorAnswer } from '../../core/door/wire.ts';
import { FILES_PATH } from '../../shared/contract/files.ts';
import { QUIET_REFUSALS } from '../../shared/contract/quiet-refusal.ts';
import { type Fault, FaultError, refuse } from '../../shared/fault.ts';
import { LIMITS, type Limits, limited, shortText } from './body.ts';
import { type CoreThread, coreThread } from './core-thread.ts';
import { type Sessions, sessions, strangerIn } from './guard.ts';
import { sendFile } from './static-files.ts';

export interface BrowserShellOptions {
  readonly home: string;
  /** The built screens. */
  readonly screens: string;
  /** 0 for a free one. */
  readonly port: number;
  /** A workspace the page offers at once. */
  readonly workspace?: string;
  readonly coreModule?: string;
  readonly limits?: Partial<Limits>;
  /** Told when the core crashed; it starts again, locked, with the next request. */
  readonly crashed?: (error: unknown) => void;
}

/** The loopback host of the screens. */
export interface BrowserShell {
  readonly origin: string;
  /** A link that works once; an older unused one stops working. */
  link(): string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const SESSION_PATH = '/session';

/** Starts the browser shell; it listens on loopback only. */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const core = coreThread(options);
  const admitted = sessions();
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: 5_000 });
  server.maxConnections = 256;
  await listening(server, options.port);
  const origin = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const shell = { ...options, origin, core, admitted, limits: { ...LIMITS, ...options.limits } };
  server.on('request', (request, response) => void answer(shell, request, response));
  return {
    origin,
    link: () => `${origin}/#token=${admitted.invite()}`,
    async close() {
      server.close();
      await core.close();
      server.closeAllConnections();
    },
  };
}

interface Shell extends BrowserShellOptions {
  readonly origin: string;
  readonly core: CoreThread;
  readonly admitted: Sessions;
  readonly limits: Limits;
}

async function answer(shell: Shell, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const pathname = (request.url ?? '/').split('?')[0] ?? '/';
  try {
    const stranger = strangerIn(request.headers, shell.origin);
    if (stranger !== null) refuse({ code: 'forbidden', detail: stranger });
    if (pathname === SESSION_PATH) await openSession(shell, request, response);
    else if (isCall(pathname) || isFile(pathname)) await passOn(shell, request, response, pathname);
    else await sendScreen(shell, request, response, pathname);
  } catch (error) {
    await sendFault(response, faultIn(error), isCall(pathname));
  }
}

function isCall(pathname: string): boolean {
  return pathname.startsWith(`${RPC_PATH}/`);
}
function isFile(pathname: string): boolean {
  return pathname === FILES_PATH || pathname.startsWith(`${FILES_PATH}/`);
}

/** Exchanges the one-time token for a bearer that the page keeps in memory. */
async function openSession(shell: Shell, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') refuse({ code: 'invalid-input', detail: 'A session is opened by POST.' });
  const bearer = shell.admitted.exchange(await tokenIn(request, shell.limits));
  if (bearer === null) {
    return sendFault(
      response,
      {
        code: 'forbidden',
        detail: 'This link was used before or is not from here. Ask for a new one where Bindery runs.',
      },
      false,
      401,
    );
  }
  await sendResponse(response, Response.json({ bearer, workspace: shell.workspace ?? null }));
}

async function tokenIn(request: IncomingMessage, limits: Limits): Promise<string> {
  const text = await shortText(request, limits);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'token' in body) return String(body.token);
  } catch {
    // Said below.
  }
  return refuse({ code: 'invalid-input', detail: 'A session is opened with { "token": … }.' });
}

/** Hands a request to the core's thread and streams its answer back; a reader that leaves stops it. */
async function passOn(
  shell: Shell,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
): Promise<void> {
  if (!shell.admitted.admits(request.headers.authorization)) {
    const fault: Fault = { code: 'forbidden', detail: 'This page has no session here any more.' };
    return sendFault(response, fault, isCall(pathname), 401);
  }
  const stop = new AbortController();
  response.on('close', () => stop.abort());
  const { rpcBytes, fileBytes, idleMs } = shell.limits;
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const found = await shell.core.ask({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: passedHeaders(request),
    body: hasBody ? limited(request, isFile(pathname) ? fileBytes : rpcBytes, idleMs) : null,
    signal: stop.signal,
  });
  await sendAnswer(response, found);
}

/** The core learns nothing of the transport's secrets. */
function passedHeaders(request: IncomingMessage): [string, string][] {
  const kept = ['accept', 'content-type', 'content-length', 'last-event-id', QUIET_REFUSALS.name];
  return Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === 'string' && (kept.includes(name) || name.startsWith('x-orpc')) ? [[name, value]] : [],
  );
}

async function sendAnswer(response: ServerResponse, found: DoorAnswer): Promise<void> {
  for (const [name, value] of found.headers) response.setHeader(name, value);
  response.writeHead(found.status);
  response.flushHeaders();
  try {
    await pipeline(Readable.from(found.body, { objectMode: false, highWaterMark: 1 }), response);
  } catch {
    // The reader left or the core broke off: either way the connection is no longer good.
    response.destroy();
  }
}

async function sendScreen(
  shell: Shell,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
): Promise<void> {
  if (request.method !== 'GET')
    refuse({ code: 'invalid-input', detail: `Nothing here takes ${request.method}.` });
  const file = locate(shell.screens, pathname);
  if (file === null || !(await sendFile(file, response))) {
    refuse({ code: 'not-found', what: 'page', id: pathname });
  }
}

function faultIn(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  return { code: 'unavailable', what: 'the workbench', detail: 'the request could not be answered.' };
}

async function sendFault(
  response: ServerResponse,
  fault: Fault,
  call: boolean,
  status?: number,
): Promise<void> {
  if (response.headersSent || response.destroyed) return void response.destroy();
  // What is left of a body that was refused is not read.
  response.setHeader('connection', 'close');
  await sendResponse(response, call ? rpcFaultAnswer(fault, status) : faultAnswer(fault, status));
}

async function sendResponse(response: ServerResponse, content: Response): Promise<void> {
  response.writeHead(content.status, Object.fromEntries(content.headers));
  response.end(await content.text());
}

function listening(server: Server, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    refuse({ code: 'usage', detail: '--port takes a number from 1 to 65535.' });
  }
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const detail =
        error.code === 'EADDRINUSE' ? 'another program uses it.' : (error.code ?? 'it cannot be used.');
      const remedy = 'Give another one by --port, or leave it out to get a free one.';
      reject(new FaultError({ code: 'unavailable', what: `Port ${port}`, detail, remedy }));
    });
    server.listen(port, LOOPBACK, resolve);
  });
}
