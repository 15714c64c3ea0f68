import { ATTACHMENT_NAMES, type Manifest } from '../../../shared/domain/binder.ts';
import { diskName } from '../../evidence/file-name.ts';
import { listAttachments } from '../verify/attachments.ts';
import { FileBytes } from '../verify/file-bytes.ts';
import { Findings } from '../verify/findings.ts';
import { decodedChunks } from '../verify/pdf/filters.ts';
import { openNewest } from '../verify/versions.ts';

/** A file embedded in a binder, and its name beside the binder in a bag. */
export interface Embedded {
  readonly name: string;
  /** Safe on any disk; the same for the same binder, whoever asks. */
  readonly disk: string;
  open(): AsyncIterable<Uint8Array>;
}

/** Of the manifest itself no size is known beforehand. */
const LARGEST_MANIFEST = 256 * 1024 * 1024;

/** Gives the embedded files of a binder that was verified, in their order; they can be read until `use` ends. */
export async function withEmbedded<T>(
  path: string,
  manifest: Manifest,
  use: (files: readonly Embedded[]) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const file = await FileBytes.open(path);
  try {
    const findings = new Findings();
    const view = await openNewest(file, findings);
    const attachments = view === null ? [] : await listAttachments(view, findings);
    const sizes = new Map(manifest.files.map(({ name, bytes }) => [name, bytes]));
    sizes.set(ATTACHMENT_NAMES.manifest, LARGEST_MANIFEST);
    const taken = new Set<string>();
    return await use(
      attachments.map(({ name, stream }) => ({
        name,
        disk: diskName(name, taken),
        open: () => decodedChunks(file, stream, sizes.get(name) ?? 0, signal),
      })),
    );
  } finally {
    await file.close();
  }
}
