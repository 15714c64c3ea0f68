import type { ImportProblem, NormalisedFramework } from '../../shared/domain/framework.ts';

/** What an importer is given: the whole file in memory (bounded by `maxBytes`) and its name for messages only. */
export interface ImportSource {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Lower-case hex SHA-256 of `bytes`. */
  readonly sha256: string;
}

/** What an importer answers; `framework` is null when nothing could be taken in, and then a problem says why. */
export interface ImportReading {
  readonly framework: NormalisedFramework | null;
  readonly problems: readonly ImportProblem[];
  /** The counts of `CLI.md` for this format, e.g. `{ groups, controls, enhancements, withdrawn, parameters }`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One import format: one file, one entry in the record of `core/formats/index.ts`. */
export interface ImportFormat {
  readonly id: string;
  readonly title: string;
  /** Set where the format is written in JSON: what plainly is JSON is shown to these formats only. */
  readonly syntax?: 'json';
  /** Larger files are refused before they are read. */
  readonly maxBytes: number;
  /** How sure it is that this file is its own, 0 to 1, from the content alone (the name is no evidence). */
  detect(source: ImportSource): number;
  /** Reads the file; a hostile or broken file gives problems, never an exception. */
  read(source: ImportSource): ImportReading;
}
