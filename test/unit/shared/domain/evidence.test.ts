import { describe, expect, test } from 'vitest';
import { evidenceReference, evidenceState } from '../../../../shared/domain/evidence.ts';

describe('evidence on a day', () => {
  test.each([
    [null, 'current'],
    ['2026-03-14', 'expired'],
    ['2026-03-15', 'expiring'],
    ['2026-04-14', 'expiring'],
    ['2026-04-15', 'current'],
  ] as const)('that expires %s is %s', (expires, state) => {
    expect(evidenceState(expires, '2026-03-15')).toBe(state);
  });
});

test('references are five characters nobody confuses', () => {
  const ids = Array.from({ length: 500 }, (_, i) =>
    (i * 8_589_937).toString(16).padStart(32, '0').split('').reverse().join(''),
  );
  const references = ids.map(evidenceReference);
  for (const reference of references) expect(reference).toMatch(/^E-[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(new Set(references).size).toBeGreaterThan(400);
});
