import type { ImportProblem } from '../../shared/domain/framework.ts';
import { identifyContent } from './content-kind.ts';
import type { ImportFormat, ImportSource } from './format.ts';
import { oscalCatalogJson } from './oscal-catalog-json/index.ts';
import { planMarkdown } from './plan-markdown/index.ts';

/** Every format that can be taken in, by its id: adding one is a folder and a line here. */
export const FORMATS = {
  'oscal-catalog-json': oscalCatalogJson,
  'plan-markdown': planMarkdown,
} as const satisfies Readonly<Record<string, ImportFormat>>;

/** Less sure than this is a guess, and a guess would take a file in as something it is not. */
const SURE_ENOUGH = 0.3;

/** Finds the format of a file by its content; null where no format knows it well enough. */
export function detectFormat(source: ImportSource): { format: ImportFormat; confidence: number } | null {
  const { binary, json } = identifyContent(source.bytes);
  if (binary) return null;
  let best: { format: ImportFormat; confidence: number } | null = null;
  for (const format of Object.values<ImportFormat>(FORMATS)) {
    if (json === true && format.syntax !== 'json') continue;
    const confidence = format.detect(source);
    if (confidence >= SURE_ENOUGH && confidence > (best?.confidence ?? 0)) best = { format, confidence };
    if (confidence === 1) break;
  }
  return best;
}

/** The format of this id, if there is one. */
export function formatById(id: string): ImportFormat | null {
  return Object.values<ImportFormat>(FORMATS).find((format) => format.id === id) ?? null;
}

/** What is said of a file that no format knows. */
export function unknownFormat(source: ImportSource): ImportProblem {
  const titles = Object.values(FORMATS).map((format) => format.title);
  const { name } = identifyContent(source.bytes);
  const message = `This is ${name}; Bindery takes in: ${titles.join(', ')}.`;
  return { where: 'file', code: 'unknown-format', message, severity: 'error' };
}
