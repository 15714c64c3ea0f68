/** Paths are at most 400 characters in all; what is longer is cut before it is made unique. */
const LONGEST = 360;

/** Gives every node of a framework a path of its own: its id in lower case, or with `~2`, `~3` … after it. */
export class PathBook {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();

  isTaken(wanted: string): boolean {
    return this.taken.has(pathOf(wanted));
  }

  claim(wanted: string): string {
    const path = pathOf(wanted);
    let free = path;
    for (let turn = this.next.get(path) ?? 2; this.taken.has(free); turn += 1) {
      free = `${path}~${turn}`;
      this.next.set(path, turn + 1);
    }
    this.taken.add(free);
    return free;
  }
}

/** An id as one segment of a path. */
export function pathOf(id: string): string {
  const path = id
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, '-')
    .slice(0, LONGEST)
    .toWellFormed();
  return path === '' ? 'unnamed' : path;
}

/** A title as one segment of a path, for what has no id. */
export function slugOf(title: string): string {
  const slug = title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return slug.slice(0, 80).toWellFormed() || 'unnamed';
}
