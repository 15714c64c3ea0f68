import { describe, expect, test } from 'vitest';
import { newestFirst } from '../../../../../shared/domain/programme/said.ts';

const said = (id: string, day: string, ...after: string[]) => ({ id, at: `${day}T09:00:00.000Z`, after });
const order = (today: string, ...words: ReturnType<typeof said>[]) =>
  newestFirst(words, today).map(({ id }) => id);

describe('words on one record', () => {
  test('stand by their clocks where none answers another', () => {
    expect(
      order('2026-06-30', said('a', '2026-06-01'), said('c', '2026-06-03'), said('b', '2026-06-02')),
    ).toEqual(['c', 'b', 'a']);
  });

  test('do not count before their day has come', () => {
    expect(order('2026-06-30', said('a', '2026-06-01'), said('early', '2027-06-01', 'a'))).toEqual(['a']);
  });

  test('are spent once somebody whose clock is right has answered them, also when their day comes', () => {
    const words = [said('early', '2027-06-01'), said('answer', '2026-06-02', 'early')];
    expect(order('2026-06-30', ...words)).toEqual(['answer']);
    expect(order('2027-06-30', ...words)).toEqual(['answer']);
  });

  test('of one moment: the answer is the newer', () => {
    expect(order('2026-06-30', said('a', '2026-06-01'), said('b', '2026-06-01', 'a'))).toEqual(['b', 'a']);
    expect(order('2026-06-30', said('b', '2026-06-01', 'a'), said('a', '2026-06-01'))).toEqual(['b', 'a']);
  });
});
