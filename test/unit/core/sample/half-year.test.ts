import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerVerification } from '../../../../core/ledger/verify.ts';
import type { Board } from '../../../../shared/contract/board.ts';
import type { PacketRow } from '../../../../shared/contract/packets.ts';
import type { ComposedBinder } from '../../../../shared/contract/proof.ts';
import { type HalfYear, playHalfYear, TODAY } from '../../../support/half-year.ts';
import { type Api, finish, makeCore } from '../../../support/workspaces.ts';

const ADA = 'harbour sample';
const MIA = 'lindqvist sample';
const JONAS = 'weber sample';

let half: HalfYear;
let api: Api;
let today: Board;
beforeAll(async () => {
  half = await playHalfYear();
  ({ api } = half);
  today = await api.board.get({ engagement: half.programme });
}, 120_000);
afterAll(() => half.close());

const boardOn = (days: number) => api.board.get({ engagement: half.programme, asOf: half.day(days) });
const packetsOf = async (template: string): Promise<PacketRow[]> =>
  (await api.packets.list({ engagement: half.programme, template, limit: 200 })).rows;
const gateOf = (board: Board, title: string) => board.gates.find((gate) => gate.title.startsWith(title));

describe('the half-year as it was worked', () => {
  test('says on the way which of its 26 weeks it is in', () => {
    expect(half.steps).toContain('Week 26 of 26');
    expect(half.steps.size).toBeGreaterThan(20);
  });

  test('is a ledger whose chains hold and whose tables follow from it', async () => {
    const report = await finish<LedgerVerification>(api, api.ledger.verify({ rebuild: true }));
    expect(report).toMatchObject({ intact: true, problems: [], unsealed: 0, rebuild: { differences: [] } });
    expect(report.entries).toBeGreaterThan(1000);
  });

  test('ties the people of the programme who are members to them, and nobody else', async () => {
    const { rows } = await api.programme.list({ kind: 'person', engagement: half.programme, limit: 50 });
    const { rows: members } = await api.members.list({});
    const nameOf = (id: unknown) => members.find((member) => member.id === id)?.name ?? null;
    expect(Object.fromEntries(rows.map(({ title, body }) => [title, nameOf(body.member)]))).toEqual({
      'Ada Okafor': 'Ada Okafor',
      'Mia Lindqvist': 'Mia Lindqvist',
      'Jonas Weber': 'Jonas Weber',
      'Elin Berg': null,
      'Tomas Ruiz': null,
      'Nadia Haddad': null,
    });
  });

  test('was signed by three people under their own keys', async () => {
    const { rows } = await api.ledger.entries({ limit: 200 });
    expect(new Set(rows.map(({ by }) => by.name))).toEqual(
      new Set(['Ada Okafor', 'Mia Lindqvist', 'Jonas Weber']),
    );
  });

  test('has readiness fall on the day evidence lapsed, and rise again when it was attested', async () => {
    const [before, lapsed, after] = [await boardOn(-52), await boardOn(-51), await boardOn(-43)];
    const shareOf = (board: Board) => board.overall.share ?? 0;
    expect(shareOf(lapsed)).toBeLessThan(shareOf(before) - 0.1);
    expect(shareOf(after)).toBeGreaterThan(shareOf(lapsed) + 0.1);
    expect(lapsed.pillars.find(({ title }) => title === 'Security and compliance')).toMatchObject({
      rag: 'red',
      why: expect.arrayContaining([expect.objectContaining({ rule: 'evidence-stale' })]),
    });
    expect([before.freshness.stale, after.freshness.stale]).toEqual([0, 0]);
  });

  test('has gates that fail and pass later, each with a reason', async () => {
    const early = await boardOn(-147);
    expect(gateOf(early, 'No default credential')).toMatchObject({ met: false });
    expect(gateOf(early, 'No default credential')?.because).toMatch(/not met|not known/);
    expect(gateOf(today, 'No default credential')).toMatchObject({ met: true });
    expect(gateOf(today, 'Enterprise target reached')).toMatchObject({ met: false });
  });

  test('shows acceptances that hold, that expire next week and that expired', () => {
    const states = today.exceptions.map(({ kind, state }) => `${kind} ${state}`);
    expect(states).toEqual(
      expect.arrayContaining([
        'risk-acceptance expired',
        'risk-acceptance expiring',
        'risk-acceptance holds',
        'exception holds',
      ]),
    );
    expect(today.exceptions.every(({ compensating }) => compensating !== '')).toBe(true);
    const lapsed = today.risks.find(({ title }) => title.startsWith('Logs without structure'));
    expect(lapsed?.standing).toMatchObject({ state: 'open', lapsed: expect.anything() });
  });

  test('had milestones and actions slip, and says by how much and why', () => {
    const late = today.milestones.find(({ title }) => title.startsWith('Customer signs'));
    expect(late).toMatchObject({ state: 'done', due: half.day(-11) });
    const dues = today.milestones.map(({ due }) => due ?? '');
    expect(dues).toEqual([...dues].sort());
    const moved = today.actions.find(({ title }) => title.startsWith('Print dates'));
    expect(moved).toMatchObject({
      due: half.day(3),
      blocked: expect.stringContaining('Moved by twelve days'),
    });
  });

  test('measured how long reviews took', async () => {
    const times = await api.periods.reviewTimes({ engagement: half.programme });
    expect(times.measured).toBeGreaterThan(100);
    expect(times.median).toBeLessThan(15);
  });

  test('locked the half-year before, was added to late with a reason, and rolled it forward item by item', async () => {
    const { lockdown } = await api.periods.lockdown({ engagement: half.last });
    expect(lockdown?.late).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('arrived after the period was closed') }),
    ]);
    const outcomes = (await api.periods.rolled({ engagement: half.payroll })).map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['carried', 're-verify', 'stale', 'retired']));
  });
});

