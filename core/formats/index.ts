import type { ImportProblem } from '../../shared/domain/framework.ts';
import { nameContent } from './content-kind.ts';
import type { ImportFormat, ImportSource } from './format.ts';
import { oscalCatalogJson } from './oscal-catalog-json/index.ts';

/** Every format that can be taken in, by id: one folder and one line here make a format known everywhere. */
export const FORMATS: Readonly<Record<string, ImportFormat>> = {
  [oscalCatalogJson.id]: oscalCatalogJson,
};

/** Less sure than this is a guess, and a guess would take a file in as something it is not. */
const SURE_ENOUGH = 0.3;

/** Finds the format of a file by its content; null where no format knows it well enough. */
export function detectFormat(source: ImportSource): { format: ImportFormat; confidence: number } | null {
  let best: { format: ImportFormat; confidence: number } | null = null;
  for (const format of Object.values(FORMATS)) {
    const confidence = format.detect(source);
    if (confidence >= SURE_ENOUGH && confidence > (best?.confidence ?? 0)) best = { format, confidence };
  }
  return best;
}

/** The format of this id, if there is one. */
export function formatById(id: string): ImportFormat | null {
  return Object.hasOwn(FORMATS, id) ? (FORMATS[id] ?? null) : null;
}

/** What is said of a file that no format knows. */
export function unknownFormat(source: ImportSource): ImportProblem {
  const titles = Object.values(FORMATS).map((format) => format.title);
  const message = `This is ${nameContent(source.bytes).name}; Bindery takes in: ${titles.join(', ')}.`;
  return { where: '', code: 'unknown-format', message, severity: 'error' };
}
