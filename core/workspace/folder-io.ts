import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Fault, FaultError } from '../../shared/fault.ts';

/** Replaces a file in one step: a reader or a power cut sees the old bytes or the new ones, never a part. */
export function writeAtomically(file: string, bytes: Uint8Array): void {
  const unfinished = `${file}.part`;
  try {
    writeSynced(unfinished, bytes);
    renameSync(unfinished, file);
    syncFolder(dirname(file));
  } catch (error) {
    discard(unfinished);
    throw fileError(error, file);
  }
}

/** Removes an unfinished file where that is possible; why it is unfinished is what the caller has to say. */
export function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Left for the sweep, or for the next attempt to overwrite.
  }
}

/** Makes a rename in a folder last through a power cut. Windows has no such call and needs none. */
export function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The refusal behind an error of the file system; what is not one is handed back as it is. */
export function fileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error;
  const named = 'path' in error && typeof error.path === 'string' ? error.path : path;
  return new FaultError(faultOf(String(error.code), named));
}

function faultOf(code: string, path: string): Fault {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { code: 'not-found', what: 'file', id: path };
    case 'ELOOP':
      return { code: 'invalid-input', detail: 'this is a link, and links are not followed', where: path };
    case 'ENAMETOOLONG':
      return { code: 'invalid-input', detail: 'this name is too long', where: path };
    case 'ENOSPC':
    case 'EDQUOT':
      return { code: 'unavailable', what: 'disk', detail: 'there is no space left' };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { code: 'unavailable', what: path, detail: 'this user may not read or write it' };
    default:
      return { code: 'unavailable', what: path, detail: `the file system answers ${code}` };
  }
}

function writeSynced(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
