import { describe, expect, test } from 'vitest';
import { phaseState, phaseWords } from '../../../../../shared/domain/programme/roadmap.ts';

describe('a phase that was marked done', () => {
  test('is done where its exit criteria are met, and says so where they are not', () => {
    const state = phaseState({ from: '2026-01-05', to: '2026-01-30', done: '2026-01-29' }, '2026-02-01');
    const called = (['met', 'not-met', 'unknown'] as const).map((exit) => phaseWords(state, exit));
    expect(called).toEqual([
      'done',
      'marked done, exit criteria not met',
      'marked done, exit criteria not decided',
    ]);
    expect(phaseWords('late', 'not-met')).toBe('late');
  });
});
