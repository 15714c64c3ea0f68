import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { refuse } from '../../../shared/fault.ts';
import { giveBack } from '../../give-back.ts';
import type { PdfFile } from './pdfkit-internals.ts';

const ENOUGH = 1 << 20;
const LONGEST_HOLD_MS = 30;

/** The file being written: a temporary one beside the target, which becomes the target only when it is whole. */
export class Output {
  readonly #target: string;
  readonly #temporary: string;
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #signal: AbortSignal | undefined;
  #bytes = 0;
  #yielded = performance.now();

  private constructor(target: string, temporary: string, file: FileHandle, signal: AbortSignal | undefined) {
    this.#target = target;
    this.#temporary = temporary;
    this.#file = file;
    this.#signal = signal;
  }

  static async create(target: string, signal?: AbortSignal): Promise<Output> {
    const temporary = join(dirname(target), `.${basename(target).slice(0, 60)}.${randomUUID()}.part`);
    // What it holds was encrypted until now: nobody else on the machine reads it.
    const file = await open(temporary, 'wx', 0o600).catch(refuseWriting);
    return new Output(target, temporary, file, signal);
  }

  /** Lets others run and writes what has piled up, so that memory stays flat however long the document is. */
  async breathe(pdf: PdfFile): Promise<void> {
    // Whoever cancels, or watches, speaks only when the thread is free.
    if (performance.now() - this.#yielded > LONGEST_HOLD_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#yielded = performance.now();
    }
    if (this.#signal?.aborted) refuse({ code: 'cancelled' });
    if (pdf.pendingBytes >= ENOUGH) await this.#drain(pdf);
  }

  /**
   * Writes a piece of a stream straight to disk, behind what waits. It is not kept, so its source may overwrite it or
   * give its memory back.
   */
  async pass(pdf: PdfFile, piece: Uint8Array): Promise<void> {
    await this.#drain(pdf);
    await this.#write(piece);
    pdf.passed(piece.length);
    await this.breathe(pdf);
  }

  async #drain(pdf: PdfFile): Promise<void> {
    const chunks = pdf.takePending();
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const joined = Buffer.concat(chunks, bytes);
    await this.#write(joined);
    // Thousands of pages would wait for the collector here, which comes only when there is a lot of them.
    for (const chunk of [joined, ...chunks]) giveBack(chunk);
  }

  async #write(data: Uint8Array): Promise<void> {
    this.#hash.update(data);
    await writeAll(this.#file, data).catch(refuseWriting);
    this.#bytes += data.length;
  }

  async commit(pdf: PdfFile): Promise<{ bytes: number; sha256: string }> {
    await this.#drain(pdf);
    await this.#file.sync().catch(refuseWriting);
    await this.#file.close();
    if (this.#signal?.aborted) refuse({ code: 'cancelled' });
    await rename(this.#temporary, this.#target).catch(refuseWriting);
    await syncFolder(dirname(this.#target));
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }
}

async function writeAll(file: FileHandle, data: Uint8Array): Promise<void> {
  let from = 0;
  while (from < data.length) from += (await file.write(data, from)).bytesWritten;
}

/** A missing folder, a full disk or a lack of rights is told as such, without a path. */
function refuseWriting(error: NodeJS.ErrnoException): never {
  refuse({
    code: 'unavailable',
    what: 'binder file',
    detail: `It cannot be written (${error.code ?? 'unknown'}).`,
  });
}

/** A rename survives a power cut only once its folder is on disk; Windows has no handle for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (!handle) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
