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
 * word and sign of the line must stand in the records, notes and problems of that line, or in a record that
 * began above and has words left which no line has used yet. A line without any word (a rule, a table's
 * dashes) needs a record, note or problem of its number.
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
  const latest = new Map<string, Claim>();
  return lines.flatMap((text, index) => {
    const line = index + 1;
    const here = claims.get(line) ?? [];
    for (const claim of here) if (claim.spreads) latest.set(claim.kind, claim);
    if (text.trim() === '') return [];
    return [{ line, text, by: fateOf(text, here, latest) }];
  });
}

interface Claim {
  readonly kind: string;
  readonly by: 'record' | 'note' | 'report';
  /** Whether its text may run over several lines. */
  readonly spreads: boolean;
  readonly boxed: boolean;
  /** Words not yet used by a line. */
  readonly words: Map<string, number>;
}

function fateOf(text: string, here: readonly Claim[], latest: ReadonlyMap<string, Claim>): LineFate['by'] {
  const boxed = here.some((claim) => claim.boxed);
  for (const reading of readingsOf(text, boxed)) {
    const words = wordsOf(reading);
    if (words.length === 0) {
      if (here.length > 0) return here[0]?.by ?? null;
      continue;
    }
    const pool = [...here, ...[...latest.values()].filter((claim) => !here.includes(claim))];
    const by = take(words, here, pool);
    if (by !== null) return by;
  }
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

/** Uses up the words where every one of them is there; words of the line's own claims are used in each of them. */
function take(words: readonly string[], here: readonly Claim[], pool: readonly Claim[]): LineFate['by'] {
  const need = countOf(words);
  for (const [word, count] of need) {
    const there = pool.reduce((sum, claim) => sum + (claim.words.get(word) ?? 0), 0);
    if (there < count) return null;
  }
  const used = new Set<Claim>();
  for (const [word, count] of need) {
    let left = count;
    for (const claim of pool) {
      const has = claim.words.get(word) ?? 0;
      const taken = here.includes(claim) ? Math.min(has, count) : Math.min(has, left);
      if (taken === 0) continue;
      claim.words.set(word, has - taken);
      left = Math.max(0, left - taken);
      used.add(claim);
    }
  }
  return [...used].find((claim) => claim.by === 'record')?.by ?? [...used][0]?.by ?? null;
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

const SPREADING = new Set(['items', 'criteria', 'gates', 'kpis', 'risks', 'phases', 'pillars', 'groups']);
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
    for (const record of framework[kind]) {
      if (record.line === undefined) continue;
      const boxed = 'checked' in record && record.checked !== undefined;
      add(record.line, claimOf(kind, 'record', recordText(record), SPREADING.has(kind), boxed));
    }
  }
  for (const note of framework.notes) add(note.line, claimOf('notes', 'note', note.text, false, false));
  for (const problem of problems) {
    const line = Number(/^line (\d+)$/.exec(problem.where)?.[1] ?? Number.NaN);
    if (!Number.isNaN(line)) add(line, claimOf('report', 'report', problem.message, false, false));
  }
  return claims;
}

function claimOf(kind: string, by: Claim['by'], text: string, spreads: boolean, boxed: boolean): Claim {
  return { kind, by, spreads, boxed, words: countOf(wordsOf(text)) };
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