describe('every packet', () => {
  test('was made final in every template there is', async () => {
    const { templates } = await api.packets.templates();
    for (const { id } of templates)
      expect(
        (await packetsOf(id)).map(({ state }) => state),
        id,
      ).toContain('final');
    expect((await packetsOf('weekly-summary')).length).toBe(22);
    expect((await packetsOf('monthly-checkpoint')).length).toBe(5);
  });

  test('keeps what a replay of the ledger up to its day comes to, in a session that looks anew', async () => {
    await half.as(ADA);
    const { templates } = await api.packets.templates();
    for (const { id } of templates) {
      const final = (await packetsOf(id)).find(({ state }) => state === 'final');
      const { view } = await api.packets.get({ packet: final?.record ?? '' });
      expect([view.packet.state, view.differences], id).toEqual(['final', []]);
    }
  }, 120_000);

  test('of a release is final twice, once without a section a named approver waived, and open once', async () => {
    const releases = await packetsOf('release');
    expect(releases.map(({ about, state }) => [about, state])).toEqual([
      ['Release 4.2', 'open'],
      ['Release 4.1', 'final'],
      ['Release 4.0', 'final'],
    ]);
    const { view } = await api.packets.get({ packet: 'Release 4.1', engagement: half.programme });
    expect(view.sections.find(({ key }) => key === 'flags')).toMatchObject({
      state: 'waived',
      waiver: { by: 'Mia Lindqvist' },
    });
  });

  test('of a handover holds the customer’s word', async () => {
    const [handover] = await packetsOf('handover');
    expect(handover).toMatchObject({ state: 'final', customer: 'captured' });
  });

  test('is written as a PDF, on one page where its template is one page', async () => {
    const { templates } = await api.packets.templates();
    for (const { id, onePage } of templates) {
      const final = (await packetsOf(id)).findLast(({ state }) => state === 'final');
      const out = join(half.home, `${id}.pdf`);
      const composed = await finish<ComposedBinder>(
        api,
        api.packets.compose({ packet: final?.record ?? '', engagement: half.programme, out }),
      );
      const pages = (await readFile(out)).toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
      expect(pages, id).toBe(composed.pages);
      if (onePage) expect(pages, id).toBe(1);
      else expect(pages, id).toBeGreaterThan(1);
    }
  }, 60_000);
});

