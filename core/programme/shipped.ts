import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { refuse } from '../../shared/fault.ts';

const entry = {
  id: z.string(),
  title: z.string(),
  version: z.string(),
  /** One line on what it is for. */
  summary: z.string(),
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
};

/** The lists of what comes with the program, each with the hash of its file. */
export const FrameworkIndex = z.strictObject({
  schema: z.literal('bindery.framework-index/1'),
  frameworks: z.array(z.strictObject(entry)),
});
export const ProgrammeIndex = z.strictObject({
  schema: z.literal('bindery.programme-index/1'),
  programmes: z.array(z.strictObject({ ...entry, days: z.int().positive() })),
});

export type ShippedFramework = z.infer<typeof FrameworkIndex>['frameworks'][number];
export type ShippedProgramme = z.infer<typeof ProgrammeIndex>['programmes'][number];

const FOLDERS = {
  frameworks: new URL('../../assets/frameworks/', import.meta.url),
  programmes: new URL('../../assets/programmes/', import.meta.url),
} as const;
type Folder = keyof typeof FOLDERS;

export function shippedFrameworks(): readonly ShippedFramework[] {
  return FrameworkIndex.parse(JSON.parse(bytesOf('frameworks', 'index.json').toString('utf8'))).frameworks;
}

export function shippedProgrammes(): readonly ShippedProgramme[] {
  return ProgrammeIndex.parse(JSON.parse(bytesOf('programmes', 'index.json').toString('utf8'))).programmes;
}

/** The bytes of a file of an index; one that is not the file the index names is refused. */
export function shippedBytes(
  folder: Folder,
  { file, sha256 }: Pick<ShippedFramework, 'file' | 'sha256'>,
): Buffer {
  const bytes = bytesOf(folder, file);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    refuse({
      code: 'corrupt',
      what: 'file that comes with the program',
      detail: `${file} is not the file its index names.`,
    });
  return bytes;
}

function bytesOf(folder: Folder, file: string): Buffer {
  return readFileSync(fileURLToPath(new URL(file, FOLDERS[folder])));
}
