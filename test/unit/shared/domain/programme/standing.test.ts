import { describe, expect, test } from 'vitest';
import {
  type Acceptance,
  acceptanceState,
  riskStanding,
} from '../../../../../shared/domain/programme/acceptance.ts';
import { type Belonging, pillarOf } from '../../../../../shared/domain/programme/belonging.ts';
import { burnDown, MOST_POINTS } from '../../../../../shared/domain/programme/burn-down.ts';
import type { Decision } from '../../../../../shared/domain/programme/criterion.ts';
import {
  decidingCriteria,
  type GateToJudge,
  judged,
  verdictOf,
} from '../../../../../shared/domain/programme/gate.ts';
import {
  apartWords,
  betterSide,
  cadenceDays,
  kpiStanding,
  type MeasuredWord,
} from '../../../../../shared/domain/programme/kpi.ts';
import { maturityStanding } from '../../../../../shared/domain/programme/maturity.ts';
import { severityOfRisk } from '../../../../../shared/domain/programme/risk-score.ts';
import { milestoneState, phaseState, slipDays } from '../../../../../shared/domain/programme/roadmap.ts';
import { ragOf, type StatusFacts } from '../../../../../shared/domain/programme/status.ts';

const TODAY = '2026-06-15';

describe('a gate', () => {
  const criterion = (id: string) => ({
    id,
    record: `criterion:${id}`,
    title: id,
    rule: { rule: 'attested' as const },
  });
  const gate = (over: Partial<GateToJudge> = {}): GateToJudge => ({
    ...{ id: 'g', record: 'gate:g', kind: 'gate', title: 'Go', owner: '', due: null, phase: null },
    rule: { rule: 'attested' },
    criteria: [],
    ...over,
  });
  const decision = (met: boolean | null): Decision => ({
    ...{ met, because: met === null ? 'Nobody knows' : 'It is so', computed: true },
    ...{ by: null, at: null, count: null, target: null },
  });
  const verdict = (...met: (boolean | null)[]) =>
    verdictOf(
      gate(),
      met.map((one, at) => judged(criterion(String(at)), decision(one), null)),
    );

  test('with criteria and no rule of its own is decided by them alone', () => {
    expect(decidingCriteria(gate({ criteria: [criterion('a')] })).map((one) => one.record)).toEqual([
      'criterion:a',
    ]);
  });

  test('with a rule of its own is decided by it and its criteria', () => {
    const own = gate({ rule: { rule: 'attested', by: 'CTO' }, criteria: [criterion('a')] });
    expect(decidingCriteria(own).map((one) => one.record)).toEqual(['gate:g', 'criterion:a']);
    expect(decidingCriteria(gate()).map((one) => one.record)).toEqual(['gate:g']);
  });

  test('is met when all are, not met as soon as one is not, and not known otherwise', () => {
    expect(verdict(true, true).verdict).toBe('met');
    expect(verdict(true, false, null).verdict).toBe('not-met');
    expect(verdict(true, null)).toMatchObject({ verdict: 'unknown', met: false, because: '1 not known yet' });
    expect(verdict().verdict).toBe('unknown');
  });

  test('an exception changes nothing about a criterion that is met', () => {
    const exception: Acceptance = {
      ...{ id: 'x', by: 'Ada', at: '', reason: 'r', compensating: '', expires: null, withdrawn: false },
    };
    expect(judged(criterion('a'), decision(true), exception).exception).toBe(null);
    expect(judged(criterion('a'), decision(null), exception).exception).toMatchObject({ by: 'Ada' });
  });
});

describe('an acceptance', () => {
  const accepted = (at: string, expires: string | null, withdrawn = false): Acceptance => ({
    ...{ id: at, by: 'Ada', at: `${at}T09:00:00.000Z`, reason: '', compensating: '' },
    expires,
    withdrawn,
  });

  test('holds through its last day, warns before it, and ends by expiry or withdrawal', () => {
    expect(acceptanceState({ expires: null, withdrawn: false }, TODAY)).toBe('holds');
    expect(acceptanceState({ expires: '2026-12-01', withdrawn: false }, TODAY)).toBe('holds');
    expect(acceptanceState({ expires: TODAY, withdrawn: false }, TODAY)).toBe('expiring');
    expect(acceptanceState({ expires: '2026-06-14', withdrawn: false }, TODAY)).toBe('expired');
    expect(acceptanceState({ expires: null, withdrawn: true }, TODAY)).toBe('withdrawn');
  });

  test('of a risk makes it open again when it lapses, and says that it did', () => {
    const lapsed = accepted('2026-05-01', '2026-06-01');
    expect(riskStanding('open', [lapsed], TODAY)).toEqual({
      state: 'open',
      accepted: null,
      lapsed: { by: 'Ada', at: lapsed.at, until: '2026-06-01', how: 'expired' },
    });
    expect(riskStanding('mitigating', [accepted('2026-05-01', null, true)], TODAY)).toMatchObject({
      state: 'mitigating',
      lapsed: { how: 'withdrawn' },
    });
    expect(riskStanding('open', [lapsed, accepted('2026-06-02', null)], TODAY)).toMatchObject({
      state: 'accepted',
      lapsed: null,
    });
    expect(riskStanding('closed', [lapsed], TODAY)).toEqual({
      state: 'closed',
      accepted: null,
      lapsed: null,
    });
  });
});

