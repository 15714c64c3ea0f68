import { expect, test } from 'vitest';
import { heldOn, joined, without } from '../../../../shared/domain/past.ts';

const span = (from: number, to: number | null) => ({
  from: `2026-06-${String(from).padStart(2, '0')}`,
  to: to === null ? null : `2026-06-${String(to).padStart(2, '0')}`,
});

test('what held on a day is what was last said up to its end', () => {
  const past = [
    { day: '2026-06-03', value: 'a' },
    { day: '2026-06-05', value: 'b' },
  ];
  expect(['02', '03', '04', '05', '09'].map((day) => heldOn(past, `2026-06-${day}`))).toEqual([
    undefined,
    'a',
    'a',
    'b',
    'b',
  ]);
});

test('spans that overlap or meet are one, and one without an end swallows what follows', () => {
  expect(joined([span(9, 10), span(1, 3), span(3, 5), span(2, 4), span(6, 7)])).toEqual([
    span(1, 5),
    span(6, 7),
    span(9, 10),
  ]);
  expect(joined([span(4, null), span(1, 2), span(6, 8)])).toEqual([span(1, 2), span(4, null)]);
});

test('a span without others is what lies between them', () => {
  expect(without(span(3, 20), [])).toEqual([span(3, 20)]);
  expect(without(span(3, 20), [span(1, 2), span(2, 5), span(8, 9), span(18, 25)])).toEqual([
    span(5, 8),
    span(9, 18),
  ]);
  expect(without(span(3, null), [span(4, 6)])).toEqual([span(3, 4), span(6, null)]);
  expect(without(span(3, null), [span(4, null)])).toEqual([span(3, 4)]);
  expect(without(span(3, 6), [span(1, 9)])).toEqual([]);
  expect(without(span(3, 6), [span(3, 4), span(6, 9)])).toEqual([span(4, 6)]);
});
