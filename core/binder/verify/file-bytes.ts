import { constants, type FileHandle, open } from 'node:fs/promises';
import { refuse } from '../../../shared/fault.ts';

const BLOCK = 64 * 1024;
const BLOCKS_KEPT = 64;
const CHUNK = 1024 * 1024;

/** A file read by random access in constant memory: a few recent blocks are kept, never the whole. */
export class FileBytes {
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #blocks = new Map<number, Buffer>();

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  /** Opens a plain file; folders, devices and what is missing or forbidden are refused as `unavailable`. */
  static async open(path: string): Promise<FileBytes> {
    let handle: FileHandle;
    try {
      // A pipe that nobody writes to must not be waited for.
      handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      refuse({ code: 'unavailable', what: 'file', detail: readingFailed(error) });
    }
    const stat = await handle.stat();
    if (stat.isFile()) return new FileBytes(handle, stat.size);
    await handle.close();
    refuse({ code: 'unavailable', what: 'file', detail: 'it is not a plain file' });
  }

  /** The bytes from `offset`; fewer than `length` only at the end of the file. */
  async read(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(this.size, offset + length);
    if (end <= offset) return Buffer.alloc(0);
    const first = Math.floor(offset / BLOCK);
    const last = Math.floor((end - 1) / BLOCK);
    if (last - first > 2) return this.#readAt(offset, end - offset);
    const blocks: Buffer[] = [];
    for (let i = first; i <= last; i += 1) blocks.push(await this.#block(i));
    const joined = blocks.length === 1 && blocks[0] ? blocks[0] : Buffer.concat(blocks);
    return joined.subarray(offset - first * BLOCK, end - first * BLOCK);
  }

  /** The bytes `from` up to `to` in pieces of at most 1 MiB. */
  async *chunks(from: number, to: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const end = Math.min(to, this.size);
    for (let at = from; at < end; at += CHUNK) {
      if (signal?.aborted) refuse({ code: 'cancelled' });
      yield await this.#readAt(at, Math.min(CHUNK, end - at));
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #block(index: number): Promise<Buffer> {
    const known = this.#blocks.get(index);
    if (known) {
      this.#blocks.delete(index);
      this.#blocks.set(index, known);
      return known;
    }
    const at = index * BLOCK;
    const block = await this.#readAt(at, Math.min(BLOCK, this.size - at));
    this.#blocks.set(index, block);
    const oldest = this.#blocks.keys().next();
    if (this.#blocks.size > BLOCKS_KEPT && !oldest.done) this.#blocks.delete(oldest.value);
    return block;
  }

  async #readAt(offset: number, length: number): Promise<Buffer> {
    const out = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#read(out, filled, offset + filled);
      if (bytesRead === 0)
        refuse({ code: 'unavailable', what: 'file', detail: 'it became shorter while it was read' });
      filled += bytesRead;
    }
    return out;
  }

  async #read(out: Buffer, filled: number, offset: number): Promise<{ bytesRead: number }> {
    try {
      return await this.#handle.read(out, filled, out.length - filled, offset);
    } catch (error) {
      refuse({ code: 'unavailable', what: 'file', detail: readingFailed(error) });
    }
  }
}

function readingFailed(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'reading it is not permitted';
  return `it cannot be read (${code})`;
}
