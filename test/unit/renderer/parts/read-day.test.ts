import { expect, test } from 'vitest';
import { dayFault, readDay } from '../../../../renderer/parts/read-day.ts';

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

test('a day outside those that can be meant is answered with the nearest that can', () => {
  const bounds = { first: '2026-06-20', since: 'it began then', last: '2026-11-21' };
  const typed = ['1 Jan 2020', '20 Jun 2026', '21.11.2026', '22 Nov 2026', '', 'soon'];
  expect(typed.map((text) => dayFault(text, bounds))).toEqual([
    'Choose 20 Jun 2026 or a later day: it began then.',
    null,
    null,
    'No later than 21 Nov 2026.',
    null,
    'Write a day as 31 Jan 2027 or 2027-01-31.',
  ]);
});
