import { createHash } from 'node:crypto';
import type { BagReport } from '../../../shared/domain/bag.ts';
import { BESIDE } from '../../../shared/domain/bag.ts';
import { ATTACHMENT_NAMES, type Manifest } from '../../../shared/domain/binder.ts';
import type { ReadBinder } from '../verify/index.ts';
import { type Embedded, withEmbedded } from './embedded.ts';

export interface Beside {
  /** The SHA-256 of each file of the payload but the binder, by its path in the bag. */
  readonly files: ReadonlyMap<string, string>;
  /** Where the binder is; null where there is none. */
  readonly binder: string | null;
  readonly read: ReadBinder | undefined;
}

/** Holds the rest of the payload against those embedded in it. */
export async function besideTheBinder(
  { files, binder, read }: Beside,
  add: (code: string, where: string, message: string) => void,
  signal: AbortSignal,
): Promise<BagReport['beside']> {
  const manifest = read?.content?.manifest;
  // Of a binder that is not valid nothing embedded is proven, and the report says what is wrong with it.
  if (binder === null || !manifest || read?.report.verdict === 'invalid')
    return { files: files.size, equal: 0 };
  const embedded = await hashesOf(binder, manifest, signal);
  let equal = 0;
  for (const [where, sha256] of files) {
    const own = where.startsWith(BESIDE) ? embedded.get(where.slice(BESIDE.length)) : undefined;
    if (own === undefined)
      add('bag-not-embedded', where, `${where} is no file that is embedded in the binder.`);
    else if (own !== sha256)
      add('bag-not-equal', where, `${where} is not the file of that name that is embedded in the binder.`);
    else equal += 1;
  }
  for (const path of embedded.keys())
    if (!files.has(BESIDE + path))
      add('bag-not-beside', BESIDE + path, `${path} is embedded in the binder and does not stand beside it.`);
  return { files: files.size, equal };
}

/** The SHA-256 of each embedded file by its name on disk. Those the manifest names were hashed when it was verified. */
async function hashesOf(
  binder: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const known = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]));
  return withEmbedded(
    binder,
    manifest,
    async (files) => {
      const hashes = new Map<string, string>();
      for (const file of files)
        hashes.set(
          file.disk,
          file.name === ATTACHMENT_NAMES.manifest ? await hashOf(file) : (known.get(file.name) ?? ''),
        );
      return hashes;
    },
    signal,
  );
}

async function hashOf(file: Embedded): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of file.open()) hash.update(piece);
  return hash.digest('hex');
}
