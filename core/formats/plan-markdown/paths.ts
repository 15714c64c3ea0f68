const LONGEST_PATH = 380;
const LONGEST_SEGMENT = 48;

/** Gives every node of a plan its path: lower-case, letters of any script kept, the second of two alike gets `-2`. */
export class Paths {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();

  claim(...segments: readonly (string | number)[]): string {
    const wanted = cut(segments.join('/').toLowerCase(), LONGEST_PATH);
    let path = wanted;
    let number = this.next.get(wanted) ?? 2;
    while (this.taken.has(path)) {
      path = `${wanted}-${number}`;
      number += 1;
    }
    this.next.set(wanted, number);
    this.taken.add(path);
    return path;
  }
}

/** A heading as one segment of a path: `Phase 1: Security & Scale` is `phase-1-security-scale`. */
export function slug(text: string, fallback = 'section'): string {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+(?:\.\p{N}+)*/gu);
  if (words === null) return fallback;
  return cut(words.join('-'), LONGEST_SEGMENT).replace(/-+$/, '') || fallback;
}

/** Cuts by code points, so that no surrogate is left alone. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const points = [...text.slice(0, length * 2)];
  let end = 0;
  let kept = '';
  for (const point of points) {
    end += point.length;
    if (end > length) break;
    kept += point;
  }
  return kept;
}
