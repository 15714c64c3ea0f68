import type { PacketModel } from '../../core/packets/compose/page.ts';
import { packetTemplates } from '../../core/packets/templates.ts';
import { PLAIN_HOUSE } from '../../shared/domain/house-style.ts';
import type { PacketFigures, SectionContent } from '../../shared/domain/programme/packet-content.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-06-01T00:00:00Z');
const dayOf = (n: number) => new Date(START + n * DAY).toISOString().slice(0, 10);

const NAMES = [
  'Security and compliance',
  'Reliability and observability',
  'Data and privacy',
  'Application and API',
  'Front end and accessibility',
  'AI safety',
  'Delivery and supply chain',
];
const RAGS = ['red', 'green', 'amber', 'green', 'amber', 'green', 'green'] as const;

/** Figures of a programme with so many of everything; `name` makes the words. */
export function figuresOf(
  count: number,
  name: (base: string, i: number) => string = (base) => base,
): PacketFigures {
  const some = Array.from({ length: count }, (_, i) => i);
  return {
    overall: {
      rag: count === 0 ? 'none' : 'amber',
      share: count === 0 ? null : 0.62,
      planned: count === 0 ? null : 0.71,
      why:
        count === 0
          ? ''
          : name('The P0 risk "Default credentials in deploy paths" is open, 6 days past its due date', 0),
    },
    pillars: some.map((i) => ({
      title: name(NAMES[i % 7] ?? '', i),
      owner: name('Jonas Weber', i),
      due: dayOf(150 + i),
      rag: RAGS[i % 7] ?? 'none',
      why: name(RAGS[i % 7] === 'green' ? '' : `${i + 2} accepted results lean on stale evidence`, i),
      share: ((i * 37 + 40) % 100) / 100,
      trend: Array.from({ length: 12 }, (_, week) => Math.min(1, (week * (3 + (i % 5))) / 70)),
    })),
    burnDown: {
      total: count * 30,
      open: count * 12,
      points: Array.from({ length: count === 0 ? 0 : 27 }, (_, week) => ({
        day: dayOf(week * 7),
        open: week > 17 ? null : Math.round(count * 30 * (1 - (week / 17) ** 1.4 * 0.6)),
        planned: Math.round(count * 30 * (1 - week / 26)),
      })),
    },
    heat: {
      cells: some.slice(0, 25).map((i) => ({
        likelihood: (i % 5) + 1,
        impact: (Math.floor(i * 1.7) % 5) + 1,
        risks: (i % 3) + 1,
        severity: 'P1',
      })),
      unscored: count > 3 ? 4 : 0,
      bySeverity: ['P0', 'P1', 'P2', 'P3'].map((severity, i) => ({
        severity,
        open: count * i,
        accepted: i === 1 ? Math.min(2, count) : 0,
        closed: count,
      })),
    },
    kpis: some.map((i) => ({
      title: name(
        ['Deployment success rate', 'Open P0 and P1 risks', 'Mean time to resolve incidents'][i % 3] ?? '',
        i,
      ),
      unit: ['%', '', 'h'][i % 3] ?? '',
      value: i % 4 === 3 ? null : ([98.7, 5, 3.25][i % 3] ?? null),
      target: [99.5, 0, 4][i % 3] ?? null,
      direction: i % 3 === 0 ? ('up' as const) : ('down' as const),
      reached: i % 4 === 3 ? null : i % 3 === 2,
      series: Array.from({ length: 12 }, (_, week) => Math.sin(week + i) * 3 + week),
    })),
    blocked: some.slice(0, Math.ceil(count / 2)).map((i) => ({
      title: name('Rotate the keys of the agent endpoints', i),
      owner: name('Mia Okafor', i),
      due: dayOf(110 + i * 9),
      overdue: i === 0,
      by: name('Waits for the new certificate authority of the customer', i),
    })),
    risks: [],
    dates: some.map((i) => ({
      day: dayOf(126 + i - (i === count - 1 && i > 2 ? 12 : 0)),
      what: ['gate', 'phase ends', 'P1 risk', 'action'][i % 4] ?? '',
      title: name(
        ['Security containment closes', 'Release gate compliance', 'Authorization drift'][i % 3] ?? '',
        i,
      ),
      owner: i % 2 === 0 ? name('Ada Lindqvist', i) : '',
      late: i === count - 1 && i > 2,
    })),
    gates: { total: count, met: Math.floor(count / 2) },
    evidence: {
      current: count * 18,
      expiring: count,
      stale: Math.floor(count / 2),
      results: count > 3 ? 3 : 0,
    },
  };
}

