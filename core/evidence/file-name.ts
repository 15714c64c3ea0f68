import { basename } from 'node:path';

/** Characters that turn the reading direction or hide: kept in the name as stored, never written to a disk path. */
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}]/gu;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The name of a file as it is kept: its last part, whatever path came with it, as well-formed Unicode. */
export function keptName(given: string): string {
  const last = basename(given.replaceAll('\\', '/').replaceAll('\0', '')).toWellFormed();
  return last === '' || last === '.' || last === '..' ? 'unnamed' : last.slice(0, 1024);
}

/**
 * A name that is safe to write on any disk: no separators, no control or direction marks, no reserved device names,
 * at most 200 bytes of UTF-8, and unlike every name in `taken` (compared without case), which it then joins.
 */
export function diskName(name: string, taken: Set<string>): string {
  const clean = name
    .replace(INVISIBLE, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/[. ]+$/, '');
  const base =
    clean === '' || clean === '.' || clean === '..' ? 'unnamed' : RESERVED.test(clean) ? `_${clean}` : clean;
  const dot = base.lastIndexOf('.');
  const [stem, extension] =
    dot > 0 && base.length - dot <= 12 ? [base.slice(0, dot), base.slice(dot)] : [base, ''];
  for (let n = 1; ; n += 1) {
    const suffix = n === 1 ? '' : ` (${n})`;
    const candidate = `${shorten(stem, 200 - Buffer.byteLength(suffix + extension))}${suffix}${extension}`;
    if (taken.has(candidate.toLowerCase())) continue;
    taken.add(candidate.toLowerCase());
    return candidate;
  }
}

function shorten(text: string, bytes: number): string {
  let out = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    out += character;
  }
  return out;
}
