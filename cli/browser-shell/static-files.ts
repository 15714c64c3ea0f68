import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** The media type of a file of the built screens. */
export function mediaTypeOf(file: string): string {
  return TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
}

/**
 * Where a URL path lies under `root`, or null if it would leave it. A path without an extension is a screen
 * of the one page.
 */
export function locate(root: string, pathname: string): string | null {
  const path = decoded(pathname);
  if (path === null || /[\0\\]/.test(path) || path.split('/').includes('..')) return null;
  const file = normalize(join(root, extname(path) === '' ? 'index.html' : path));
  return file.startsWith(normalize(root) + sep) ? file : null;
}

/** Answers with the file, or says false where there is none. */
export async function sendFile(file: string, response: ServerResponse): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    const { size } = await handle.stat();
    response.writeHead(200, { 'content-type': mediaTypeOf(file), 'content-length': size });
    await pipeline(handle.createReadStream({ autoClose: false }), response);
    return true;
  } finally {
    await handle.close();
  }
}

function decoded(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