const RELEASE: Readonly<Record<string, string>> = {
  scope:
    'Payroll 4.2.0: api, worker, web.\nPAY-1204 Retry of bank files\nPAY-1231 Two approvals for a changed account',
  changes:
    '- Bank files are sent again after a failure, at most five times\n- A changed bank account needs two approvals\n- The report of a pay run loads in a third of the time',
  flags:
    'bank-retry: off by default, operators turn it on by tenant\nKill switch: payroll.pause stops every run within a minute',
  rollback:
    '1. Pause runs by payroll.pause\n2. Deploy 4.1.7 by the pipeline "roll back"\n3. Run the check of open bank files\n4. Release the pause',
  tests: '',
  monitoring:
    'Dashboard "Payroll runs"; alert when a run takes over 20 min or a bank file fails twice. Alert on queue depth is silenced for 30 min.',
  'on-call': 'Owner: Mia Okafor\nOn call 21 to 23 Nov: Jonas Weber, +46 8 123 45 67',
  dependencies: 'The bank gateway has to be at 2.8 or later.',
};
const VALUES: Readonly<Record<string, Record<string, string>>> = {
  rollback: { minutes: '11', rehearsed: '2026-09-30' },
  tests: {
    unit: '1 412 passed',
    integration: '212 passed',
    'end-to-end': '48 passed, 1 skipped',
    accessibility: 'no violation',
    performance: 'p95 164 ms',
    security: 'no high finding',
  },
  dependencies: {
    'data-plan': 'One column added, filled in the background in 4 min; the old one stays until 4.3',
  },
};

/** The sections of a template filled as a usual release is; `words` makes the words. */
export function sectionsOf(
  template: string,
  words: (base: string) => string = (base) => base,
): SectionContent[] {
  const found = packetTemplates().find(({ id }) => id === template);
  return (found?.sections ?? []).map(({ key, title, source }) => ({
    key,
    title,
    state: 'filled',
    text: words(
      RELEASE[key] ??
        (source.includes('hand') && template !== 'release'
          ? `What is to be said about ${title.toLowerCase()}.`
          : ''),
    ),
    values: Object.fromEntries(
      Object.entries(VALUES[key] ?? {}).map(([field, value]) => [field, words(value)]),
    ),
    evidence:
      key === 'tests'
        ? ['k6 load test', 'axe report', 'JUnit results'].map((name, i) => ({
            id: `e${i}`,
            reference: `E-000${i + 4}`,
            title: words(name),
            files: [
              { name: `${name}.xml`, sha256: 'ab'.repeat(32), bytes: 1200, mediaType: 'application/xml' },
            ],
          }))
        : [],
    data:
      key === 'risks'
        ? [
            {
              name: 'risks',
              summary: 'Two risks are open.',
              columns: ['Risk', 'Severity', 'State', 'Owner', 'Due', 'Mitigation', 'Exit criteria'],
              rows: [
                [
                  'Bank rejects a repeated file',
                  'P1',
                  'mitigating',
                  'Mia Okafor',
                  '2026-10-10',
                  'Each file carries its own key; tried with two banks',
                  '',
                ],
                [
                  'Queue grows over a long weekend',
                  'P2',
                  'accepted',
                  'Jonas Weber',
                  '',
                  'Capacity doubled for the first two runs',
                  '',
                ],
              ].map((row) => row.map(words)),
              total: 2,
            },
          ]
        : [],
    waiver: null,
  }));
}

/** A packet ready to be drawn, with what a test wants otherwise. */
export function packetModelOf(
  template: string,
  more: Partial<PacketModel['content']> = {},
  rest: Partial<PacketModel> = {},
): PacketModel {
  const found = packetTemplates().find(({ id }) => id === template);
  if (found === undefined) throw new Error(`there is no template ${template}`);
  const { sha256, ...shape } = found;
  const { id, version, title, kind } = found;
  return {
    id: 'b51f9f1c2a3d4e5f60718293a4b5c6d7',
    template: shape,
    content: {
      schema: 'bindery.packet/1',
      id: 'b51f9f1c2a3d4e5f60718293a4b5c6d7',
      template: { id, version, sha256, title, kind },
      engagement: { id: 'e1', name: 'Harbour Payroll readiness' },
      title: kind === 'release' ? 'Payroll 4.2.0' : title,
      about: '',
      period: kind === 'summary' ? 'Week 40 of 2026' : '',
      environment: kind === 'release' ? 'Production' : '',
      day: '2026-10-05',
      sections: sectionsOf(template),
      figures: kind === 'summary' || kind === 'checkpoint' ? figuresOf(6) : null,
      ...more,
    },
    missing: new Map(),
    final: { by: 'Ada Lindqvist', at: '2026-10-05T08:30:00.000Z', digest: 'c4'.repeat(32) },
    customer: [],
    marking: '',
    house: PLAIN_HOUSE,
    workspace: { id: 'w1', name: 'Harbour Payroll' },
    at: '2026-10-05T08:31:00.000Z',
    generator: 'Bindery',
    checkpointKey: 'ab'.repeat(16),
    manifest: {
      schema: 'bindery.manifest/1',
      binder: 'b1',
      kind: kind === 'release' ? 'release' : 'evidence',
      title: 'Packet',
      workspace: { id: 'w1', name: 'Harbour Payroll' },
      engagement: { id: 'e1', name: 'Harbour Payroll readiness' },
      at: '2026-10-05T08:31:00.000Z',
      generator: 'Bindery',
      files: [],
      counts: { controls: 0, checklists: 0, items: 0, evidence: 0, files: 0, signOffs: 0, omitted: 0 },
      included: [],
      omitted: [],
    },
    attachments: [],
    ...rest,
  };
}
