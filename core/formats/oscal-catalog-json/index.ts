import { countCatalog } from '../../../shared/domain/catalog-counts.ts';
import { formatWords } from '../../../shared/domain/count-words.ts';
import { FRAMEWORK_SCHEMA, type NormalisedFramework } from '../../../shared/domain/framework.ts';
import type { ImportFormat, ImportReading, ImportSource } from '../format.ts';
import { parseJson } from '../json-guard.ts';
import { ProblemLog } from '../problem-log.ts';
import { textBytes } from '../text-bytes.ts';
import { type CatalogContent, readContent } from './catalog.ts';
import { lendParameters } from './inherited.ts';
import { findTargets } from './links.ts';
import { modelWithArticle, OSCAL_MODELS, topLevelNames } from './models.ts';
import { isRecord, OscalNode, present, unlessEmpty } from './node.ts';
import { readProps } from './parts.ts';

/** OSCAL catalogs in JSON, 1.0.0 to 1.2 (resolved profiles too), with the older spellings that are still about. */
export const oscalCatalogJson: ImportFormat = {
  id: 'oscal-catalog-json',
  title: formatWords('oscal-catalog-json'),
  syntax: 'json',
  maxBytes: 64 * 1024 * 1024,
  detect,
  read,
};

/** The other OSCAL models are its own as well: it is the one to name them when it refuses them. */
function detect(source: ImportSource): number {
  const text = textBytes(source.bytes);
  // A catalog with a broken byte in it is still a catalog, and is told so when it is read.
  const bytes = 'problem' in text ? source.bytes : text.utf8;
  const names = topLevelNames(bytes);
  if (names.includes('catalog')) return 1;
  // "profile" or "results" alone are common words; every OSCAL model has metadata.
  if (names.some((name) => Object.hasOwn(OSCAL_MODELS, name)) && speaksOfMetadata(bytes)) return 0.9;
  return isBareCatalog(names) ? 0.7 : 0;
}

function speaksOfMetadata(utf8: Uint8Array): boolean {
  return Buffer.from(utf8.subarray(0, 65_536)).includes('"metadata"');
}

function isBareCatalog(names: readonly string[]): boolean {
  return names.includes('metadata') && (names.includes('groups') || names.includes('controls'));
}

function read(source: ImportSource): ImportReading {
  const json = parseJson(source.bytes, oscalCatalogJson.maxBytes);
  const log = new ProblemLog();
  if ('problem' in json) return { framework: null, problems: [json.problem], counts: {} };
  const catalog = findCatalog(json.value, log);
  const framework = catalog === null ? null : readCatalog(catalog, source, log);
  const problems = [...json.problems, ...log.all()];
  return { framework, problems, counts: framework === null ? {} : { ...countCatalog(framework) } };
}

function findCatalog(value: unknown, log: ProblemLog): OscalNode | null {
  if (!isRecord(value)) return refuse(log, 'This is JSON, but not an OSCAL document: it is no object.');
  if (isRecord(value.catalog)) return new OscalNode(value.catalog, '/catalog', log);
  if (Object.hasOwn(value, 'catalog'))
    return refuse(log, 'The "catalog" of this file is no object.', '/catalog');
  const names = Object.keys(value);
  const model = names.find((name) => Object.hasOwn(OSCAL_MODELS, name));
  if (model !== undefined) {
    return refuse(
      log,
      `This is ${modelWithArticle(model)}; what is taken in here is an OSCAL catalog.`,
      `/${model}`,
    );
  }
  if (!isBareCatalog(names)) {
    const found = names
      .slice(0, 3)
      .map((name) => `"${name.slice(0, 40)}"`)
      .join(', ');
    return refuse(
      log,
      `This is JSON, but not an OSCAL catalog: it holds ${found === '' ? 'nothing' : found}.`,
    );
  }
  log.add(
    'warning',
    'missing-wrapper',
    '',
    'The catalog is not inside "catalog" as OSCAL wants it; it was taken all the same.',
  );
  return new OscalNode(value, '', log);
}

