import { describe, expect, test } from 'vitest';
import {
  DEFAULT_RHYTHM,
  evidenceStanding,
  isDue,
  type KeptEvidence,
  lapseDay,
  rhythmOf,
  statedAt,
} from '../../../../shared/domain/evidence-cadence.ts';
import type { Placed } from '../../../../shared/domain/programme/said.ts';

const kept: KeptEvidence = {
  addedAt: '2026-01-01T09:00:00.000Z',
  collected: '2026-01-01',
  lastVerified: null,
  expires: null,
  renewals: [{ writer: 'ada', seq: 1, after: [] }],
  attestation: null,
  check: null,
  changes: [],
  serves: 1,
};
/** The usual rhythm, said by somebody. */
const STATED = rhythmOf([{ refreshDays: 31, changeHours: 48, attestDays: 92, linkDays: 31 }]);
const at = (changed: Partial<KeptEvidence>, now: string) =>
  evidenceStanding({ ...kept, ...changed }, STATED, now);
const on = (changed: Partial<KeptEvidence>, now: string, kind: string) =>
  at(changed, now).due.find((item) => item.kind === kind);
const NOON = 'T12:00:00.000Z';

describe('evidence of the usual rhythm', () => {
  test('is refreshed and its links checked after a month, and attested after a quarter', () => {
    expect(at({}, `2026-01-02${NOON}`).due.map(({ kind, on }) => [kind, on])).toEqual([
      ['refresh', '2026-02-01'],
      ['links', '2026-02-01'],
      ['attestation', '2026-04-03'],
    ]);
  });

  test('is due on the day and stale from the day after', () => {
    const eve = at({}, `2026-01-31${NOON}`);
    expect([isDue(eve, '2026-01-31'), eve.stale]).toEqual([false, []]);
    const day = at({}, `2026-02-01${NOON}`);
    expect([isDue(day, '2026-02-01'), day.stale]).toEqual([true, []]);
    expect(at({}, `2026-02-02${NOON}`).stale).toEqual([
      'It was last collected, verified or attested on 2026-01-01 and is refreshed every 31 days',
    ]);
  });

  test('counts from no day that is still to come, but for tomorrow, which is today elsewhere', () => {
    for (const ahead of [{ lastVerified: '2099-01-01' }, { collected: '2026-02-28' }])
      expect(on(ahead, `2026-02-20${NOON}`, 'refresh')).toMatchObject({ overdue: true });
    expect(on({ lastVerified: '2026-02-21' }, `2026-02-20${NOON}`, 'refresh')?.on).toBe('2026-03-24');
  });

  test('counts from the latest of the days it was collected, verified and attested', () => {
    expect(on({ lastVerified: '2026-01-20' }, `2026-01-21${NOON}`, 'refresh')?.on).toBe('2026-02-20');
    expect(on({ lastVerified: '2025-12-01' }, `2026-01-21${NOON}`, 'refresh')?.on).toBe('2026-02-01');
    expect(on({ collected: null }, `2026-01-21${NOON}`, 'refresh')?.on).toBe('2026-02-01');
    const said = { at: '2026-01-25T08:00:00.000Z', by: 'Ada', met: true, until: null, deciding: [] };
    expect(on({ attestation: said }, `2026-01-26${NOON}`, 'refresh')?.on).toBe('2026-02-25');
    expect(on({ attestation: { ...said, met: false } }, `2026-01-26${NOON}`, 'refresh')?.on).toBe(
      '2026-02-01',
    );
  });
});

describe('a material change', () => {
  const change = { at: '2026-01-10T10:00:00.000Z', what: 'New identity provider', writer: 'eve', seq: 7 };

  test('has to be followed within 48 hours of its declaration, to the minute', () => {
    const before = on({ changes: [change] }, '2026-01-12T09:59:00.000Z', 'change');
    expect(before).toMatchObject({ on: '2026-01-12', overdue: false });
    expect(before?.because).toContain('by 2026-01-12 10:00 UTC, within 48 hours');
    expect(at({ changes: [change] }, '2026-01-12T10:01:00.000Z').stale[0]).toContain('New identity provider');
  });

  test('is answered by who renewed or attested the evidence knowing of it, whatever the clocks say', () => {
    const asked = (kept: Partial<KeptEvidence>) =>
      on({ changes: [change], ...kept }, `2026-01-20${NOON}`, 'change')?.overdue ?? false;
    const renewed = (writer: string, seq: number, after: Placed['after'] = []) => ({
      renewals: [{ writer, seq, after }],
    });
    expect(asked(renewed('eve', 8))).toBe(false);
    expect(asked(renewed('eve', 6))).toBe(true);
    expect(asked(renewed('ada', 99))).toBe(true);
    expect(asked(renewed('ada', 99, [['eve', 6]]))).toBe(true);
    expect(asked(renewed('ada', 2, [['eve', 7]]))).toBe(false);

    const attested = (at: string, after: Placed['after'], met = true) => ({
      attestation: { at, by: 'Ada', met, until: null, deciding: [{ writer: 'ada', seq: 9, after }] },
    });
    for (const at of ['2026-01-10T09:00:00.000Z', '2026-01-10T11:00:00.000Z']) {
      expect(asked(attested(at, [['eve', 7]]))).toBe(false);
      expect(asked(attested(at, [['eve', 6]]))).toBe(true);
      expect(asked(attested(at, []))).toBe(true);
      expect(asked(attested(at, [['eve', 7]], false))).toBe(true);
    }
  });
});

