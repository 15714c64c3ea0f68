import { expect, test } from 'vitest';
import { inFront } from '../../../../renderer/screens/review/review-place.ts';

const rows = (...records: string[]) => records.map((record) => ({ record }));
const front = (record: string | null, at: number) => ({ lane: 'to-review' as const, record, at });

test('the first row stands in front where nobody asked for one', () => {
  expect(inFront(rows('a', 'b'), null, front(null, 0))).toBe(0);
  expect(inFront([], null, front(null, 0))).toBe(0);
});

test('what stands in front stays there when others come before it', () => {
  expect(inFront(rows('new', 'a', 'b'), null, front('a', 0))).toBe(1);
});

test('the row asked for goes before the one that stood there', () => {
  expect(inFront(rows('a', 'b', 'c'), 'c', front('a', 0))).toBe(2);
});

test('after a verdict the next stands in front, and stays there', () => {
  const left = rows('a', 'b', 'd');
  expect(inFront(left, 'c', front('c', 2))).toBe(2);
  expect(inFront(rows('new', ...left.map((row) => row.record)), 'c', front('d', 2))).toBe(3);
  expect(inFront(rows('a', 'b'), 'c', front('c', 2))).toBe(1);
});
