import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { refuse } from '../../shared/fault.ts';
import { fileError } from './folder-io.ts';

/** Neither a link swapped in at the last moment is followed, nor does a pipe without a writer hang us. */
const SAFELY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens a regular file for reading; a link, folder, device, socket or pipe is refused. The caller closes it. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    refuseIrregular(await lstat(path), path);
    const handle = await open(path, SAFELY);
    try {
      refuseIrregular(await handle.stat(), path);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw fileError(error, path);
  }
}

function refuseIrregular(stats: Stats, path: string): void {
  if (stats.isFile()) return;
  const detail = stats.isSymbolicLink()
    ? 'this is a link, and links are not followed'
    : stats.isDirectory()
      ? 'this is a folder, not a file'
      : 'this is a device, pipe or socket, not a file';
  refuse({ code: 'invalid-input', detail, where: path });
}
