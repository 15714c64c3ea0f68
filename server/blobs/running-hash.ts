import { createHash, type Hash } from 'node:crypto';

/** The hashes of uploads as far as this process has seen all of them: a large file is then not read again at its end. */
export class RunningHashes {
  readonly #running = new Map<string, { hash: Hash; bytes: number }>();

  add(key: string, offset: number, bytes: Uint8Array): void {
    const running = offset === 0 ? { hash: createHash('sha256'), bytes: 0 } : this.#running.get(key);
    this.#running.delete(key);
    if (!running || running.bytes !== offset) return;
    running.hash.update(bytes);
    running.bytes += bytes.length;
    this.#running.set(key, running);
    if (this.#running.size > 1000) this.#running.delete(this.#running.keys().next().value ?? '');
  }

  /** The digest in hex, where all bytes came by here; null where the file has to be read. */
  end(key: string, size: number): string | null {
    const running = this.#running.get(key);
    this.#running.delete(key);
    return running?.bytes === size ? running.hash.digest('hex') : null;
  }
}
