import type { ImportProblem } from '../../shared/domain/framework.ts';
import { identifyContent } from './content-kind.ts';
import { type JsonBreak, type JsonScan, scanJson } from './json-scan.ts';
import { ProblemLog } from './problem-log.ts';
import { textBytes } from './text-bytes.ts';

/** A parsed document with what had to be put right in it, or the one reason why there is none. */
export type JsonReading =
  | { readonly value: unknown; readonly problems: readonly ImportProblem[] }
  | { readonly problem: ImportProblem };

const MEBIBYTE = 1024 * 1024;

/** Deep enough for any catalog (each nested control costs two levels), shallow enough for every recursion. */
export const JSON_DEPTH = 200;
const JSON_VALUES = 2_000_000;
const JSON_NAMES = 20_000;

/**
 * Reads JSON from bytes nobody vouches for: never throws, never overflows, and hands on only well-formed
 * Unicode and finite numbers. Every importer of JSON reads through it.
 */
export function parseJson(bytes: Uint8Array, maxBytes = 64 * MEBIBYTE): JsonReading {
  if (bytes.length > maxBytes) return refused('too-large', tooLarge(bytes.length, maxBytes));
  const text = textBytes(bytes);
  if ('problem' in text) return text;
  const { utf8 } = text;
  if (utf8.length === 0) return refused('empty-file', 'This file is empty.');
  if (isBlank(utf8)) return refused('empty-file', 'This file holds nothing but white space.');
  const scan = scanJson(utf8, { depth: JSON_DEPTH, values: JSON_VALUES, names: JSON_NAMES });
  if (scan.broken !== null) return { problem: brokenAt(utf8, scan.broken) };
  return built(utf8, scan);
}

function refused(code: string, message: string): JsonReading {
  return { problem: { where: 'file', code, message, severity: 'error' } };
}

/** The sentence for a file above its format's limit. */
export function tooLarge(bytes: number, maxBytes: number): string {
  const size = Math.ceil(bytes / MEBIBYTE);
  return `This file has ${size} MB; this format is read up to ${Math.floor(maxBytes / MEBIBYTE)} MB.`;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function brokenAt(bytes: Uint8Array, broken: JsonBreak): ImportProblem {
  const { line, column } = position(bytes, broken.offset);
  const place = `line ${line}, column ${column}`;
  const message =
    broken.code === 'not-json' && broken.offset === firstInk(bytes)
      ? `This is ${identifyContent(bytes).name}, not JSON.`
      : `This JSON cannot be read: ${broken.message} (${place}).`;
  return { where: place, code: broken.code, message, severity: 'error' };
}

function firstInk(bytes: Uint8Array): number {
  return bytes.findIndex((byte) => byte > 0x20);
}

/** Line and column count from 1; the column counts characters, as editors do. */
function position(bytes: Uint8Array, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let feed = bytes.indexOf(0x0a); feed !== -1 && feed < offset; feed = bytes.indexOf(0x0a, feed + 1)) {
    line += 1;
    start = feed + 1;
  }
  let column = 1;
  for (let at = start; at < offset; at += 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) column += 1;
  return { line, column };
}

function built(bytes: Uint8Array, scan: JsonScan): JsonReading {
  const log = new ProblemLog();
  for (const { offset, name } of scan.duplicates) {
    const { line, column } = position(bytes, offset);
    const message = `"${name}" stands twice in one object; the last one counts.`;
    log.add('warning', 'duplicate-key', `line ${line}, column ${column}`, message);
  }
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const value = scan.suspicious ? mended(parsed, '', log) : parsed;
    return { value, problems: log.all() };
  } catch (error) {
    // The scan is as strict as JSON.parse; should they ever disagree, the file is refused all the same.
    return refused('not-json', `This JSON cannot be read: ${error instanceof Error ? error.name : 'error'}.`);
  }
}

/** Replaces what canonical JSON refuses: lone surrogates by U+FFFD, numbers beyond all bounds by null. */
function mended(value: unknown, at: string, log: ProblemLog): unknown {
  if (typeof value === 'string') return wellFormed(value, at, log);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    log.add('warning', 'number-too-large', at, 'This number is too large to be kept and was left out.');
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => mended(item, `${at}/${index}`, log));
  if (typeof value !== 'object' || value === null) return value;
  // fromEntries defines own properties, so a "__proto__" name stays data.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const here = pointer(at, name);
      return [wellFormed(name, here, log), mended(item, here, log)];
    }),
  );
}

function wellFormed(text: string, at: string, log: ProblemLog): string {
  if (text.isWellFormed()) return text;
  const message = 'Half a character (a lone surrogate) was replaced by a replacement sign.';
  log.add('warning', 'broken-unicode', at, message);
  return text.toWellFormed();
}

/** Extends a JSON pointer (RFC 6901) by one name. */
export function pointer(at: string, name: string): string {
  return `${at}/${name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
