export interface DiffPiece {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Above this many word pairs the exact comparison is not worth waiting for: the whole text is shown as replaced. */
const MAX_CELLS = 4_000_000;

/** The shortest way from one text to another in words, spaces kept. */
export function diffWords(before: string, after: string): DiffPiece[] {
  const a = split(before);
  const b = split(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const pieces: DiffPiece[] = [];
  push(pieces, 'same', a.slice(0, head).join(''));
  middle(pieces, a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  push(pieces, 'same', a.slice(a.length - tail).join(''));
  return pieces;
}

function split(text: string): string[] {
  return text.match(/\s+|[^\s]+/g) ?? [];
}

function push(pieces: DiffPiece[], kind: DiffPiece['kind'], text: string): void {
  if (text === '') return;
  const last = pieces.at(-1);
  if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text };
  else pieces.push({ kind, text });
}

function middle(pieces: DiffPiece[], a: readonly string[], b: readonly string[]): void {
  if (a.length * b.length > MAX_CELLS) {
    push(pieces, 'gone', a.join(''));
    push(pieces, 'new', b.join(''));
    return;
  }
  const common = longestCommon(a, b);
  const width = b.length + 1;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const down = common[(i + 1) * width + j] ?? -1;
    const right = common[i * width + j + 1] ?? -1;
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(pieces, 'same', a[i] ?? '');
      i++;
      j++;
    } else if (i < a.length && (j === b.length || down >= right)) push(pieces, 'gone', a[i++] ?? '');
    else push(pieces, 'new', b[j++] ?? '');
  }
}

/** For each pair of positions, how many words the rests have in common. */
function longestCommon(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  return table;
}
