import type { FileHandle } from 'node:fs/promises';
import { refuse } from '../../../shared/fault.ts';

/** Appends to a file that is as long as it was; whatever fails leaves it as it was. */
export async function appendTo(handle: FileHandle, size: number, bytes: Buffer): Promise<void> {
  if ((await handle.stat()).size !== size) {
    refuse({ code: 'conflict', detail: 'The file changed while it was being signed.' });
  }
  try {
    for (let done = 0; done < bytes.length; ) {
      done += (await handle.write(bytes, done, bytes.length - done, size + done)).bytesWritten;
    }
    await handle.sync();
  } catch {
    await handle.truncate(size);
    refuse({
      code: 'unavailable',
      what: 'disk',
      detail: 'The signature could not be written; the file is as it was.',
    });
  }
}
