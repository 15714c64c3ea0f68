import { expect, test } from 'vitest';
import { momentWords } from '../../../../shared/domain/moment.ts';

test('a moment is told by day and minute in UTC, and what is none stays as it is', () => {
  expect(momentWords('2026-03-05T14:22:31.456Z')).toBe('2026-03-05 14:22 UTC');
  expect(momentWords('2026-03-05T23:30:00-02:00')).toBe('2026-03-06 01:30 UTC');
  expect(momentWords('not known')).toBe('not known');
});
