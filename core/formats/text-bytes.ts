import { isUtf8 } from 'node:buffer';
import type { ImportProblem } from '../../shared/domain/framework.ts';
import { identifyContent } from './content-kind.ts';
import { wideEncoding } from './wide-encoding.ts';

/** A text file's bytes as UTF-8 without a byte order mark, or the one reason why they are not text. */
export type TextBytes = { readonly utf8: Uint8Array } | { readonly problem: ImportProblem };

/** Settles the encoding: UTF-8 with or without a mark, UTF-16 of either order; everything else is refused by name. */
export function textBytes(bytes: Uint8Array): TextBytes {
  const wide = wideEncoding(bytes);
  if (wide === 'utf-32') return refused('This file is UTF-32 text; save it as UTF-8.');
  if (wide !== null) return fromUtf16(bytes, wide);
  const body = hasUtf8Mark(bytes) ? bytes.subarray(3) : bytes;
  const content = identifyContent(body);
  if (content.binary) return refused(`This is ${content.name}, not a text file.`);
  if (!isUtf8(body)) {
    const line = firstBrokenLine(body);
    return refused(
      `Line ${line} holds bytes that are not UTF-8 text; save the file as UTF-8.`,
      `line ${line}`,
    );
  }
  return { utf8: body };
}

function refused(message: string, where = 'line 1'): TextBytes {
  return { problem: { where, code: 'not-text', message, severity: 'error' } };
}

function hasUtf8Mark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function fromUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): TextBytes {
  try {
    return { utf8: Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(bytes), 'utf8') };
  } catch {
    return refused('This file looks like UTF-16 text but is damaged; save it as UTF-8.');
  }
}

/** A line feed never stands inside a multi-byte character, so every line can be judged by itself. */
function firstBrokenLine(bytes: Uint8Array): number {
  let line = 1;
  for (let from = 0; from <= bytes.length; line += 1) {
    const feed = bytes.indexOf(0x0a, from);
    const to = feed === -1 ? bytes.length : feed;
    if (!isUtf8(bytes.subarray(from, to))) return line;
    from = to + 1;
  }
  return line;
}
