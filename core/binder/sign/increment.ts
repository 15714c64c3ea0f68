import { deflateSync } from 'node:zlib';
import { refuse } from '../../../shared/fault.ts';
import { hexString } from '../compose/pdf-objects.ts';
import type { PdfFile, PdfObject } from './pdf-file.ts';
import {
  name,
  number,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  ref,
  withEntries,
  write,
} from './pdf-value.ts';

/** The bytes to append, and where in them each object starts. */
export interface Assembled {
  readonly bytes: Buffer;
  readonly starts: ReadonlyMap<number, number>;
}

interface Written {
  readonly number: number;
  readonly generation: number;
  readonly body: Buffer;
}

/** Cross-reference entries give an offset ten digits (ISO 32000-1, 7.5.4). */
const MAX_OFFSET = 9_999_999_999;

/** An incremental update in the making: new objects and new revisions of old ones, to stand behind the file as it is. */
export class Increment {
  readonly #file: PdfFile;
  readonly #written: Written[] = [];
  #next: number;

  constructor(file: PdfFile) {
    this.#file = file;
    this.#next = file.nextNumber;
  }

  add(value: PdfValue): PdfRef {
    return this.#new(latin1(write(value)));
  }

  /** A stream object; the bytes are already encoded as the dictionary says. */
  addStream(entries: PdfDict, bytes: Buffer): PdfRef {
    const head = write(withEntries(entries, { Length: number(bytes.length) }));
    return this.#new(Buffer.concat([latin1(`${head}\nstream\n`), bytes, latin1('\nendstream')]));
  }

  /** A number for an object whose value comes later, by `put`. */
  reserve(): PdfRef {
    const target = this.#next;
    this.#next += 1;
    return ref(target);
  }

  /** The value of a reserved object, or a new revision of one that is in the file already. */
  put(object: Pick<PdfObject, 'number' | 'generation'>, value: PdfValue): void {
    this.#written.push({ ...object, body: latin1(write(value)) });
  }

  /** Objects, cross-reference section and a trailer that points back to the last one. */
  assemble(id: Buffer): Assembled {
    // The old file may end without a line break; the new objects start on a line of their own.
    const parts: Buffer[] = [latin1('\n')];
    const starts = new Map<number, number>();
    const entries = new Map<number, string>();
    let at = 1;
    const objects = [...this.#written].sort((a, b) => a.number - b.number);
    for (const { number: target, generation, body } of objects) {
      const framed = Buffer.concat([latin1(`${target} ${generation} obj\n`), body, latin1('\nendobj\n')]);
      starts.set(target, at);
      entries.set(target, `${pad(this.#file.size + at, 10)} ${pad(generation, 5)} n\r\n`);
      parts.push(framed);
      at += framed.length;
    }
    const xref = this.#file.size + at;
    if (xref > MAX_OFFSET) {
      refuse({
        code: 'invalid-input',
        detail: 'This file is too large for a classic cross-reference table.',
      });
    }
    const trailer = write(this.#trailer(id));
    parts.push(latin1(`xref\n${runs(entries)}trailer\n${trailer}\nstartxref\n${xref}\n%%EOF\n`));
    return { bytes: Buffer.concat(parts), starts };
  }

  #new(body: Buffer): PdfRef {
    const object = this.reserve();
    this.#written.push({ ...object, body });
    return object;
  }

  /** The first part of the id names the document and stays; the second names this revision (14.4). */
  #trailer(id: Buffer): PdfDict {
    const { trailer, xrefAt } = this.#file;
    const old = trailer.entries.get('ID');
    const first = old?.kind === 'array' ? old.items[0] : undefined;
    const changed: PdfValue = { kind: 'verbatim', raw: hexString(id) };
    return withEntries(trailer, {
      Size: number(this.#next),
      Prev: number(xrefAt),
      ...(first ? { ID: { kind: 'array', items: [first, changed] } } : {}),
    });
  }
}

/** Adds a stream compressed with deflate. */
export function addDeflated(increment: Increment, entries: PdfDict, bytes: Buffer): PdfRef {
  return increment.addStream(
    withEntries(entries, { Filter: name('FlateDecode') }),
    deflateSync(bytes, { level: 9 }),
  );
}

/** The entries in runs of consecutive numbers, each with its heading; given in ascending order. */
function runs(entries: ReadonlyMap<number, string>): string {
  const grouped: { first: number; lines: string[] }[] = [];
  for (const [target, line] of entries) {
    const last = grouped.at(-1);
    if (last && last.first + last.lines.length === target) last.lines.push(line);
    else grouped.push({ first: target, lines: [line] });
  }
  return grouped.map(({ first, lines }) => `${first} ${lines.length}\n${lines.join('')}`).join('');
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
