import { describe, expect, test } from 'vitest';
import {
  type Attestation,
  type CriterionFacts,
  decide,
} from '../../../../../shared/domain/programme/criterion.ts';
import type { KpiStanding } from '../../../../../shared/domain/programme/kpi.ts';
import { NO_CHECKS, tallyChecks } from '../../../../../shared/domain/programme/readiness.ts';

const TODAY = '2026-06-15';

function facts(known: Partial<CriterionFacts> = {}): CriterionFacts {
  return {
    today: TODAY,
    attestations: [],
    membersInPart: () => [],
    checks: () => NO_CHECKS,
    evidence: () => ({ total: 0, stale: 0, taken: [] }),
    risks: () => ({ open: 0, accepted: 0, unrated: 0, raised: { open: 0, accepted: 0 } }),
    checklist: () => null,
    proofs: { total: 0, stale: 0 },
    kpi: () => null,
    maturity: () => null,
    actions: () => ({ total: 0, done: 0, removed: [] }),
    ...known,
  };
}

const said = (
  by: string,
  at: string,
  met: boolean,
  more: Partial<Pick<Attestation, 'until' | 'after'>> = {},
): Attestation => ({
  id: `${by} ${at} ${met}`,
  member: by.toLowerCase(),
  writer: by,
  seq: 1,
  after: [],
  by,
  at: `${at}T09:00:00.000Z`,
  met,
  statement: 'I looked',
  until: null,
  ...more,
});

describe('an attested criterion', () => {
  const rule = { rule: 'attested' } as const;
  const decided = (...attestations: Attestation[]) => decide(rule, facts({ attestations }));

  test('is not known while nobody has said anything', () => {
    expect(decided()).toEqual({
      met: null,
      because: 'Nobody has attested it yet',
      computed: false,
      by: null,
      at: null,
      count: null,
      target: null,
    });
  });

  test('is what the word says whose author knew the others, in whatever order and of whatever clock', () => {
    const words = [
      said('Ada', '2026-06-10', true),
      said('Ben', '2026-06-01', false, { after: [['Ada', 1]] }),
    ];
    expect(decided(...words)).toMatchObject({
      met: false,
      by: 'Ben',
      because: 'Ben attested on 2026-06-01 that it is not met: I looked',
    });
    expect(decided(...words.reverse())).toMatchObject({ met: false, by: 'Ben' });
  });

  test('names everybody whose word stands', () => {
    const [ada, ben] = [said('Ada', '2026-06-10', true), said('Ben', '2026-06-01', true)];
    expect(decided(ada, ben)).toMatchObject({
      met: true,
      because: 'Ada attested on 2026-06-10 that it is met: I looked; Ben (2026-06-01) said so too',
    });
    const others = ['Cleo', 'Dora', 'Emil'].map((by) => said(by, '2026-06-02', true));
    expect(decided(ada, ben, ...others).because).toContain(
      'I looked; Emil (2026-06-02), Dora (2026-06-02), Cleo (2026-06-02) and 1 other said so too',
    );
    expect(decided(ada, { ...ben, met: false })).toMatchObject({
      met: false,
      because:
        'Ben attested on 2026-06-01 that it is not met: I looked; Ada (2026-06-10) said that it is met, without knowing of that',
    });
  });

  test('holds through the last day it was said for and not a day longer', () => {
    expect(decided(said('Ada', '2026-06-01', true, { until: TODAY }))).toMatchObject({ met: true });
    expect(decided(said('Ada', '2026-06-01', true, { until: '2026-06-14' }))).toMatchObject({
      met: false,
      because: 'Ada attested on 2026-06-01 that it is met, which held until 2026-06-14',
    });
  });

  test('falls back on a word of another that still holds', () => {
    expect(
      decided(
        said('Ada', '2026-05-01', true),
        said('Ben', '2026-06-01', true, { until: '2026-06-02', after: [['Ada', 1]] }),
      ),
    ).toMatchObject({ met: true, by: 'Ada' });
  });

  test('takes for a named part no word away by somebody else’s', () => {
    const words = [
      said('Ada', '2026-06-01', false),
      said('Ben', '2026-06-02', true, { after: [['Ada', 1]] }),
    ];
    const named = facts({ attestations: words, membersInPart: () => ['ada'] });
    expect(decide({ rule: 'attested', by: 'CISO' }, named)).toMatchObject({ met: false, by: 'Ada' });
  });

  test('for a named part takes nobody’s word while the programme names nobody in it, and says what to do', () => {
    const named = decide(
      { rule: 'attested', by: 'CISO' },
      facts({ attestations: [said('Ada', '2026-06-01', true)] }),
    );
    expect(named.met).toBeNull();
    expect(named.because).toBe(
      'The programme names no member as CISO: name one under People, then they can attest it; the words of others do not count',
    );
  });
});

