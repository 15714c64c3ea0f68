import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JSON_DEPTH, parseJson, pointer } from '../../../../core/formats/json-guard.ts';

const bytes = (text: string) => Buffer.from(text);

function refusal(content: Uint8Array, maxBytes?: number) {
  const read = parseJson(content, maxBytes);
  return 'problem' in read ? { code: read.problem.code, where: read.problem.where } : 'was read';
}

function value(content: Uint8Array) {
  const read = parseJson(content);
  return 'problem' in read ? read.problem : read.value;
}

describe('JSON is read from bytes nobody vouches for', () => {
  test('sound JSON is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        expect(parseJson(bytes(text))).toEqual({ value: JSON.parse(text), problems: [] });
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test('whatever JSON.parse refuses is refused with a place, and nothing else is', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '0',
      '.5',
      'e9',
      'tru',
      'true',
      ' ',
      '\\',
      '\n',
      '\\u00',
      'null',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        const read = parseJson(bytes(text));
        let parsed = true;
        try {
          JSON.parse(text);
        } catch {
          parsed = false;
        }
        expect({ text, read: 'value' in read }).toEqual({ text, read: parsed });
      }),
      { seed: 12, numRuns: 3000 },
    );
  });

  test.each<[string, string, number, number]>([
    ['cut inside a text', '{\n  "a": "b', 2, 10],
    ['cut after a comma', '{"a": 1,', 1, 9],
    ['cut inside a number', '[1, -', 1, 5],
    ['a comma too many', '[1,\n2,\n]', 3, 1],
    ['no colon', '{"ä" 1}', 1, 6],
    ['something after the end', '{} x', 1, 4],
    ['a control character in a text', '["a\u001bb"]', 1, 4],
    ['a line break in a text', '["a\nb"]', 1, 4],
  ])('%s is told by line and column', (_, text, line, column) => {
    expect(refusal(bytes(text))).toEqual({ code: 'not-json', where: `line ${line}, column ${column}` });
  });

  test.each<[string, Uint8Array, string]>([
    ['an empty file', bytes(''), 'empty-file'],
    ['only a byte order mark', bytes('\uFEFF'), 'empty-file'],
    ['white space', bytes(' \n\t\r\n '), 'empty-file'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'not-text'],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not-text'],
    ['NUL bytes', bytes('{"a":\0}'), 'not-text'],
    ['a ZIP archive', Buffer.from('PK\x03\x04mimetype', 'latin1'), 'not-text'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), 'not-text'],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x7b, 0, 0x00, 0xd8]), 'not-text'],
    ['XML with entities', bytes('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), 'not-json'],
  ])('%s is refused', (_, content, code) => {
    expect(refusal(content)).toMatchObject({ code });
  });

  test('the line of the broken bytes is told', () => {
    const broken = Buffer.concat([bytes('{\n"ä": "'), Buffer.from([0xe4]), bytes('"}')]);
    expect(refusal(broken)).toEqual({ code: 'not-text', where: 'line 2' });
  });

  test.each<[string, Uint8Array]>([
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes('{"ü":"漢"}')])],
    ['UTF-16 with a mark', Buffer.from('\uFEFF{"ü":"漢"}', 'utf16le')],
    ['UTF-16 without one', Buffer.from('{"ü":"漢"}', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\uFEFF{"ü":"漢"}', 'utf16le').swap16()],
  ])('%s is understood', (_, content) => {
    expect(value(content)).toEqual({ ü: '漢' });
  });

  test('nesting is bounded before anything recurses', () => {
    expect(value(bytes('['.repeat(JSON_DEPTH) + ']'.repeat(JSON_DEPTH)))).toBeInstanceOf(Array);
    expect(refusal(bytes('['.repeat(JSON_DEPTH + 1)))).toMatchObject({ code: 'too-deep' });
  });

  test('200 MB of nested JSON are refused at once, with and without a size limit', () => {
    const huge = Buffer.alloc(200 * 1024 * 1024, '{"a":');
    const before = performance.now();
    expect(refusal(huge)).toMatchObject({ code: 'too-large' });
    expect(refusal(huge, huge.length)).toMatchObject({ code: 'too-deep' });
    expect(performance.now() - before).toBeLessThan(2000);
  });

  test('values and names are bounded, so memory is', () => {
    expect(refusal(bytes(`[${'0,'.repeat(2_000_001)}0]`))).toMatchObject({ code: 'too-complex' });
    const names = Array.from({ length: 20_001 }, (_, i) => `"${i}":0`).join(',');
    expect(refusal(bytes(`{${names}}`))).toMatchObject({ code: 'too-complex' });
  });

  test('a name that stands twice is told, in whatever spelling', () => {
    expect(parseJson(bytes('{"a":1,\n"\\u0061":2}'))).toEqual({
      value: { a: 2 },
      problems: [
        {
          where: 'line 2, column 1',
          code: 'duplicate-key',
          message: '"a" stands twice in one object; the last one counts.',
          severity: 'warning',
        },
      ],
    });
  });

  test('half characters and endless numbers are put right and told, and "__proto__" stays data', () => {
    const read = parseJson(bytes('{"__proto__":{"x":"\\ud800"},"y":[1e999,"\\ud83d\\ude00"]}'));
    expect('value' in read && JSON.stringify(read.value)).toBe(
      '{"__proto__":{"x":"\uFFFD"},"y":[null,"😀"]}',
    );
    expect('value' in read && read.problems.map(({ code, where }) => [code, where])).toEqual([
      ['broken-unicode', '/__proto__/x'],
      ['number-too-large', '/y/0'],
    ]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('an endless number alone is found, however it is written', () => {
    expect(value(bytes('[1e400, 2E5]'))).toEqual([null, 200_000]);
    expect(value(bytes(`[-${'9'.repeat(400)}]`))).toEqual([null]);
  });

  test('a million half characters make one page of problems', () => {
    const read = parseJson(bytes(`[${'"\\ud800",'.repeat(100_000)}0]`));
    expect('value' in read && read.problems.length).toBe(51);
  });

  test('a pointer escapes as RFC 6901 wants it', () => {
    expect(pointer('/a', 'b/c~d')).toBe('/a/b~1c~0d');
  });
});
