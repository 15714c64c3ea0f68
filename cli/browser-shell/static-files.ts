import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { mediaTypeOf } from '../../core/door/page.ts';

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