test('a risk without a severity gets one from its score, and none from half a score', () => {
  const rated = (likelihood: number | null, impact: number | null) =>
    severityOfRisk({ severity: null, likelihood, impact }).severity;
  expect([rated(5, 4), rated(3, 4), rated(2, 3), rated(1, 5), rated(5, null)]).toEqual([
    'P0',
    'P1',
    'P2',
    'P3',
    null,
  ]);
  expect(severityOfRisk({ severity: 'P3', likelihood: 5, impact: 5 })).toEqual({
    severity: 'P3',
    computed: false,
  });
});

describe('status', () => {
  const quiet: StatusFacts = {
    ...{ today: TODAY, dates: [], openRisks: [], openActions: [], stale: 0, expiring: 0, returned: 0 },
    ...{ gatesOverdue: [], share: null, planned: null },
  };
  const risk = (severity: 'P0' | 'P2' | null, due: string | null) => ({
    ...{ record: 'risk:r', title: 'Keys', severity, due, lapsed: false },
  });
  const rules = (facts: Partial<StatusFacts>) =>
    ragOf({ ...quiet, ...facts }).why.map(({ rag, rule }) => `${rag} ${rule}`);

  test('is green where no rule fires', () => {
    expect(ragOf({ ...quiet, openRisks: [risk('P0', '2026-12-01')], share: 0.5, planned: 0.5 })).toEqual({
      rag: 'green',
      why: [],
    });
  });

  test('is red for an overdue severe risk, amber for a lesser one or one due within a week', () => {
    expect(rules({ openRisks: [risk('P0', '2026-06-14')] })).toEqual(['red severe-risk-overdue']);
    expect(rules({ openRisks: [risk('P2', '2026-06-14')] })).toEqual(['amber risk-overdue']);
    expect(rules({ openRisks: [risk('P0', TODAY)] })).toEqual(['amber risk-due-soon']);
    expect(rules({ openRisks: [risk('P0', '2026-06-22')] })).toEqual(['amber risk-due-soon']);
    expect(rules({ openRisks: [risk('P0', '2026-06-23')] })).toEqual([]);
    expect(rules({ openRisks: [risk('P0', null), risk('P2', null)] })).toEqual(['amber severe-risk-undated']);
  });

  test('is red for lapsed evidence and overdue work, and lists the worst first', () => {
    const action = { record: 'action:a', title: 'Ship', due: '2026-06-14', blocked: true };
    expect(rules({ stale: 2, returned: 1, openActions: [action] })).toEqual([
      'red action-overdue',
      'red evidence-stale',
      'amber action-blocked',
      'amber returned',
    ]);
  });

  test('falls to amber a tenth below plan and to red three tenths below', () => {
    expect(rules({ share: 0.41, planned: 0.5 })).toEqual([]);
    expect(rules({ share: 0.4, planned: 0.5 })).toEqual(['amber behind-plan']);
    expect(rules({ share: 0.2, planned: 0.5 })).toEqual(['red far-behind-plan']);
    expect(rules({ share: 0, planned: null })).toEqual(['amber unplanned']);
    expect(rules({ share: 1, planned: null })).toEqual([]);
  });
});

