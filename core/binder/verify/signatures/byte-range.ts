import type { FileBytes } from '../file-bytes.ts';
import type { Findings } from '../findings.ts';
import { DerFault, readDer } from './der.ts';
import type { SignatureField } from './fields.ts';

/** What a signature covers: the file from 0 to `end`, but for the hexadecimal string from `gap` to `gapEnd`. */
export interface SignedRange {
  readonly gap: number;
  readonly gapEnd: number;
  readonly end: number;
}

const MAX_CONTENTS = 4 * 1024 * 1024;

/**
 * Judges the byte range: one gap, which is exactly this signature's own Contents as the file's tables lead to it.
 * Null where nothing can be said about what is covered.
 */
export function judgeRange(field: SignatureField, size: number, findings: Findings): SignedRange | null {
  const where = `signature ${field.name}`;
  const { byteRange = null, contents = null } = field.value ?? {};
  if (byteRange?.length !== 4 || byteRange.includes(-1)) {
    findings.add(
      'byte-range',
      where,
      `The signature ${field.name} does not say in four numbers what it covers.`,
    );
    return null;
  }
  const [start = -1, length = -1, second = -1, rest = -1] = byteRange;
  const range = { gap: length, gapEnd: second, end: second + rest };
  if (start !== 0 || range.gap >= range.gapEnd || range.end > size || rest === 0) {
    const message = `The signature ${field.name} covers ranges that do not fit the file: it was moved, or the file was cut or saved again by another program.`;
    findings.add('byte-range', where, message);
    return null;
  }
  if (!contents?.hex || contents.start !== range.gap || contents.end !== range.gapEnd) {
    const message = `The signature ${field.name} leaves out more, less or other bytes than its own value: it was moved, or the file was saved again by another program.`;
    findings.add('byte-range', where, message);
    return null;
  }
  return range;
}

/** Reads the gap's bytes and judges them: hexadecimal digits of one case, DER, then zeros to the end. */
export async function readContents(
  file: FileBytes,
  name: string,
  range: SignedRange,
  findings: Findings,
): Promise<Buffer | null> {
  const where = `signature ${name}`;
  if (range.gapEnd - range.gap > MAX_CONTENTS) {
    findings.add('signature-format', where, `The signature ${name} is too large to be one.`);
    return null;
  }
  const text = (await file.read(range.gap, range.gapEnd - range.gap)).toString('latin1');
  const digits = text.slice(1, -1);
  if (text[0] !== '<' || text.at(-1) !== '>' || !/^([0-9a-f]{2})+$/i.test(digits)) {
    findings.add('byte-range', where, `The place of the signature ${name} holds something else.`);
    return null;
  }
  if (/[a-f]/.test(digits) && /[A-F]/.test(digits)) {
    findings.add('padding', where, `The signature ${name} was edited: its digits mix upper and lower case.`);
  }
  return derPart(Buffer.from(digits, 'hex'), name, findings);
}

function derPart(bytes: Buffer, name: string, findings: Findings): Buffer | null {
  const where = `signature ${name}`;
  try {
    const { raw } = readDer(bytes);
    if (bytes.subarray(raw.length).some((byte) => byte !== 0)) {
      const message = `There is something behind the signature ${name}, where only zeros may stand.`;
      findings.add('padding', where, message);
    }
    return raw;
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    findings.add('signature-format', where, `The signature ${name} cannot be read: ${error.message}.`);
    return null;
  }
}
