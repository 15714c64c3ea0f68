import { formatWords } from '../../../shared/domain/count-words.ts';
import {
  FRAMEWORK_SCHEMA,
  type ImportProblem,
  type NodeNote,
  type NormalisedFramework,
} from '../../../shared/domain/framework.ts';
import { countPlan } from '../../../shared/domain/plan-counts.ts';
import type { ImportFormat, ImportReading, ImportSource } from '../format.ts';
import { type Blocks, DEEPEST, parseBlocks } from './blocks.ts';
import { fatesOf, wordsOf } from './coverage.ts';
import { detectPlan } from './detect.ts';
import type { Draft } from './draft.ts';
import { firstDate } from './fields.ts';
import { plainText } from './inline.ts';
import { readPlan } from './read-plan.ts';
import { titleOf } from './sections.ts';
import { decodeSource, looksBinary, type SourceText } from './source-text.ts';

export { type LineFate, lineCoverage } from './coverage.ts';

/**
 * Markdown readiness plans, go-live checklists and roadmaps. `docs/plans.md` says for users how one is read;
 * the definitions of the counts are the glossary's.
 */
export const planMarkdown: ImportFormat = {
  id: 'plan-markdown',
  title: formatWords('plan-markdown'),
  maxBytes: 8 * 1024 * 1024,
  detect: (source) => detectPlan(source.bytes),
  read: readSource,
};

function readSource(source: ImportSource): ImportReading {
  const refusal = refusalOf(source);
  if (refusal !== null) return { framework: null, problems: [refusal], counts: {} };
  const text = decodeSource(source.bytes);
  if (text.text.trim() === '') return { framework: null, problems: [emptyFile()], counts: {} };
  const blocks = parseBlocks(text.lines);
  const title = titleOf(blocks.root) ?? blocks.frontMatter.get('title') ?? 'Untitled plan';
  const draft = readPlan(blocks.root, title, text.lines.length);
  const problems = [...text.problems, ...depthProblems(blocks)];
  const records = frameworkOf(source, title, text, blocks, draft);
  const { notes, layout } = keepTheRest(text, blocks, records, problems, draft);
  const framework = { ...records, notes: [...records.notes, ...notes].sort((a, b) => a.line - b.line) };
  return { framework, problems: [...problems, ...layout], counts: countsOf(framework, draft) };
}

function refusalOf(source: ImportSource): ImportProblem | null {
  if (source.bytes.length > planMarkdown.maxBytes) {
    return problem('file', 'too-large', 'The file is larger than 8 MB.', 'error');
  }
  if (looksBinary(source.bytes)) return problem('file', 'not-text', 'This is no text file.', 'error');
  return null;
}

function emptyFile(): ImportProblem {
  return problem('file', 'empty', 'The file holds no text.', 'error');
}

function depthProblems(blocks: Blocks): ImportProblem[] {
  return blocks.tooDeep.map((line) =>
    problem(
      `line ${line}`,
      'too-deep',
      `Lists and quotes nest deeper than ${DEEPEST} levels here; the line was kept as a note.`,
      'warning',
    ),
  );
}

function frameworkOf(
  source: ImportSource,
  title: string,
  text: SourceText,
  blocks: Blocks,
  draft: Draft,
): NormalisedFramework {
  const published = publishedIn(text, blocks);
  return {
    schema: FRAMEWORK_SCHEMA,
    kind: 'plan',
    format: planMarkdown.id,
    source: { sha256: source.sha256, bytes: source.bytes.length },
    title,
    version: versionIn(text, blocks),
    ...(published === null ? {} : { published }),
    groups: draft.groups,
    controls: [],
    pillars: draft.pillars,
    phases: draft.phases,
    gates: draft.gates,
    kpis: draft.kpis,
    maturity: draft.maturity,
    risks: draft.risks,
    checklists: draft.checklists,
    items: draft.items,
    criteria: draft.criteria,
    notes: draft.notes,
  };
}

const VERSION_LINE = /^(?:document |plan )?version\s*[:：]\s*v?(\S.{0,60}?)\s*$/i;
const UPDATED_LINE =
  /^(?:last (?:updated|modified|reviewed)|updated|date|最終更新日?|更新日|最后更新)\s*[:：]\s*(\S.{0,60}?)\s*$/i;

/** From a line "Version: …", else from "Last updated: …", else `1`. */
function versionIn(text: SourceText, blocks: Blocks): string {
  const front = blocks.frontMatter.get('version');
  return front ?? lineMatching(text, blocks, VERSION_LINE) ?? publishedText(text, blocks) ?? '1';
}

function publishedIn(text: SourceText, blocks: Blocks): string | null {
  return firstDate(publishedText(text, blocks) ?? '');
}

function publishedText(text: SourceText, blocks: Blocks): string | null {
  const front = blocks.frontMatter.get('updated') ?? blocks.frontMatter.get('date');
  return front ?? lineMatching(text, blocks, UPDATED_LINE);
}

function lineMatching(text: SourceText, blocks: Blocks, pattern: RegExp): string | null {
  for (const [index, line] of text.lines.entries()) {
    if (line.length > 200 || !/[:：]/.test(line) || blocks.verbatim.has(index + 1)) continue;
    const value = pattern.exec(plainText(line).replace(/^[->*+\s]+/, ''))?.[1];
    if (value !== undefined && /[\p{L}\p{N}]/u.test(value)) return value;
  }
  return null;
}

/**
 * Every line whose words no record carries becomes a note on the record around it; a line without words (a
 * rule, a table's dashes, an empty bullet) becomes a line of the report, except in code, where it may matter.
 */
function keepTheRest(
  text: SourceText,
  blocks: Blocks,
  framework: NormalisedFramework,
  problems: readonly ImportProblem[],
  draft: Draft,
): { notes: NodeNote[]; layout: ImportProblem[] } {
  const notes: NodeNote[] = [];
  const layout: ImportProblem[] = [];
  for (const fate of fatesOf(text.lines, framework, problems)) {
    const kept = blocks.verbatim.has(fate.line);
    if (fate.by === 'record' || fate.by === 'note' || (fate.by === 'report' && !kept)) continue;
    const on = draft.around[fate.line] ?? 'plan';
    if (kept || wordsOf(fate.text).length > 0)
      notes.push({ on, text: noteText(fate.text, kept), line: fate.line });
    else
      layout.push(problem(`line ${fate.line}`, 'layout', 'Layout without words; nothing to keep.', 'info'));
  }
  return { notes, layout };
}

function noteText(line: string, verbatim: boolean): string {
  const trimmed = line.trim();
  if (verbatim) return trimmed;
  const plain = plainText(trimmed.replace(/^(?:[-*+>]\s+)+/, '').replace(/^\|\s*|\s*\|$/g, ''));
  return wordsOf(plain).length > 0 ? plain : trimmed;
}

function problem(
  where: string,
  code: string,
  message: string,
  severity: ImportProblem['severity'],
): ImportProblem {
  return { where, code, message, severity };
}

/**
 * Task sections of a phase are gathered in a list so that they can be worked, but the phase is their group and
 * is counted as such: `checklists` counts the lists the plan writes, `taskLists` those gathered here.
 */
function countsOf(framework: NormalisedFramework, draft: Draft): Record<string, number> {
  return {
    ...countPlan(framework),
    checklists: framework.checklists.length - draft.taskLists.size,
    taskLists: draft.taskLists.size,
    boxes: framework.items.filter((item) => item.checked !== undefined).length,
    notes: framework.notes.length,
  };
}
