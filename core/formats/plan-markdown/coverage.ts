import type { ImportProblem, Maturity, NormalisedFramework } from '../../../shared/domain/framework.ts';
import type { ImportReading, ImportSource } from '../format.ts';
import { plainText } from './inline.ts';
import { decodeSource } from './source-text.ts';

/** Where one line of a plan went; `by` is null for a line that was lost. */
export interface LineFate {
  readonly line: number;
  readonly text: string;
  readonly by: 'record' | 'note' | 'report' | null;
}

/**
 * Says for every non-empty line of the source where its text went. A line number alone proves nothing: each
 * word and sign of the line must stand in the records, notes and problems of that line, or be the next words
 * of a record that began on the lines directly above (or of the scope of the phase or pillar it stands under).
 * A line without any word (a rule, a table's dashes) needs a record, note or problem of its number.
 */
export function lineCoverage(reading: ImportReading, source: ImportSource): LineFate[] {
  if (reading.framework === null) return [];
  return fatesOf(decodeSource(source.bytes).lines, reading.framework, reading.problems);
}

/** The same over lines already decoded; used while reading to keep what no record has taken. */
export function fatesOf(
  lines: readonly string[],
  framework: NormalisedFramework,
  problems: readonly ImportProblem[],
): LineFate[] {
  const claims = claimsByLine(framework, problems);
  const reach: Reach = { open: [], scopes: new Map() };
  return lines.flatMap((text, index) => {
    const line = index + 1;
    const here = claims.get(line) ?? [];
    for (const claim of here) if (left(claim.scope) > 0) reach.scopes.set(claim.kind, claim);
    if (text.trim() === '') {
      reach.open = [];
      return [];
    }
    return [{ line, text, by: fateOf(text, here, reach) }];
  });
}

/** One record, note or problem with the words it can answer for. */
interface Claim {
  readonly kind: string;
  readonly by: 'record' | 'note' | 'report';
  readonly boxed: boolean;
  readonly words: ReadonlyMap<string, number>;
  /** Its running text, which may go on over the next lines. */
  readonly running: Run;
  /** The scope of a phase or pillar, whose lines may stand anywhere below it. */
  readonly scope: Run;
}

/** Words in their order and how many of them lines have used. */
interface Run {
  readonly words: readonly string[];
  used: number;
}

/** Claims of lines above that may still reach this one. */
interface Reach {
  open: readonly Claim[];
  readonly scopes: Map<string, Claim>;
}

function fateOf(text: string, here: readonly Claim[], reach: Reach): LineFate['by'] {
  const boxed = here.some((claim) => claim.boxed);
  for (const reading of readingsOf(text, boxed)) {
    const words = wordsOf(reading);
    if (words.length === 0) {
      if (here.length > 0) return here[0]?.by ?? null;
      continue;
    }
    const by = ownWords(words, here, reach) ?? nextWords(words, reach) ?? scopeWords(words, here, reach);
    if (by !== null) return by;
  }
  reach.open = [];
  return null;
}

/** The line as it stands, and without the signs that are layout: quote and list markers, a box, entities. */
function readingsOf(text: string, boxed: boolean): string[] {
  const bare = text.replace(/^(?:\s|>|[-+*](?=\s|$)|\d{1,9}[.)](?=\s|$))+/, '');
  const unboxed = boxed
    ? bare.replace(/^\[[ xX]\](?=\s|$)/, '').replaceAll(/(^|\|)\s*\[[ xX]\]\s*(?=\||$)/g, '$1')
    : bare;
  return [text, unboxed, plainText(unboxed)];
}

function ownWords(words: readonly string[], here: readonly Claim[], reach: Reach): LineFate['by'] {
  if (!holds(words, here)) return null;
  for (const { running } of here) {
    running.used += left(running) > words.length ? overlap(words, running) : left(running);
    if (running.used === 0) running.used = running.words.length;
  }
  reach.open = here.filter((claim) => left(claim.running) > 0);
  return here.find((claim) => claim.by === 'record')?.by ?? here[0]?.by ?? null;
}