function refuse(log: ProblemLog, message: string, where = ''): null {
  log.add('error', 'not-a-catalog', where, message);
  return null;
}

/** Far above any catalog there is; a file beyond it was made to keep a machine busy. */
const MOST_CONTROLS = 50_000;

function readCatalog(catalog: OscalNode, source: ImportSource, log: ProblemLog): NormalisedFramework | null {
  const targets = findTargets(catalog);
  if (targets.controls > MOST_CONTROLS) {
    const message = `This OSCAL catalog holds ${targets.controls} controls; up to ${MOST_CONTROLS} are taken in.`;
    log.add('error', 'too-complex', catalog.at, message);
    return null;
  }
  const metadata = catalog.node('metadata') ?? new OscalNode({}, `${catalog.at}/metadata`, log);
  const head = readMetadata(metadata, log);
  const content = readContent(catalog, targets);
  if (content.controls.length === 0) {
    const message = 'This OSCAL catalog holds no controls, so there is nothing to take in.';
    log.add('error', 'no-controls', catalog.at, message);
    return null;
  }
  lendParameters(content, log);
  tellDangling(content, isResolvedProfile(metadata), log);
  return { ...emptyFramework(source), ...head, ...contentFields(content) };
}

function contentFields(
  content: CatalogContent,
): Pick<NormalisedFramework, 'groups' | 'controls' | 'parameters'> {
  const { groups, controls } = content;
  const parameters = unlessEmpty(content.parameters);
  return { groups, controls, ...(parameters === undefined ? {} : { parameters }) };
}

function readMetadata(metadata: OscalNode, log: ProblemLog) {
  const title = metadata.text('title');
  const version = metadata.text('version');
  if (title === undefined)
    log.add('warning', 'missing-title', `${metadata.at}/title`, 'The catalog has no title.');
  if (version === undefined) {
    log.add('warning', 'missing-version', `${metadata.at}/version`, 'The catalog has no version.');
  }
  const language = readProps(metadata).find((prop) => /^lang(?:uage)?$/i.test(prop.name))?.value;
  return present<Pick<NormalisedFramework, 'title' | 'version' | 'published' | 'language'>>({
    title: title ?? 'Untitled catalog',
    version: version ?? '',
    published: metadata.text('published', 'publication-date'),
    language,
  });
}

function emptyFramework(source: ImportSource): NormalisedFramework {
  return {
    schema: FRAMEWORK_SCHEMA,
    kind: 'catalog',
    format: oscalCatalogJson.id,
    source: { sha256: source.sha256, bytes: source.bytes.length },
    title: '',
    version: '',
    groups: [],
    controls: [],
    pillars: [],
    phases: [],
    gates: [],
    kpis: [],
    maturity: [],
    risks: [],
    checklists: [],
    items: [],
    criteria: [],
    notes: [],
  };
}

/** The output of profile resolution says so itself (OSCAL profile resolution, section on metadata). */
function isResolvedProfile(metadata: OscalNode): boolean {
  const byTool = readProps(metadata).some((prop) => prop.name === 'resolution-tool');
  return (
    byTool ||
    metadata
      .nodes('links')
      .some((link) => /^(?:source-profile|resolution-source)/.test(link.text('rel') ?? ''))
  );
}

/** A baseline names controls it leaves out as a matter of course; elsewhere each lost target is told. */
function tellDangling({ dangling }: CatalogContent, isBaseline: boolean, log: ProblemLog): void {
  if (dangling.size === 0) return;
  if (isBaseline) {
    const message = `${dangling.size} references lead to controls that this baseline leaves out.`;
    log.add('info', 'dangling-link', '/catalog', message);
  }
  for (const [id, where] of isBaseline ? [] : dangling) {
    log.add('warning', 'dangling-link', where, `A link leads to "#${id}", which this file does not hold.`);
  }
}
