import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffWords } from '../../../../renderer/parts/diff-words.ts';

function side(before: string, after: string, without: 'gone' | 'new'): string {
  return diffWords(before, after)
    .filter((piece) => piece.kind !== without)
    .map((piece) => piece.text)
    .join('');
}

describe('what changed, word by word', () => {
  it('shows only the words that differ', () => {
    expect(diffWords('removed within 72 hours', 'removed within 24 hours')).toEqual([
      { kind: 'same', text: 'removed within ' },
      { kind: 'gone', text: '72' },
      { kind: 'new', text: '24' },
      { kind: 'same', text: ' hours' },
    ]);
  });

  it('says nothing is different about equal texts', () => {
    expect(diffWords('as it was', 'as it was')).toEqual([{ kind: 'same', text: 'as it was' }]);
  });

  it('takes a text that came from nothing as new', () => {
    expect(diffWords('', 'two words')).toEqual([{ kind: 'new', text: 'two words' }]);
  });

  it('loses no character of either side', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ' ', '\n', 'é', '日本'), { maxLength: 40 })
      .map((p) => p.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(side(before, after, 'new')).toBe(before);
        expect(side(before, after, 'gone')).toBe(after);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('shows two very long different texts as replaced instead of making the reader wait', () => {
    const before = 'x '.repeat(3000);
    const after = 'y '.repeat(3000);
    const started = performance.now();
    const pieces = diffWords(before, after);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(pieces.map((p) => p.kind)).toEqual(['gone', 'new', 'same']);
  });
});
