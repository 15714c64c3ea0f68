import { open } from 'node:fs/promises';
import { refuse } from '../../../shared/fault.ts';
import { readForm } from './form.ts';
import { PdfFile } from './pdf-file.ts';
import { integerOf } from './pdf-value.ts';
import { withTimeStamp } from './stamped-cms.ts';

/** The newest signature of a PDF, where nothing follows it. */
export interface LastSignature {
  readonly field: string;
  /** Its bytes, and the zeros that fill its place. */
  readonly cms: Buffer;
  /** Where its hexadecimal digits stand. */
  readonly start: number;
  readonly end: number;
}

export async function lastSignature(path: string): Promise<LastSignature> {
  await using handle = await open(path, 'r');
  const pdf = await PdfFile.open(handle);
  const { fields } = await readForm(pdf);
  for (const { name, signature } of fields) {
    const range = signature?.entries.get('ByteRange');
    const [from, before, after, length] = (range?.kind === 'array' ? range.items : []).map(integerOf);
    if (from !== 0 || before === undefined || after === undefined || length === undefined) continue;
    if (after + length !== pdf.size || before >= after) continue;
    const hex = Buffer.alloc(after - before);
    await handle.read(hex, 0, hex.length, before);
    const digits = hex.toString('latin1');
    if (/^<(?:[0-9a-fA-F]{2})+>$/.test(digits))
      return { field: name, cms: Buffer.from(digits.slice(1, -1), 'hex'), start: before + 1, end: after - 1 };
  }
  return refuse({
    code: 'conflict',
    detail: 'There is no signature at the end of this file that a time stamp could belong to.',
    remedy: 'Take the file as it was signed last.',
  });
}

/** Puts a time stamp beside the newest signature, within the place that was kept free for it. */
export async function stampLast(path: string, token: Uint8Array): Promise<void> {
  const { cms, start, end } = await lastSignature(path);
  const stamped = withTimeStamp(cms, token);
  if (stamped.length * 2 > end - start)
    refuse({ code: 'invalid-input', detail: 'The time stamp is larger than the place kept free for it.' });
  await using handle = await open(path, 'r+');
  const digits = Buffer.from(stamped.toString('hex').padEnd(end - start, '0'), 'latin1');
  for (let done = 0; done < digits.length; )
    done += (await handle.write(digits, done, digits.length - done, start + done)).bytesWritten;
  await handle.sync();
}
