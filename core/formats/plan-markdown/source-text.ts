import type { ImportProblem } from '../../../shared/domain/framework.ts';

/** The text of a file, cut into the lines that Markdown counts (LF, CRLF and lone CR end a line). */
export interface SourceText {
  readonly text: string;
  /** Line 1 is `lines[0]`. */
  readonly lines: readonly string[];
  readonly problems: readonly ImportProblem[];
}

/** Decodes UTF-8, or UTF-16 by its byte order mark; bytes that are no text become U+FFFD and are reported. */
export function decodeSource(bytes: Uint8Array): SourceText {
  const { encoding, damage } = encodingOf(bytes);
  const decoded = new TextDecoder(encoding).decode(bytes);
  const damagedBefore = damage ? damagedLines(bytes, encoding) : [];
  const text = decoded.replaceAll('\0', '\uFFFD');
  const problems: ImportProblem[] = damagedBefore.map((line) => ({
    where: `line ${line}`,
    code: 'not-text',
    message: 'Bytes on this line are not valid text; they were replaced by �.',
    severity: 'warning',
  }));
  if (decoded.includes('\0')) problems.push(...nulProblems(decoded));
  return { text, lines: splitLines(text), problems };
}

export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** True for bytes with many control characters and no UTF-16 byte order mark; a stray NUL is only damage. */
export function looksBinary(bytes: Uint8Array): boolean {
  if (utf16(bytes) !== null) return false;
  const sample = bytes.subarray(0, 65_536);
  let controls = 0;
  for (const byte of sample) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls += 1;
  }
  return controls > 2 + sample.length / 100;
}

function encodingOf(bytes: Uint8Array): { encoding: string; damage: boolean } {
  const encoding = utf16(bytes) ?? 'utf-8';
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return { encoding, damage: false };
  } catch {
    return { encoding, damage: true };
  }
}

function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

const MOST_DAMAGED_LINES = 100;

/** A U+FFFD that the author wrote is valid text, so each line is tried for itself. */
function damagedLines(bytes: Uint8Array, encoding: string): number[] {
  if (encoding !== 'utf-8') {
    return linesWith(new TextDecoder(encoding).decode(bytes), '\uFFFD').slice(0, MOST_DAMAGED_LINES);
  }
  const strict = new TextDecoder('utf-8', { fatal: true });
  const damaged: number[] = [];
  let line = 1;
  let start = 0;
  for (let at = 0; at <= bytes.length && damaged.length < MOST_DAMAGED_LINES; at += 1) {
    const byte = bytes[at];
    const ends = at === bytes.length || byte === 10 || (byte === 13 && bytes[at + 1] !== 10);
    if (!ends) continue;
    try {
      strict.decode(bytes.subarray(start, at));
    } catch {
      damaged.push(line);
    }
    start = at + 1;
    line += 1;
  }
  return damaged;
}

function nulProblems(decoded: string): ImportProblem[] {
  return linesWith(decoded, '\0')
    .slice(0, MOST_DAMAGED_LINES)
    .map((line) => ({
      where: `line ${line}`,
      code: 'control-character',
      message: 'This line holds a NUL character; it was replaced by �.',
      severity: 'warning' as const,
    }));
}

function linesWith(text: string, needle: string): number[] {
  return splitLines(text).flatMap((line, index) => (line.includes(needle) ? [index + 1] : []));
}