function holds(words: readonly string[], here: readonly Claim[]): boolean {
  for (const [word, count] of countOf(words)) {
    let there = 0;
    for (const claim of here) there += claim.words.get(word) ?? 0;
    if (there < count) return false;
  }
  return true;
}

function nextWords(words: readonly string[], reach: Reach): LineFate['by'] {
  const going = reach.open.filter(({ running }) =>
    words.every((word, index) => running.words[running.used + index] === word),
  );
  if (going.length === 0) return null;
  for (const { running } of going) running.used += words.length;
  reach.open = going.filter((claim) => left(claim.running) > 0);
  return 'record';
}

/** A label may stand before the scope's words on their line: then the line's own claims answer for it. */
function scopeWords(words: readonly string[], here: readonly Claim[], reach: Reach): LineFate['by'] {
  for (const { scope } of reach.scopes.values()) {
    const over = overlap(words, scope);
    if (over === 0 || !holds(words.slice(0, words.length - over), here)) continue;
    scope.used += over;
    return 'record';
  }
  return null;
}

function left(run: Run): number {
  return run.words.length - run.used;
}

/** How many words at the end of a line are the next ones of a running text. */
function overlap(words: readonly string[], run: Run): number {
  for (let count = Math.min(words.length, left(run)); count > 0; count -= 1) {
    const from = words.length - count;
    let index = 0;
    while (index < count && words[from + index] === run.words[run.used + index]) index += 1;
    if (index === count) return count;
  }
  return 0;
}

/** Letters, digits and every sign that carries meaning; Markdown's own punctuation does not count. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+|[%$@/]|[^\s\p{L}\p{M}\p{N}\p{Cc}!-/:-@[-`{-~]/gu) ?? [];
}

function countOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const KINDS = [
  'groups',
  'pillars',
  'phases',
  'gates',
  'kpis',
  'maturity',
  'risks',
  'checklists',
  'items',
  'criteria',
] as const;

function claimsByLine(
  framework: NormalisedFramework,
  problems: readonly ImportProblem[],
): Map<number, Claim[]> {
  const claims = new Map<number, Claim[]>();
  const add = (line: number, claim: Claim) => {
    const there = claims.get(line);
    if (there === undefined) claims.set(line, [claim]);
    else there.push(claim);
  };
  for (const kind of KINDS) {
    for (const record of framework[kind])
      if (record.line !== undefined) add(record.line, recordClaim(kind, record));
  }
  for (const note of framework.notes) add(note.line, claimOf('notes', 'note', note.text));
  for (const problem of problems) {
    const line = Number(/^line (\d+)$/.exec(problem.where)?.[1] ?? Number.NaN);
    if (!Number.isNaN(line)) add(line, claimOf('report', 'report', problem.message));
  }
  return claims;
}

function claimOf(kind: string, by: Claim['by'], text: string): Claim {
  return { kind, by, boxed: false, words: countOf(wordsOf(text)), running: run(''), scope: run('') };
}

function recordClaim(kind: string, record: object): Claim {
  const boxed = 'checked' in record && record.checked !== undefined;
  const scope = 'scope' in record && record.scope !== undefined ? [record.scope].flat().join('\n') : '';
  const { scope: _, ...own } = record as { scope?: unknown };
  const text = recordText(own);
  return { ...claimOf(kind, 'record', text), boxed, running: run(text), scope: run(scope) };
}

function run(text: string): Run {
  return { words: wordsOf(text), used: 0 };
}

/** Fields that hold text of the source; paths and kinds are ours and prove nothing. */
const OURS = new Set(['path', 'order', 'group', 'line', 'parent', 'of', 'checklist', 'kind', 'checked']);

function recordText(record: object): string {
  if ('dimension' in record && 'scale' in record) return scoreText(record as Maturity);
  return Object.entries(record)
    .filter(([field]) => !OURS.has(field))
    .map(([, value]) => (Array.isArray(value) ? value.join('\n') : String(value)))
    .join('\n');
}

/** A score stands in the plan as `2/5 → 4/5`. */
function scoreText({ dimension, current, target, scale }: Maturity): string {
  const now = current === undefined ? '' : `${current}/${scale} → `;
  return `${dimension}: ${now}${target}/${scale}`;
}
