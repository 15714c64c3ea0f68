import { expect, it } from 'vitest';
import { beatsOf, forOf, readBeat, usualBeats } from '../../../../renderer/screens/evidence/beats.ts';

it('a cadence says what it is for and what it leaves open', () => {
  const row = { body: { for: 'AC-2', refreshDays: 14, changeHours: null, linkDays: 'often' } };
  expect(forOf(row)).toBe('AC-2');
  expect(beatsOf(row)).toEqual({ refreshDays: 14, changeHours: null, attestDays: null, linkDays: null });
  expect([{ for: null }, { for: '' }, {}].map((body) => forOf({ body }))).toEqual([null, null, null]);
});

it('the usual rhythm reads as one line', () => {
  expect(usualBeats()).toBe(
    'refreshed every 31 days, after a change within 48 hours, attested every 92 days, links checked every 31 days',
  );
});

it('a beat is a whole number above nought, or nothing', () => {
  expect(['14', ' 7 ', '', '0', '1.5', '-3', 'weekly', '100000'].map(readBeat)).toEqual([
    14,
    7,
    null,
    ...[undefined, undefined, undefined, undefined, undefined],
  ]);
});
