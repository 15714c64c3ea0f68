import type { FileBytes } from '../file-bytes.ts';
import { NeedMoreBytes, PdfParser } from './parser.ts';
import { indexOf, isDict, isRef, PdfFault, type PdfObject, type PdfValue } from './values.ts';

const FIRST_WINDOW = 4096;
/** No single value is larger: a page tree with a million children is 20 MB. */
const MAX_WINDOW = 64 * 1024 * 1024;

/** Finds an indirect stream length; without it only direct lengths are read. */
export type LengthOf = (num: number) => Promise<number | null>;

/** Runs `parse` on a window at `offset` that grows until the value is whole. */
async function inWindow<T>(
  file: FileBytes,
  offset: number,
  end: number,
  parse: (parser: PdfParser) => T,
): Promise<T> {
  for (let size = FIRST_WINDOW; ; size *= 4) {
    const wanted = Math.min(size, end - offset);
    const window = await file.read(offset, wanted);
    try {
      return parse(new PdfParser(window, offset, wanted >= end - offset));
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error;
      if (size >= MAX_WINDOW) throw new PdfFault('a value is too large', offset);
    }
  }
}

/** Reads the value that follows `keyword` at `offset`. */
export function readValueAt(
  file: FileBytes,
  offset: number,
  end: number,
  keyword: string,
): Promise<{ value: PdfValue; end: number }> {
  return inWindow(file, offset, end, (parser) => {
    parser.expect(keyword);
    return { value: parser.value(), end: parser.offset };
  });
}

/** Reads the indirect object whose number stands exactly at `offset`. */
export async function readObjectAt(
  file: FileBytes,
  offset: number,
  end: number,
  lengthOf: LengthOf = async () => null,
): Promise<PdfObject> {
  const head = await inWindow(file, offset, end, objectHead);
  if (head.start !== offset) throw new PdfFault('no object stands where the file says', offset);
  if (head.streamStart === null) return { ...head, stream: null };
  const length = await streamLength(head.value, lengthOf);
  if (length === null || head.streamStart + length > end) {
    throw new PdfFault('the length of a stream is wrong', offset);
  }
  const objectEnd = await inWindow(file, head.streamStart + length, end, (parser) => {
    parser.expect('endstream');
    parser.expect('endobj');
    return parser.offset;
  });
  return { ...head, stream: { start: head.streamStart, length }, end: objectEnd };
}

interface Head {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfValue;
  readonly start: number;
  readonly end: number;
  readonly streamStart: number | null;
}

function objectHead(parser: PdfParser): Head {
  parser.skipSpace();
  const start = parser.offset;
  const num = parser.index();
  const gen = parser.index();
  parser.expect('obj');
  const value = parser.value();
  if (isDict(value) && parser.accept('stream')) {
    const streamStart = parser.streamStart();
    return { num, gen, value, start, end: streamStart, streamStart };
  }
  parser.expect('endobj');
  return { num, gen, value, start, end: parser.offset, streamStart: null };
}

async function streamLength(value: PdfValue, lengthOf: LengthOf): Promise<number | null> {
  const length = isDict(value) ? value.entries.get('Length') : undefined;
  return isRef(length) ? lengthOf(length.num) : indexOf(length);
}
