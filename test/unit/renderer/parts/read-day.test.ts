import { expect, test } from 'vitest';
import { readDay } from '../../../../renderer/parts/read-day.ts';

test.each([
  ['31 Jan 2027', '2027-01-31'],
  ['1 september 2026', '2026-09-01'],
  ['2027-1-5', '2027-01-05'],
  ['31.1.2027', '2027-01-31'],
  [' ', ''],
])('a day written as "%s" is read', (typed, day) => {
  expect(readDay(typed)).toBe(day);
});

test.each(['31 Feb 2027', '01/02/2027', 'soon', '2027-13-01', '31 Foo 2027', '32.1.2027'])(
  '"%s" is no day, and is not guessed at',
  (typed) => {
    expect(readDay(typed)).toBeNull();
  },
);