describe('accepted controls', () => {
  const tally = (ready: number, stale: number, total: number) =>
    tallyChecks(total, [
      { result: 'satisfied', status: 'accepted', stale: false, count: ready },
      { result: 'satisfied', status: 'accepted', stale: true, count: stale },
    ]);
  const decided = (share: number, ready: number, stale: number, total: number) =>
    decide(
      { rule: 'controls-accepted', scope: {}, share },
      facts({ checks: () => tally(ready, stale, total) }),
    );

  test('count only while their evidence holds', () => {
    expect(decided(1, 10, 0, 10).met).toBe(true);
    expect(decided(1, 9, 1, 10)).toMatchObject({ met: false, count: 9, target: 10 });
  });

  test('reach a share exactly at that share, without rounding errors', () => {
    expect(decided(0.07, 7, 0, 100)).toMatchObject({ met: true, target: 7 });
    expect(decided(0.9, 89, 0, 100).met).toBe(false);
    expect(decided(0.9, 90, 0, 100).met).toBe(true);
    expect(decided(1 / 3, 1, 0, 3)).toMatchObject({ met: true, target: 1 });
  });

  test('say nothing about a scope that is empty or not there', () => {
    expect(decided(1, 0, 0, 0).met).toBe(null);
    expect(
      decide(
        { rule: 'controls-accepted', scope: { group: 'Space' }, share: 1 },
        facts({ checks: () => null }),
      ),
    ).toMatchObject({ met: null, because: '"Space" is not in the engagement' });
  });
});

describe('risks at most', () => {
  const found = { open: 1, accepted: 2, unrated: 1, raised: { open: 0, accepted: 0 } };
  const decided = (counting: 'open' | 'accepted', atMost: number) =>
    decide({ rule: 'risks-at-most', severity: 'P1', atMost, counting }, facts({ risks: () => found }));

  test('count open or accepted ones, up to and including the number', () => {
    expect(decided('open', 0)).toMatchObject({ met: false, count: 1, target: 0 });
    expect(decided('open', 1).met).toBe(true);
    expect(decided('accepted', 2).met).toBe(true);
    expect(decided('accepted', 1).met).toBe(false);
  });

  test('say which open risks could not be counted', () => {
    expect(decided('open', 1).because).toBe(
      '1 open P1 risk, at most 1 allowed; 1 open risk without a severity not counted',
    );
  });
});

const KPI: KpiStanding = {
  ...{ id: 'k', record: 'kpi:k', title: 'Coverage', owner: '', unit: '%', target: 80, direction: 'up' },
  ...{ cadence: '', points: [], apart: [], trend: 'unknown', age: 0, overdue: false },
  latest: { day: '2026-06-14', value: 80, note: '', by: 'Ada', at: '' },
  atTarget: true,
};

describe('other computed criteria', () => {
  test('a checklist is complete when every item is done, and an empty one proves nothing', () => {
    const decided = (total: number, done: number, notApplicable = 0) =>
      decide(
        { rule: 'checklist-complete', checklist: 'L' },
        facts({ checklist: () => ({ title: 'L', total, done, notApplicable }) }),
      );
    expect(decided(3, 3).met).toBe(true);
    expect(decided(3, 2)).toMatchObject({ met: false, because: '2 of 3 items of "L" done' });
    expect(decided(1200, 1029).because).toBe('1,029 of 1,200 items of "L" done');
    expect(decided(3, 3, 2).because).toBe('3 of 3 items of "L" done, of which 2 not applicable');
    expect(decided(0, 0).met).toBe(null);
  });

  test('an artifact counts while it has not expired', () => {
    const decided = (total: number, stale: number) =>
      decide({ rule: 'artifact-attached', what: 'Load test' }, facts({ proofs: { total, stale } }));
    expect(decided(0, 0)).toMatchObject({ met: false, because: 'Nothing is attached; needed: Load test' });
    expect(decided(1, 1).met).toBe(false);
    expect(decided(2, 1).met).toBe(true);
  });

  test('a KPI is at target, is not, or was never measured', () => {
    const decided = (kpi: KpiStanding) =>
      decide({ rule: 'kpi-at-target', kpi: 'Coverage' }, facts({ kpi: () => kpi }));
    expect(decided(KPI)).toMatchObject({
      met: true,
      because: 'Coverage: 80 % on 2026-06-14, at least 80 % needed',
      count: 80,
      target: 80,
    });
    expect(decided({ ...KPI, atTarget: false }).met).toBe(false);
    expect(decided({ ...KPI, overdue: true, age: 200, cadence: 'weekly' })).toMatchObject({
      met: false,
      because:
        'Coverage: 80 % on 2026-06-14, at least 80 % needed; that was 200 days ago, and it is to be measured weekly',
    });
    expect(decided({ ...KPI, latest: null, atTarget: null }).met).toBe(null);
    expect(decided({ ...KPI, target: null }).met).toBe(null);
  });

  test('evidence is fresh when none of it has expired; no evidence is not fresh evidence', () => {
    const decided = (total: number, stale: number) =>
      decide({ rule: 'evidence-fresh', scope: {} }, facts({ evidence: () => ({ total, stale, taken: [] }) }));
    expect(decided(4, 0).met).toBe(true);
    expect(decided(4, 1).met).toBe(false);
    expect(decided(0, 0).met).toBe(null);
  });

  test('actions are done when all of them are', () => {
    const decided = (found: { total: number; done: number } | null) =>
      decide({ rule: 'actions-done' }, facts({ actions: () => found && { ...found, removed: [] } }));
    expect(decided({ total: 2, done: 2 }).met).toBe(true);
    expect(decided({ total: 2, done: 1 }).met).toBe(false);
    expect(decided(null).met).toBe(null);
  });
});
