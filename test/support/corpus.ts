import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of real input files, null where this machine has none; tests that need it say so and are reported absent. */
export const corpusDir: string | null = findCorpus();

function findCorpus(): string | null {
  const dir = process.env.BINDERY_CORPUS ?? fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
  return existsSync(`${dir}/facts.json`) ? dir : null;
}

/** What is known of a file of the corpus, computed from its bytes when the corpus was made. */
export interface CorpusFacts {
  readonly file: string;
  readonly sha256: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The facts of every file whose path begins so; empty where there is no corpus. */
export function corpusFacts(under: string): CorpusFacts[] {
  if (corpusDir === null) return [];
  const all: CorpusFacts[] = JSON.parse(readFileSync(`${corpusDir}/facts.json`, 'utf8'));
  return all.filter((entry) => entry.file.startsWith(under));
}

/** The bytes of a file of the corpus. */
export function corpusFile(file: string): Buffer {
  if (corpusDir === null) throw new Error('There is no corpus on this machine');
  return readFileSync(`${corpusDir}/${file}`);
}
