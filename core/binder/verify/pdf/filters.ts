import type { FileBytes } from '../file-bytes.ts';
import { inflateAll, inflated } from './inflate.ts';
import {
  EMPTY_DICT,
  indexOf,
  isArray,
  isDict,
  nameOf,
  type PdfDict,
  PdfFault,
  type PdfObject,
  type PdfValue,
} from './values.ts';

/** The names of a stream's filters, in order. */
export function filtersOf(dict: PdfDict): (string | null)[] {
  const filter = dict.entries.get('Filter');
  if (filter === undefined || filter === null) return [];
  return (isArray(filter) ? filter : [filter]).map((item: PdfValue) => nameOf(item));
}

/** A stream's decoded bytes, of which there may be at most `limit`. Plain and FlateDecode streams only. */
export async function decodeStream(file: FileBytes, object: PdfObject, limit: number): Promise<Buffer> {
  const { dict, filters, start, length } = streamParts(object);
  if (length > limit) throw new PdfFault('a stream is too large', object.start);
  const raw = await file.read(start, length);
  if (filters.length === 0) return raw;
  try {
    const data = await inflateAll(raw, limit);
    return unpredict(data, paramsOf(dict), object.start);
  } catch (error) {
    if (error instanceof PdfFault) throw error;
    throw new PdfFault('a compressed stream is damaged or too large', object.start);
  }
}

/** The same as pieces in constant memory, for embedded files; ends with a fault past `limit` bytes. */
export async function* decodedChunks(
  file: FileBytes,
  object: PdfObject,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const { dict, filters, start, length } = streamParts(object);
  if ((indexOf(paramsOf(dict).entries.get('Predictor')) ?? 1) > 1) {
    throw new PdfFault('a stream uses a predictor', object.start);
  }
  const raw = file.chunks(start, start + length, signal);
  let total = 0;
  for await (const chunk of filters.length === 0 ? raw : inflated(raw, object.start)) {
    total += chunk.length;
    if (total > limit) throw new PdfFault('a stream is larger than it says', object.start);
    yield chunk;
  }
}

function streamParts(object: PdfObject): {
  dict: PdfDict;
  filters: (string | null)[];
  start: number;
  length: number;
} {
  if (!object.stream || !isDict(object.value))
    throw new PdfFault('no stream where one should be', object.start);
  const filters = filtersOf(object.value);
  if (object.value.entries.has('F')) throw new PdfFault('a stream lies in another file', object.start);
  if (filters.length > 1 || (filters.length === 1 && filters[0] !== 'FlateDecode')) {
    throw new PdfFault('a stream uses a filter that is not read here', object.start);
  }
  return { dict: object.value, filters, ...object.stream };
}

function paramsOf(dict: PdfDict): PdfDict {
  const params = dict.entries.get('DecodeParms');
  const first = isArray(params) ? params[0] : params;
  return isDict(first) ? first : EMPTY_DICT;
}

/** Undoes PNG prediction, which cross-reference streams commonly use (RFC 2083, section 6). */
function unpredict(data: Buffer, params: PdfDict, at: number): Buffer {
  const predictor = indexOf(params.entries.get('Predictor')) ?? 1;
  if (predictor === 1) return data;
  const bits = indexOf(params.entries.get('BitsPerComponent')) ?? 8;
  const colors = indexOf(params.entries.get('Colors')) ?? 1;
  const columns = indexOf(params.entries.get('Columns')) ?? 1;
  if (predictor < 10 || bits !== 8 || colors > 32 || columns > 65_536 || columns * colors === 0) {
    throw new PdfFault('a stream uses a predictor that is not read here', at);
  }
  return unpredictPng(data, columns * colors, colors);
}

function unpredictPng(data: Buffer, rowLength: number, step: number): Buffer {
  const rows = Math.floor(data.length / (rowLength + 1));
  const out = Buffer.alloc(rows * rowLength);
  for (let row = 0; row < rows; row += 1) {
    const type = data[row * (rowLength + 1)] ?? 0;
    const to = row * rowLength;
    for (let i = 0; i < rowLength; i += 1) {
      const left = i >= step ? (out[to + i - step] ?? 0) : 0;
      const up = row > 0 ? (out[to + i - rowLength] ?? 0) : 0;
      const corner = i >= step && row > 0 ? (out[to + i - rowLength - step] ?? 0) : 0;
      out[to + i] = (data[row * (rowLength + 1) + 1 + i] ?? 0) + predicted(type, left, up, corner);
    }
  }
  return out;
}

function predicted(type: number, left: number, up: number, corner: number): number {
  if (type === 1) return left;
  if (type === 2) return up;
  if (type === 3) return Math.floor((left + up) / 2);
  if (type !== 4) return 0;
  const estimate = left + up - corner;
  const [dl, du, dc] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (dl <= du && dl <= dc) return left;
  return du <= dc ? up : corner;
}
