import { describe, expect, test } from 'vitest';
import {
  CLOCK_TOLERANCE_MS,
  hybridTime,
  isHybridTime,
  nextTime,
  wallPart,
} from '../../../../shared/ledger/time.ts';

const NOW = Date.parse('2026-03-01T09:00:00Z');

describe('hybrid time', () => {
  test('sorts as text as it does in time, across the counter', () => {
    const times = [
      hybridTime(NOW),
      hybridTime(NOW, 1),
      hybridTime(NOW, 16),
      hybridTime(NOW, 0xffff),
      hybridTime(NOW + 1),
    ];
    expect([...times].sort()).toEqual(times);
    expect(times[2]).toBe('2026-03-01T09:00:00.000Z-0010');
    expect(wallPart(times[3] ?? '')).toBe('2026-03-01T09:00:00.000Z');
  });

  test.each([
    '',
    '2026-03-01',
    '2026-03-01T09:00:00.000Z',
    '2026-13-01T09:00:00.000Z-0000',
    '2026-03-01T09:00:00.000Z-00FF',
    '2026-03-01T25:00:00.000Z-0000',
  ])('%j is none', (text) => expect(isHybridTime(text)).toBe(false));

  test('never goes back in one chain, also when the clock does', () => {
    let last = nextTime(NOW, null, null);
    for (const clock of [NOW + 5, NOW - 86_400_000, NOW - 1, NOW + 5]) {
      const next = nextTime(clock, last, null);
      expect(next > last).toBe(true);
      expect(isHybridTime(next)).toBe(true);
      last = next;
    }
  });

  test('moves on to the next millisecond when the counter is full', () => {
    expect(nextTime(NOW, hybridTime(NOW, 0xffff), null)).toBe(hybridTime(NOW + 1));
  });

  test('comes after what was seen of others, unless their clock is far ahead', () => {
    const near = hybridTime(NOW + CLOCK_TOLERANCE_MS);
    expect(nextTime(NOW, null, near) > near).toBe(true);
    const far = hybridTime(NOW + CLOCK_TOLERANCE_MS + 1);
    expect(nextTime(NOW, null, far)).toBe(hybridTime(NOW));
  });
});