describe('the burn-down', () => {
  const period = { from: '2026-06-01', to: '2026-06-11', today: '2026-06-05' };

  test('shows what was open each day against an even line to zero, and nothing for days to come or before the first', () => {
    const was = new Map([
      ['2026-06-02', 10],
      ['2026-06-03', 6],
      ['2026-06-04', 6],
    ]);
    const { open, scope, days } = burnDown({ scope: 10, open: 7 }, (day) => was.get(day) ?? null, period);
    expect({ open, scope }).toEqual({ open: 7, scope: 10 });
    expect(days.map((one) => one.open)).toEqual([null, 10, 6, 6, 7, null, null, null, null, null, null]);
    expect(days.map((one) => one.plan)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('of a long programme keeps today and the end among a bounded number of points', () => {
    const { days } = burnDown({ scope: 0, open: 0 }, () => 0, {
      from: '2020-01-01',
      to: '2029-12-31',
      today: TODAY,
    });
    expect(days.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(days.map((one) => one.day)).toEqual(expect.arrayContaining(['2020-01-01', TODAY, '2029-12-31']));
  });

  test('without an end has no plan line, and past its end stays at zero', () => {
    const line = (changed: Partial<typeof period> | { to: null }) =>
      burnDown({ scope: 3, open: 3 }, () => 3, { ...period, ...changed }).days;
    expect(line({ to: null }).every((one) => one.plan === null)).toBe(true);
    expect(line({ today: '2026-06-20' }).at(-1)).toEqual({ day: '2026-06-20', open: 3, plan: 0 });
  });
});

describe('a KPI', () => {
  const measured = (day: string, value: number, said: Partial<MeasuredWord> = {}): MeasuredWord => ({
    ...{ day, value, note: '', by: 'Ada', at: day, writer: 'ada', seq: 1, after: [] },
    ...said,
  });
  const kpi = (direction: 'up' | 'down', cadence: string, ...values: MeasuredWord[]) =>
    kpiStanding(
      { id: 'k', record: 'kpi:k', title: 'K', owner: '', unit: '', target: 10, direction, cadence },
      values,
      TODAY,
    );

  test('is at target on the side its direction says, and moves better or worse', () => {
    const values = [measured('2026-06-01', 5), measured('2026-06-08', 12)];
    expect(kpi('up', '', ...values)).toMatchObject({ atTarget: true, trend: 'better', age: 7 });
    expect(kpi('down', '', ...values)).toMatchObject({ atTarget: false, trend: 'worse' });
  });

  test('takes the last word about a day and nothing of days to come', () => {
    const standing = kpi(
      'up',
      '',
      measured('2026-06-10', 9, { seq: 4 }),
      measured('2026-06-10', 7, { at: '2026-06-11', seq: 3 }),
      measured('2026-07-01', 99),
      measured('2026-06-10', 1, { at: '2026-07-01', seq: 5 }),
    );
    expect(standing.points).toEqual([{ day: '2026-06-10', value: 9 }]);
    expect(apartWords(standing)).toBeNull();
  });

  test('is told which word of a day came after by what its author knew, and the worse of those said apart counts', () => {
    const first = measured('2026-06-10', 12, { at: '2026-06-12T09:00:00Z' });
    const bob = { by: 'Bob', writer: 'bob', at: '2026-06-10T09:00:00Z' };
    const knowing = measured('2026-06-10', 4, { ...bob, after: [['ada', 1]] });
    expect(kpi('up', '', first, knowing)).toMatchObject({ latest: { value: 4 }, apart: [] });
    expect(kpi('down', '', first, knowing)).toMatchObject({ latest: { value: 4 }, apart: [] });
    const apart = measured('2026-06-10', 4, bob);
    const up = kpi('up', '', first, apart);
    expect(up).toMatchObject({
      latest: { value: 4, by: 'Bob' },
      apart: [{ value: 12, by: 'Ada' }],
      atTarget: false,
    });
    expect(apartWords(up)).toBe(
      'Also said of that day: 12 by Ada. The worse value counts until somebody who knows both measures again.',
    );
    expect(kpi('down', '', first, apart)).toMatchObject({ latest: { value: 12 }, apart: [{ value: 4 }] });
    expect(kpi('up', '', first, measured('2026-06-10', 12, bob)).apart).toEqual([]);
  });

  test('is overdue by the cadence in its own words', () => {
    expect(
      ['weekly', 'measured each month', 'every 3 days', 'bi-weekly', 'when it matters'].map(cadenceDays),
    ).toEqual([7, 31, 3, 14, null]);
    expect(kpi('up', 'weekly').overdue).toBe(true);
    expect(kpi('up', 'weekly', measured('2026-06-08', 1)).overdue).toBe(false);
    expect(kpi('up', 'weekly', measured('2026-06-07', 1)).overdue).toBe(true);
    expect(kpi('up', '', measured('2020-01-01', 1)).overdue).toBe(false);
  });
});

test('maturity begins with what the plan states and follows the newest rating', () => {
  const dimension = { id: 'm', record: 'maturity:m', title: 'Ops', current: 2, target: 4, scale: 5 };
  expect(maturityStanding(dimension, [], TODAY)).toMatchObject({
    current: 2,
    baseline: 2,
    reached: false,
    day: null,
  });
  const rated = { day: '2026-06-01', value: 4, note: '', by: '', at: '', writer: 'ada', seq: 1, after: [] };
  expect(maturityStanding(dimension, [rated], TODAY)).toMatchObject({
    current: 4,
    baseline: 2,
    reached: true,
  });
  const better = { ...rated, value: 5, by: 'Bob', writer: 'bob' };
  const apart = maturityStanding(dimension, [rated, better], TODAY);
  expect(apart).toMatchObject({ current: 4, apart: [{ value: 5, by: 'Bob' }] });
  expect(apartWords(apart)).toBe(
    'Also said of that day: 5 by Bob. The worse value counts until somebody who knows both measures again.',
  );
  const beyond = [rated, { ...rated, day: TODAY, value: 45 }, { ...rated, day: TODAY, value: -1 }];
  expect(maturityStanding(dimension, beyond, TODAY)).toMatchObject({ current: rated.value, day: rated.day });
});

describe('the better side of a KPI', () => {
  test.each([
    ['P0/P1 open risks (count and aging).', 'down'],
    ['Mean time to detect and resolve incidents.', 'down'],
    ['Deployment success rate and rollback rate.', 'up'],
    ['Test pass rate and coverage on critical modules.', 'up'],
    ['Unauthorized access attempt rejection rate on agent endpoints.', 'up'],
    ['p95 latency in ms', 'down'],
    ['Error rate < 1 %', 'down'],
    ['Availability ≥ 99.9 %', 'up'],
    ['Controls reviewed', 'up'],
  ] as const)('%s: %s', (words, side) => {
    expect(betterSide(words)).toBe(side);
  });
});

describe('the roadmap', () => {
  test('says where a phase stands by its dates alone', () => {
    const at = (from: string | null, to: string | null, done: string | null = null) =>
      phaseState({ from, to, done }, TODAY);
    expect([
      at('2026-07-01', '2026-08-01'),
      at('2026-06-01', TODAY),
      at('2026-05-01', '2026-06-14'),
      at('2026-05-01', '2026-06-01', '2026-06-10'),
      at(null, null),
    ]).toEqual(['not-started', 'under-way', 'late', 'done', 'undated']);
  });

  test('counts slip until it was done, or until today', () => {
    expect(slipDays('2026-06-10', null, TODAY)).toBe(5);
    expect(slipDays('2026-06-10', '2026-06-08', TODAY)).toBe(-2);
    expect(slipDays('2026-06-20', null, TODAY)).toBe(0);
    expect(milestoneState({ due: '2026-06-14', done: null }, TODAY)).toBe('late');
  });
});

describe('belonging to a pillar', () => {
  const PILLARS = [
    { id: 'p1', record: 'pillar:p1', title: 'Security', owner: 'Sam' },
    { id: 'p2', record: 'pillar:p2', title: 'Delivery', owner: 'Dana' },
    { id: 'p3', record: 'pillar:p3', title: 'Quality', owner: 'Dana' },
  ];
  const of = (names: string | null, category = '', owner = ''): Belonging => ({ names, category, owner });
  const known = new Map([
    ['risk:r', of('pillar:p1')],
    ['risk:loop', of('risk:loop', '', 'Sam')],
  ]);
  const belongs = (record: Belonging) => pillarOf(PILLARS, record, (name) => known.get(name) ?? null);

  test('goes by the pillar named, then the record named, then category, then owner', () => {
    expect(belongs(of('Security', 'Delivery', 'Dana'))).toBe('p1');
    expect(belongs(of('risk:r', 'Delivery'))).toBe('p1');
    expect(belongs(of('phase:x', 'quality', 'Sam'))).toBe('p3');
    expect(belongs(of(null, 'Other', ' sam '))).toBe('p1');
  });

  test('goes by an owner with a stroke as by each of the two, unless one is called just that', () => {
    const pillars = [
      { id: 'p1', record: 'pillar:p1', title: 'Running', owner: 'SRE/DevOps Lead' },
      { id: 'p2', record: 'pillar:p2', title: 'Data', owner: 'Data Engineering / Backend' },
      { id: 'p3', record: 'pillar:p3', title: 'Services', owner: 'Backend' },
    ];
    const owned = (owner: string) => pillarOf(pillars, of(null, '', owner), () => null);
    expect(['SRE Lead', 'devops lead', 'SRE', 'Data Engineering', 'Backend'].map(owned)).toEqual([
      'p1',
      'p1',
      null,
      'p2',
      'p3',
    ]);
  });

  test('is left open where two pillars have the same owner, and where records name each other', () => {
    expect(belongs(of(null, '', 'Dana'))).toBe(null);
    expect(belongs(of('risk:loop'))).toBe('p1');
    expect(belongs(of(null))).toBe(null);
  });
});