describe('every dashboard', () => {
  test('has something to show', () => {
    const charts: Readonly<Record<string, readonly unknown[]>> = {
      pillars: today.pillars,
      trend: today.overall.trend,
      groups: today.groups,
      burnDown: today.burnDown.days.filter(({ open }) => open !== null),
      heat: today.heat.cells,
      freshness: today.freshness.days,
      funnel: today.funnel.filter(({ count }) => count > 0),
      kpis: today.kpis.filter(({ points }) => points.length > 10),
      maturity: today.maturity.filter(({ current }) => current !== null),
      phases: today.phases,
      milestones: today.milestones,
      gates: today.gates,
      exceptions: today.exceptions,
      actions: today.actions,
      next: today.next,
    };
    for (const [chart, rows] of Object.entries(charts)) expect(rows.length, chart).toBeGreaterThan(1);
    expect(new Set(today.pillars.map(({ rag }) => rag))).toEqual(new Set(['red', 'amber', 'green']));
    for (const [of, words] of Object.entries(today.summaries)) expect(words, of).toMatch(/\d/);
  });

  test('gives no age to severe risks while none is open', () => {
    const severe = today.heat.bySeverity.filter(({ severity }) => severity === 'P0' || severity === 'P1');
    expect(severe.reduce((sum, { open, mitigating }) => sum + open + mitigating, 0)).toBe(0);
    expect(today.kpis.find(({ title }) => title.startsWith('Mean age'))?.latest?.value).toBe(0);
  });

  test('counts what is accepted as the overview does, in its sum, its groups and its trend', async () => {
    const summary = await api.dashboard.summary({ engagement: half.programme });
    const accepted = today.funnel.find(({ stage }) => stage === 'accepted')?.count;
    expect(summary.statuses.accepted).toBe(accepted);
    expect(summary.byGroup.reduce((sum, group) => sum + group.accepted, 0)).toBe(accepted);
    expect(summary.trend.at(-1)?.accepted).toBe(accepted);
  });

  test('knows evidence that is only shown as proof as of use', async () => {
    const { evidence } = await api.dashboard.summary({ engagement: half.programme });
    expect(evidence).toMatchObject({ unlinked: 0 });
    expect((await api.evidence.list({ unlinked: true })).total).toBe(0);
    expect((await api.evidence.list({ unlinked: false })).total).toBe((await api.evidence.list({})).total);
    expect(evidence.total).toBeGreaterThan(30);
  });

  test('has one for every past day of the programme', async () => {
    for (const days of [-150, -100, -30]) {
      const board = await boardOn(days);
      expect(board.asOf?.day).toBe(half.day(days));
      expect(board.burnDown.open).toBeGreaterThan(today.burnDown.open);
    }
  });
});

