import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CustomScheme } from 'electron';
import { faultAnswer } from '../core/door/http-door.ts';
import { locate, mediaTypeOf, SECURITY_HEADERS } from '../core/door/page.ts';
import { streamOf } from '../core/door/stream.ts';
import type { Asker } from '../core/door/wire.ts';
import { FILES_PATH } from '../shared/contract/files.ts';
import { FaultError } from '../shared/fault.ts';

/** Our own scheme: a secure origin of its own, so that the page is no `file:` and needs no port. */
export const APP_SCHEME: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
};
export const APP_URL = 'app://bindery/';

/** Whether a URL is of our own page; Node gives the origin of such a scheme as `null`, so its parts are compared. */
export function isOwnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/` === APP_URL;
}

/** Answers `app://bindery/…`: the built screens, and `/files…` from the core process. */
export function appProtocol(
  screens: string,
  core: Pick<Asker, 'ask'>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const url = new URL(request.url);
      if (!isOwnUrl(request.url)) return notFound(url);
      const isFile = url.pathname === FILES_PATH || url.pathname.startsWith(`${FILES_PATH}/`);
      return isFile ? await passOn(core, request, url) : await screen(screens, request, url);
    } catch (error) {
      if (error instanceof FaultError) return secured(faultAnswer(error.fault));
      throw error;
    }
  };
}

async function screen(screens: string, request: Request, url: URL): Promise<Response> {
  const file = request.method === 'GET' ? locate(screens, url.pathname) : null;
  const found = file === null ? null : await stat(file).catch(() => null);
  if (file === null || !found?.isFile()) return notFound(url);
  return secured(
    new Response(streamOf(createReadStream(file)), {
      headers: { 'content-type': mediaTypeOf(file), 'content-length': String(found.size) },
    }),
  );
}

async function passOn(core: Pick<Asker, 'ask'>, request: Request, url: URL): Promise<Response> {
  const answer = await core.ask({
    method: request.method,
    url: url.pathname + url.search,
    headers: [...request.headers],
    body: request.body,
    signal: request.signal,
  });
  const headers = answer.headers.map(([name, value]): [string, string] => [name, value]);
  return secured(new Response(streamOf(answer.body), { status: answer.status, headers }));
}

function notFound(url: URL): Response {
  return secured(faultAnswer({ code: 'not-found', what: 'page', id: url.pathname }));
}

/** A file that is handed out keeps its own, stricter policy. */
function secured(response: Response): Response {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
