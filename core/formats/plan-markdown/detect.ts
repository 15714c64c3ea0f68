import { decodeSource, looksBinary } from './source-text.ts';

const SAMPLE = 131_072;
const BULLET = /^\s*(?:[-*+]|\d+[.)]) \S/;

/**
 * How sure it is that these bytes are Markdown with a structure, 0 to 1. `#` and `-` alone prove little: shell,
 * YAML and Python have them too, so they weigh only as far as the rest does not read as another format.
 */
export function detectPlan(bytes: Uint8Array): number {
  if (bytes.length === 0 || looksBinary(bytes)) return 0;
  const { lines: all } = decodeSource(bytes.subarray(0, SAMPLE));
  const text = outsideFences(all.slice(0, 4_000));
  const lines = text.filter((line) => line.trim() !== '');
  if (lines.length === 0) return 0;
  if (hasHashComments(text)) return 0.1;
  const signs = strong(lines);
  const evidence = Math.min(1, signs * 0.45 + weak(lines) + (standsAlone(text) ? 0.2 : 0));
  // A heading and nothing else is a comment as well as a title.
  if (signs === 0 && !lines.some((line) => BULLET.test(line))) return Math.min(0.2, evidence);
  return Math.round(evidence * (1 - foreign(lines)) * 0.9 * 100) / 100;
}

/** `#` lines directly below each other are comments of a script or a settings file, not headings. */
function hasHashComments(text: readonly string[]): boolean {
  let run = 0;
  let longest = 0;
  let blocks = 0;
  for (const line of text) {
    run = /^#+(?:\s|$)/.test(line) ? run + 1 : 0;
    if (run === 2) blocks += 1;
    longest = Math.max(longest, run);
  }
  const headed = text.filter((line) => /^#{2,6} \S/.test(line)).length;
  return longest >= 3 && blocks * 2 > headed;
}

/** A level-one heading with nothing but blank lines around it. */
function standsAlone(text: readonly string[]): boolean {
  return text.some(
    (line, index) => /^# \S/.test(line) && !text[index - 1]?.trim() && !text[index + 1]?.trim(),
  );
}

function outsideFences(lines: readonly string[]): string[] {
  let fence = '';
  return lines.filter((line) => {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1] ?? '';
    if (mark !== '' && (fence === '' || fence === mark)) {
      fence = fence === '' ? mark : '';
      return false;
    }
    return fence === '';
  });
}

/** Signs that hardly any other format has, each counted as far as it repeats. */
function strong(lines: readonly string[]): number {
  const signs: readonly RegExp[] = [
    /^ {0,3}#{2,6} \S/,
    /^\s*(?:[-*+]|\d+[.)]) \[[ xX]\] /,
    /^\s*\|?\s*:?-{3,}:?\s*\|[\s|:-]*$/,
    /\*\*[^*\s][^*]*\*\*/,
    /\[[^\]]+\]\((?:https?:|#|\.{0,2}\/|mailto:|[\w./-]+\.md)[^)]*\)/,
  ];
  return signs.reduce((sum, sign) => {
    const hits = lines.filter((line) => sign.test(line)).length;
    return sum + (hits === 0 ? 0 : hits === 1 ? 0.8 : 1.4);
  }, 0);
}

/** A heading, an underlined heading, and how much of the text is bullets; bullets alone stay below the middle. */
function weak(lines: readonly string[]): number {
  const hits = (sign: RegExp) => lines.filter((line) => sign.test(line)).length;
  const heading = hits(/^# \S/) > 0 ? 0.3 : 0;
  const setext = lines.some((line, index) => index > 0 && /^(?:={3,}|-{3,})\s*$/.test(line)) ? 0.1 : 0;
  const share = hits(BULLET) / lines.length;
  return heading + setext + (heading > 0 && share > 0 ? 0.15 : 0) + share / 2;
}

/** The share of lines that read as another format. */
function foreign(lines: readonly string[]): number {
  const first = lines[0]?.trimStart() ?? '';
  if (/^(?:<\?xml|<!DOCTYPE|<html|<[\w-]+:[\w-]+|#!|%PDF|\{)/i.test(first)) return 0.95;
  if (/^\[\s*(?:$|[{["\d])/.test(first)) return 0.9;
  const html = /^<(?!!--)[A-Za-z]/.test(first) && !lines.some((line) => /^#{1,6} \S/.test(line));
  if (html || lines.some((line) => /^\s*(?:\/\*\*?(?:\s|$)|\*\/)/.test(line))) return 0.8;
  const signs: readonly RegExp[] = [
    /[;{}]\s*$/,
    /^\s*(?:import|from|package|using|def|class|const|let|var|function|return|public|private|if|for|while|export|fi|done|echo)\b.*[=(:;{]/,
    /^\s*[\w.-]+\s*:(?:\s*$|\s+\S)/,
    /^\s*-\s+[\w.-]+:(?:\s|$)/,
    /^\[?\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/,
    /^[^,]*,[^,]*,[^,]*(?:,|$)[^.]*$/,
    /^\s*<\/?[A-Za-z][\w:-]*[^>]*>\s*$/,
    /^\s*[\w.]+\s*=\s*\S/,
  ];
  const marked = /^\s*(?:#{1,6} |[-*+] (?![\w.-]+:(?:\s|$))|\d+[.)] |\||>|\*\*)/;
  const alien = lines.filter((line) => !marked.test(line) && signs.some((sign) => sign.test(line))).length;
  const share = alien / lines.length;
  return share < 0.3 ? share / 2 : Math.min(0.95, share * 1.3);
}