describe('an attestation', () => {
  const said = { at: '2026-01-05T08:00:00.000Z', by: 'Ada', met: true, until: null, deciding: [] };

  test('holds for a quarter, or until the day it names where that is sooner', () => {
    expect(on({ attestation: said }, `2026-01-06${NOON}`, 'attestation')?.on).toBe('2026-04-07');
    const short = { ...said, until: '2026-02-01' };
    expect(on({ attestation: short }, `2026-01-06${NOON}`, 'attestation')).toMatchObject({
      on: '2026-02-01',
      because: 'Ada last attested it on 2026-01-05; their word holds until 2026-02-01',
    });
    const long = { ...said, until: '2027-01-01' };
    expect(on({ attestation: long }, `2026-01-06${NOON}`, 'attestation')?.on).toBe('2026-04-07');
  });

  test('that it no longer holds makes it stale at once', () => {
    expect(at({ attestation: { ...said, met: false } }, `2026-01-05${NOON}`).stale).toEqual([
      'Ada stated on 2026-01-05 that it no longer holds',
    ]);
  });
});

test('broken links are due at once and do not make evidence stale', () => {
  const broken = at({ check: { at: '2026-01-03T08:00:00.000Z', broken: 2 } }, `2026-01-03${NOON}`);
  expect(broken.due[0]).toMatchObject({ kind: 'links', on: '2026-01-03', overdue: true });
  expect(broken.due[0]?.because).toBe('The check on 2026-01-03 found 2 broken files or links');
  expect(broken.stale).toEqual([]);
});

test('evidence expires after its day, and is expiring for thirty days before', () => {
  const expires = '2026-03-01';
  expect(at({ expires }, `2026-01-29${NOON}`).expiring).toBe(false);
  expect(at({ expires }, `2026-01-30${NOON}`).expiring).toBe(true);
  expect(on({ expires }, `2026-03-01${NOON}`, 'expiry')?.overdue).toBe(false);
  expect(at({ expires, collected: '2026-03-01' }, `2026-03-02${NOON}`).stale).toEqual([
    'It expired on 2026-03-01',
  ]);
});

test('evidence that serves nothing is orphaned', () => {
  expect(at({ serves: 0 }, `2026-01-02${NOON}`).orphaned).toBe(true);
  expect(at({}, `2026-01-02${NOON}`).orphaned).toBe(false);
});

test('no number of days leads out of the calendar', () => {
  const far = evidenceStanding(kept, { ...DEFAULT_RHYTHM, refreshDays: 2 ** 40 }, `2026-01-02${NOON}`);
  expect(far.due.find(({ kind }) => kind === 'refresh')?.on).toBe('9999-12-31');
});

describe('a rhythm', () => {
  const open = { refreshDays: null, changeHours: null, attestDays: null, linkDays: null };

  test('is that of the control, then of the engagement, each beat on its own', () => {
    const stated = [
      { ...open, for: null, refreshDays: 14, attestDays: 60 },
      { ...open, for: 'ac-2', refreshDays: 7 },
      { ...open, for: 'cm-1', refreshDays: 1 },
    ];
    expect(statedAt(stated, new Set(['control:1', 'ac-2']))).toEqual({
      ...open,
      refreshDays: 7,
      attestDays: 60,
    });
    expect(statedAt(stated, new Set(['ac-3'])).refreshDays).toBe(14);
  });

  test('of evidence that serves several places is the strictest that is stated; what nobody states is as usual', () => {
    const yearly = { ...open, refreshDays: 365, linkDays: 90 };
    const weekly = { ...open, refreshDays: 7 };
    expect(rhythmOf([yearly, weekly, open])).toEqual({
      ...DEFAULT_RHYTHM,
      refreshDays: 7,
      linkDays: 90,
      stated: new Set(['refreshDays', 'linkDays']),
    });
    expect(rhythmOf([yearly]).refreshDays).toBe(365);
    expect(rhythmOf([])).toEqual(DEFAULT_RHYTHM);
  });
});

describe('evidence that falls behind', () => {
  test('the usual rhythm is overdue and not stale', () => {
    const standing = evidenceStanding(kept, DEFAULT_RHYTHM, `2026-06-01${NOON}`);
    expect(standing.due.map(({ kind, overdue }) => [kind, overdue])).toEqual([
      ['refresh', true],
      ['links', true],
      ['attestation', true],
    ]);
    expect([standing.stale, lapseDay(standing)]).toEqual([[], null]);
  });

  test('lapses the day after the first thing that was asked for by a day', () => {
    expect(lapseDay(at({}, `2026-01-02${NOON}`))).toBe('2026-02-02');
    expect(lapseDay(at({ expires: '2026-01-20' }, `2026-01-02${NOON}`))).toBe('2026-01-21');
  });

  test('lapses at once by a word that it no longer holds, and by the hour after a change', () => {
    const denied = { at: '2026-01-05T08:00:00.000Z', by: 'Ada', met: false, until: null, deciding: [] };
    expect(lapseDay(at({ attestation: denied }, `2026-01-05${NOON}`))).toBe('2026-01-05');
    const changes = [
      { at: '2026-01-10T10:00:00.000Z', what: 'New identity provider', writer: 'eve', seq: 7 },
    ];
    expect(lapseDay(at({ changes }, '2026-01-12T09:59:00.000Z'))).toBe('2026-01-13');
    expect(lapseDay(at({ changes }, '2026-01-12T10:01:00.000Z'))).toBe('2026-01-12');
  });
});
