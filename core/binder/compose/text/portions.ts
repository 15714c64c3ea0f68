/** What is laid out at once: a fraction of a second even in scripts that have to be shaped. */
const PORTION = 8000;

/**
 * Divides a text for laying it out bit by bit: at line ends, where that changes nothing, else between words. Only a
 * word longer than a portion is divided itself, never between a letter and its marks.
 */
export function* portionsOf(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > PORTION) {
    const limit = from + PORTION;
    const gap = [text.lastIndexOf('\n', limit), text.lastIndexOf(' ', limit)].find((at) => at > from);
    const end = gap ?? betweenCharacters(text, limit);
    yield text.slice(from, end);
    from = gap === undefined ? end : end + 1;
  }
  yield text.slice(from);
}

/** Longer runs of marks are no writing. */
const MOST_MARKS = 64;

function betweenCharacters(text: string, limit: number): number {
  for (let at = limit; at > limit - MOST_MARKS; at -= 1) if (beginsCharacter(text, at)) return at;
  return limit;
}

const JOINER = '\u200d';

function beginsCharacter(text: string, at: number): boolean {
  const secondHalf = /[\udc00-\udfff]/.test(text.charAt(at));
  const [letter = ''] = text.slice(at, at + 2);
  return !secondHalf && !/\p{M}/u.test(letter) && letter !== JOINER && text.charAt(at - 1) !== JOINER;
}
