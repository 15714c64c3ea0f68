import { describe, expect, test } from 'vitest';
import { newestFirst } from '../../../../../shared/domain/programme/said.ts';

const said = (id: string, day: string, ...answeredBy: string[]) => ({
  id,
  at: `${day}T09:00:00.000Z`,
  answeredBy,
});
const order = (today: string, ...words: ReturnType<typeof said>[]) =>
  newestFirst(words, today).map(({ id }) => id);

describe('words on one record', () => {
  test('stand by their clocks, the newest first', () => {
    const words = [said('a', '2026-06-01'), said('c', '2026-06-03'), said('b', '2026-06-02')];
    expect(order('2026-06-30', ...words)).toEqual(['c', 'b', 'a']);
  });

  test('do not count before their day has come', () => {
    expect(order('2026-06-30', said('a', '2026-06-01'), said('early', '2027-06-01'))).toEqual(['a']);
  });

  test('never count once they were answered, also when their day comes', () => {
    const words = [said('early', '2027-06-01', 'answer'), said('answer', '2026-06-02')];
    expect(order('2027-06-30', ...words)).toEqual(['answer']);
  });

  test('are not taken away by a word that does not count itself', () => {
    expect(order('2026-06-30', said('sponsor', '2026-06-02', 'somebody'))).toEqual(['sponsor']);
  });
});
