import { describe, expect, test } from 'vitest';
import { csvCell, csvLine } from '../../../../shared/domain/csv.ts';

describe('a cell', () => {
  test.each([
    '=1+1',
    '+cmd|calc',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '＝1+1',
    '＠x',
    '\u200b=1',
    '\u202e=1',
    '\ufeff@x',
    '-',
  ])('that a spreadsheet would run is given an apostrophe: %j', (text) => {
    expect(csvCell(text)).toEqual({ text: `'${text}`, neutralised: true });
  });

  test.each(['-5', '+3.25', 'a=b', '2026-01-01', "'=1", '', 'mail@example.org'])(
    'that is none stays as it is: %j',
    (text) => {
      expect(csvCell(text)).toEqual({ text, neutralised: false });
    },
  );

  test('says what is not words in words', () => {
    expect([null, true, false, 0, -7].map((value) => csvCell(value).text)).toEqual([
      '',
      'yes',
      'no',
      '0',
      '-7',
    ]);
  });
});

test('a record quotes what would end a cell and ends with CRLF', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', ' h', ''])).toBe('a,"b,c","d""e","f\ng"," h",\r\n');
});
