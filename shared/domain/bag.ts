import { z } from 'zod';
import { VerifyProblem, VerifyReport, VerifyVerdict } from './binder.ts';

/**
 * A BagIt bag (RFC 8493): a folder with a payload under `data/`, and beside it text files that name every file of it by
 * its checksum. Archives take it in and check it without knowing what a binder is.
 */
export const BAG_DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** In a bag of ours the binder stands in `data`, and what is embedded in it once more in here. */
export const BESIDE = 'data/files/';

/** The checksums a manifest may hold, by the name in its file name, with their length in hexadecimal digits. */
export const BAG_ALGORITHMS: Readonly<Record<string, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};
/** Those by which a file can be exchanged for another one on purpose. */
export const WEAK_ALGORITHMS: readonly string[] = ['md5', 'sha1'];

/** Line ends would end the line, so they are told by their codes, and the sign for that too; nothing else is. */
export function bagPath(path: string): string {
  return path.replace(/[%\r\n]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

export function fromBagPath(text: string): string {
  return text.replace(/%(0A|0D|25)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** What is wrong with a path of a manifest; null for one that leads to a place within the bag. */
export function strayPath(path: string): string | null {
  if (path === '') return 'it is empty';
  if (path.includes('\0')) return 'it holds a null character';
  if (/^[/\\]/.test(path) || /^[a-z]:/i.test(path)) return 'it begins at the root of a disk';
  if (path.startsWith('~')) return 'it begins at somebody’s home';
  if (path.includes('\\')) return 'it holds a backslash';
  if (path.split('/').some((part) => part === '..' || part === '.' || part === ''))
    return 'it leads outside, or to where it already is';
  return null;
}

export interface BagLine {
  readonly path: string;
  readonly checksum: string;
}

/** The lines of a manifest; `wrong` is told of each that is none, with its number. */
export function bagLines(
  text: string,
  digits: number,
  wrong: (line: number, why: string, path: string | null) => void,
): BagLine[] {
  const lines: BagLine[] = [];
  for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line === '') continue;
    // Only what ends a line in RFC 8493 ends one here: a name may hold the other signs that separate lines.
    const [, checksum, typed] = /^([^ \t]+)[ \t]+\*?(.+)$/s.exec(line) ?? [];
    if (checksum === undefined || typed === undefined) {
      wrong(at + 1, 'it is no checksum with a path', null);
      continue;
    }
    const path = fromBagPath(typed);
    const stray = strayPath(path);
    if (stray !== null) wrong(at + 1, `its path leads nowhere in the bag: ${stray}`, path);
    else if (!/^[0-9a-f]+$/i.test(checksum)) wrong(at + 1, 'its checksum is not hexadecimal', path);
    else if (checksum.length !== digits)
      wrong(at + 1, `its checksum has ${checksum.length} digits, not ${digits}`, path);
    else lines.push({ path, checksum: checksum.toLowerCase() });
  }
  return lines;
}

/** A value as a line of `bag-info.txt` holds it: without line ends, and never empty. */
export function bagValue(value: string): string {
  return value.replace(/\s+/gu, ' ').trim() || '–';
}

/** A line of `bag-info.txt`: a name and a value on one line. */
export function bagTag(name: string, value: string): string {
  return `${name}: ${bagValue(value)}\n`;
}

/**
 * What `bag-info.txt` says: names with their values, a value going on where a line begins with a blank. `wrong` is told of
 * each line that is neither, with its number: other programs may read something else in it.
 */
export function bagTags(
  text: string,
  wrong: (line: number, why: string) => void = () => {},
): { readonly name: string; readonly value: string }[] {
  const tags: { name: string; value: string }[] = [];
  for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line === '') continue;
    const last = tags.at(-1);
    const [, name = '', value = ''] = /^([^:]*?)[ \t]*:(.*)$/s.exec(line) ?? [];
    if (/^[ \t]/.test(line)) {
      if (last) last.value = `${last.value} ${line.trim()}`.trim();
      else wrong(at + 1, 'it begins with a blank, and there is no line before it to go on');
    } else if (!line.includes(':')) wrong(at + 1, 'it has no colon after a name');
    else if (name === '') wrong(at + 1, 'there is no name before its colon');
    else if (name !== name.trim() || /[\p{C}\u2028\u2029]/u.test(name))
      wrong(at + 1, 'its name holds signs that are not seen');
    else tags.push({ name, value: value.trim() });
  }
  return tags;
}

/** The result of the job `binders.bag` starts. */
export const WrittenBag = z.object({
  folder: z.string(),
  /** The payload: the binder, and the files embedded in it. */
  files: z.int(),
  bytes: z.int(),
  binder: z.object({ name: z.string(), sha256: z.string(), verdict: VerifyVerdict }),
});
export type WrittenBag = z.infer<typeof WrittenBag>;

/** The result of the job `binders.verifyBag` starts. */
export const BagReport = z.strictObject({
  folder: z.string(),
  verdict: VerifyVerdict,
  /** Every file that a manifest names is here, and none is in the payload that none names. */
  complete: z.boolean(),
  /** Complete, and each file has its checksum. */
  valid: z.boolean(),
  payload: z.strictObject({ files: z.int(), bytes: z.int() }),
  algorithms: z.array(z.string()),
  /** Of the files beside the binder: how many are, byte for byte, those embedded in it. */
  beside: z.strictObject({ files: z.int(), equal: z.int() }),
  /** The binder inside; null where there is none to read. */
  binder: VerifyReport.nullable(),
  problems: z.array(VerifyProblem),
  notes: z.array(z.string()),
});
export type BagReport = z.infer<typeof BagReport>;
