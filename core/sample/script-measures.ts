/** States of the plan's risks, by week. */
export const RISK_MOVES: readonly {
  readonly week: number;
  readonly title: string;
  readonly state?: 'mitigating' | 'closed';
  readonly dueWeek?: number;
}[] = [
  {
    week: 0,
    title: 'Default credentials and weak fallbacks for secrets in deployment paths',
    state: 'mitigating',
  },
  { week: 1, title: 'Leads are shared with feature work and the programme starves', state: 'closed' },
  {
    week: 2,
    title: 'Default credentials and weak fallbacks for secrets in deployment paths',
    state: 'closed',
  },
  { week: 2, title: 'Agent endpoints authenticate weakly or each in its own way', state: 'mitigating' },
  { week: 4, title: 'Agent endpoints authenticate weakly or each in its own way', state: 'closed' },
  { week: 4, title: 'Credentials of other systems stored in clear', state: 'mitigating' },
  { week: 6, title: 'Credentials of other systems stored in clear', state: 'closed' },
  {
    week: 6,
    title: 'Tables are created by running code, so schemas differ between installations',
    state: 'closed',
  },
  { week: 7, title: 'Environments differ, so that staging proves nothing', state: 'mitigating' },
  { week: 8, title: 'Permission and tenant checks are duplicated and drift apart', state: 'closed' },
  {
    week: 8,
    title: 'Workers loop without end, swallow errors and cannot be restarted safely',
    state: 'mitigating',
  },
  {
    week: 10,
    title: 'Workers loop without end, swallow errors and cannot be restarted safely',
    state: 'closed',
  },
  { week: 12, title: 'Tests are too few to change anything safely', state: 'mitigating' },
  { week: 15, title: 'Tests are too few to change anything safely', state: 'closed' },
  {
    week: 17,
    title: 'Architecture and operation live in the heads of few',
    state: 'mitigating',
    dueWeek: 23,
  },
];

/** Risks accepted with compensating controls; days count from today. One expires within the half-year, one next week. */
export const ACCEPTED = [
  {
    week: 10,
    title: 'A few oversized modules make every change dangerous',
    until: -28,
    reason: 'Splitting the pay calculation before the change of the law would put pay days at risk.',
    compensating: 'Every change there needs two reviewers and the full regression.',
  },
  {
    week: 18,
    title: 'A few oversized modules make every change dangerous',
    until: 40,
    reason: 'Two of ten modules are left; they are split after the year end.',
    compensating: 'Every change there needs two reviewers and the full regression.',
  },
  {
    week: 12,
    title: 'Logs without structure and few metrics leave incidents unexplained',
    until: -4,
    reason: 'The last three services are replaced soon.',
    compensating: 'Their logs are read by hand each morning.',
  },
  {
    week: 14,
    title: 'Environments differ, so that staging proves nothing',
    until: 6,
    reason: 'The test system of the bank is not ours to change.',
    compensating: 'A recorded double of the bank stands in, compared each week.',
  },
] as const;

export const EXCEPTION = {
  week: 15,
  criterion: 'Coverage of critical modules is at its target',
  until: 50,
  reason:
    'The rules of two countries are covered by examples of their authorities, which the figure does not count.',
  compensating: 'The examples run on every change and their report is kept.',
} as const;

/** What a KPI was measured at, at knots of weeks; between them it moves evenly, with some unrest. */
export interface KpiSeries {
  readonly title: string;
  readonly owner: string;
  readonly knots: readonly (readonly [week: number, value: number])[];
  readonly unrest: number;
  readonly digits: number;
  /** The last week in which somebody measured it. */
  readonly until?: number;
}

export const KPI_SERIES: readonly KpiSeries[] = [
  {
    title: 'Open P0 risks',
    owner: 'Ada Okafor',
    knots: [
      [0, 3],
      [1, 3],
      [2, 2],
      [3, 2],
      [4, 1],
      [5, 1],
      [6, 0],
      [21, 0],
    ],
    unrest: 0,
    digits: 0,
  },
  {
    title: 'Open P1 risks',
    owner: 'Ada Okafor',
    knots: [
      [0, 6],
      [1, 5],
      [5, 5],
      [6, 4],
      [8, 3],
      [10, 1],
      [15, 0],
      [17, 0],
      [18, 0],
      [21, 0],
    ],
    unrest: 0,
    digits: 0,
  },
  {
    title: 'Mean age of open P0 and P1 risks',
    owner: 'Ada Okafor',
    knots: [
      [0, 31],
      [6, 24],
      [12, 17],
      [14, 12],
      [15, 0],
      [21, 0],
    ],
    unrest: 1.5,
    digits: 0,
  },
  {
    title: 'Mean time to detect an incident',
    owner: 'Elin Berg',
    knots: [
      [0, 46],
      [8, 28],
      [14, 14],
      [21, 8],
    ],
    unrest: 2,
    digits: 0,
  },
  {
    title: 'Mean time to resolve an incident',
    owner: 'Elin Berg',
    knots: [
      [0, 310],
      [8, 220],
      [14, 150],
      [21, 104],
    ],
    unrest: 14,
    digits: 0,
  },
  {
    title: 'Deployments that succeed',
    owner: 'Jonas Weber',
    knots: [
      [0, 91],
      [10, 95.5],
      [21, 98.6],
    ],
    unrest: 0.5,
    digits: 1,
  },
  {
    title: 'Deployments rolled back',
    owner: 'Jonas Weber',
    knots: [
      [0, 11],
      [10, 7],
      [21, 4.1],
    ],
    unrest: 0.6,
    digits: 1,
  },
  {
    title: 'Tests passed',
    owner: 'Tomas Ruiz',
    knots: [
      [0, 94],
      [8, 97.2],
      [21, 99.4],
    ],
    unrest: 0.3,
    digits: 1,
  },
  {
    title: 'Coverage of critical modules',
    owner: 'Tomas Ruiz',
    knots: [
      [0, 41],
      [8, 58],
      [16, 74],
      [21, 78],
    ],
    unrest: 0.6,
    digits: 0,
  },
  {
    title: 'Unauthorised agent requests refused',
    owner: 'Mia Lindqvist',
    knots: [
      [0, 82],
      [2, 93],
      [4, 100],
      [21, 100],
    ],
    unrest: 0,
    digits: 0,
  },
  {
    title: 'Tenant isolation tests passed',
    owner: 'Mia Lindqvist',
    knots: [
      [0, 88],
      [6, 97],
      [9, 100],
      [21, 100],
    ],
    unrest: 0,
    digits: 0,
  },
  {
    title: 'Merges through all gates',
    owner: 'Jonas Weber',
    knots: [
      [0, 72],
      [6, 91],
      [11, 100],
      [21, 100],
    ],
    unrest: 0,
    digits: 0,
    until: 19,
  },
];

/** Maturity as rated once a month. */
export const MATURITY_SERIES: Readonly<Record<string, readonly number[]>> = {
  Security: [2, 2.6, 3.3, 3.9, 4.2, 4.5],
  Reliability: [2, 2.2, 2.8, 3.4, 3.7, 4],
  Maintainability: [2, 2, 2.4, 2.8, 3.1, 3.3],
  Observability: [1.5, 1.9, 2.5, 3, 3.4, 3.7],
  'Testing and release quality': [1.5, 1.8, 2.4, 3.1, 3.5, 3.8],
  'Documentation and operability': [1.5, 1.6, 1.9, 2.3, 2.9, 3.3],
};
