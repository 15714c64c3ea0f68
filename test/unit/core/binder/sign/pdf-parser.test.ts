import { describe, expect, it } from 'vitest';
import { NeedsMore, PdfParser } from '../../../../../core/binder/sign/pdf-parser.ts';
import { number, readText, withEntries, write } from '../../../../../core/binder/sign/pdf-value.ts';

/** Room after the value, as a file has. */
const parse = (source: string) => new PdfParser(source.padEnd(source.length + 64)).value();

const stringOf = (source: string) => {
  const value = parse(source);
  return value.kind === 'string' ? readText(value.bytes) : value.kind;
};

describe('reading PDF values', () => {
  it.each([
    ['(plain)', 'plain'],
    ['(nested (brackets) kept)', 'nested (brackets) kept'],
    ['(a\\)b\\\\c\\n\\101\\7)', 'a)b\\c\nA\x07'],
    ['(line\\\nbroken\r\nkept)', 'linebroken\nkept'],
    ['<50 72 65 7>', 'Prep'],
    ['<FEFF5C71>', '山'],
    ['(\xef\xbb\xbf\xc3\xa9)', 'é'],
  ])('reads the string %j', (source, text) => {
    expect(stringOf(source)).toBe(text);
  });

  it('tells a reference from numbers in a row', () => {
    expect(parse('[1 0 R 2 3 4 0 R 5]')).toMatchObject({
      items: [
        { kind: 'ref', number: 1 },
        { value: 2 },
        { value: 3 },
        { kind: 'ref', number: 4 },
        { value: 5 },
      ],
    });
  });

  it('writes what it did not change as it stood', () => {
    const source = '<< /A#20B (x\\(y) /N -.50 /L [true null /Z<AB>] % a remark\n/D<</R 7 0 R>> >>';
    const value = parse(source);
    if (value.kind !== 'dict') throw new Error('a dictionary was given');
    expect(write(withEntries(value, { N: number(2) }))).toBe(
      '<<\n/A#20B (x\\(y)\n/N 2\n/L [true null /Z <AB>]\n/D <<\n/R 7 0 R\n>>\n>>',
    );
  });

  it.each(['<< /A 1', '(open', '[1 2', '/Name', '1 0', '<AB'])(
    'asks for more where %j is cut off',
    (source) => {
      expect(() => new PdfParser(source).value()).toThrow(NeedsMore);
    },
  );
});