describe('what is shown of past days', () => {
  const dayAfter = (day: string) => half.day((Date.parse(day) - Date.parse(TODAY)) / 86_400_000 + 1);

  test('is what the dashboard as of each of them says: open gaps, and what each pillar had ready', async () => {
    const known = today.burnDown.days.filter(({ open }) => open !== null);
    // Every tenth day, and those on which evidence lapsed, was attested again, or an acceptance ended and a risk was open again.
    const ended = today.exceptions.flatMap(({ state, expires }) =>
      state === 'expired' && expires !== null ? [expires, dayAfter(expires)] : [],
    );
    expect(ended).not.toEqual([]);
    const chosen = new Set([...[-52, -51, -44, -43, -35].map(half.day), ...ended]);
    const shown = known.filter(({ day }, index) => index % 10 === 0 || chosen.has(day));
    const told = new Map<string, Board>();
    for (const day of [...shown, ...today.overall.trend].map((point) => point.day))
      if (!told.has(day)) told.set(day, await api.board.get({ engagement: half.programme, asOf: day }));
    expect(shown.map(({ day, open }) => [day, open])).toEqual(
      shown.map(({ day }) => [day, told.get(day)?.burnDown.open]),
    );
    expect(today.overall.trend).toHaveLength(13);
    for (const { id, title, trend } of [today.overall, ...today.pillars])
      expect(trend, title).toEqual(
        today.overall.trend.flatMap(({ day }) => {
          const board = told.get(day);
          const share =
            [board?.overall, ...(board?.pillars ?? [])].find((row) => row?.id === id)?.share ?? null;
          return share === null ? [] : [{ day, share }];
        }),
      );
    const summary = await api.dashboard.summary({ engagement: half.programme });
    const drawn = summary.trend.filter(({ day }) => told.has(day));
    expect(drawn.length).toBeGreaterThan(8);
    expect(new Set(drawn.map(({ accepted }) => accepted)).size).toBeGreaterThan(4);
    for (const { day, decided, accepted } of drawn) {
      const checks = told.get(day)?.overall.checks;
      expect([day, decided, accepted]).toEqual([day, checks?.decided, checks?.accepted]);
    }
  }, 120_000);

  test('is nothing before an engagement was opened, and no more than was known then', async () => {
    const { burnDown, overall } = await api.board.get({ engagement: half.last });
    const first = burnDown.days.find(({ open }) => open !== null);
    expect(burnDown.days[0]).toMatchObject({ open: null });
    const then = await api.board.get({ engagement: half.last, asOf: first?.day ?? '' });
    expect(then.burnDown.days.findLast(({ open }) => open !== null)).toMatchObject({
      day: first?.day,
      open: first?.open,
    });
    expect(overall.trend.every(({ day }) => day >= (first?.day ?? ''))).toBe(true);
  });
});

describe('today', () => {
  test('has something overdue, something due next week and something that was asked for', async () => {
    expect(today.actions.some(({ overdue }) => overdue)).toBe(true);
    const { counts } = await api.register.list({ engagement: half.programme });
    expect(counts.held).toBe(1);
    const due = await api.register.due({ engagement: half.programme, until: half.day(7) });
    expect(due.total).toBeGreaterThan(0);
    const { rows } = await api.register.requests({ engagement: half.programme });
    expect(rows.map(({ row, overdue }) => [row.body.state, overdue])).toEqual(
      expect.arrayContaining([
        ['accepted', false],
        ['answered', false],
        ['open', true],
      ]),
    );
  });

  test.each([
    ['Ada', ADA],
    ['Mia', MIA],
  ])('has work to review and next steps for %s', async (_name, passphrase) => {
    await half.as(passphrase);
    const { lanes } = await api.review.queue({ lane: 'to-review', engagement: half.programme });
    expect(lanes['to-review']).toBeGreaterThan(0);
    expect(lanes.voided).toBe(1);
    const { items } = await api.periods.diagnose({ engagement: half.programme });
    expect(items.map(({ what }) => what)).toContain('unresolved');
    const { next } = await api.board.get({ engagement: half.programme });
    expect(new Set(next.map(({ urgency }) => urgency)).size).toBeGreaterThan(1);
  });

  test('has returned work and next steps for Jonas', async () => {
    await half.as(JONAS);
    const { lanes } = await api.review.queue({ lane: 'returned', engagement: half.programme });
    expect(lanes.returned).toBeGreaterThan(0);
    const { next } = await api.board.get({ engagement: half.programme });
    expect(next.length).toBeGreaterThan(2);
  });
});

describe('building the sample', () => {
  test('leaves nothing behind when it is stopped', async () => {
    const other = await makeCore();
    const started = await other.api.workspace.sample();
    const states: string[] = [];
    for await (const { state, step } of await other.api.jobs.watch(started)) {
      states.push(state);
      if (step.startsWith('Week 5')) await other.api.jobs.cancel(started);
    }
    expect(states.at(-1)).toBe('cancelled');
    expect(existsSync(join(other.home, 'Sample'))).toBe(false);
    await other.close();
  });
});
