/** What the weekly executive summaries said, one for each week of the programme. */
export const WEEKLY_WORDS: readonly string[] = [
  'The programme has begun. Owners are confirmed for every pillar, the feature freeze is announced, and three P0 risks are open.',
  'Every service now refuses to start without its secrets. The steering review met for the first time.',
  'The first P0 risk is closed: no default credential is left. The shared account waits for the vendor of the time clocks.',
  'All agent endpoints refuse unsigned requests. Phase 0 ends next week; nothing stands against it.',
  'The second P0 risk is closed. We finished phase 0 two days late because the vendor had to open their side first.',
  'The first month in the register: every control has an owner. Identity and data are under way together.',
  'No P0 risk is open any more: the last credentials in clear are migrated.',
  'Production equals its migrations, and no service may create a table. Encryption keys come next.',
  'A key was rotated on pay day and nobody noticed. Permission checks now stand in one place.',
  'Workers were killed on purpose and lost nothing. Phase 1 is three days behind its plan.',
  'The oversized modules are accepted as a risk for twelve weeks: splitting them now would touch the pay calculation.',
  'Merges pass all gates, administrators’ too. Tests are what holds us back.',
  'Coverage grows by two points a week. The clerks tried the new journey and asked for one change.',
  'Release 4.0 went out. Workers run on a new queue, so that all evidence about them was looked at again.',
  'Regression ran whole for the first time. Nobody stood in for the security lead, who is away.',
  'Evidence of security and identity lapsed while its owner was away, and readiness fell by thirteen points. She is back and looks at all of it tomorrow; from now on each owner names who stands in.',
  'Readiness is back where it was. Phase 2 is done, with an exception for coverage that ends next month.',
  'The access review was done anew. Two people found rights they no longer needed.',
  'The acceptance of the oversized modules ran out and was renewed for the two that are left.',
  'Operability is the work of these weeks: the drill is planned, the standby site is two releases behind.',
  'The drill went well: service back after 38 minutes. Release 4.1 is out, and the customer has signed the handover.',
  'The standby site waits for its provider, and with it the rehearsal of losing a site. Documentation is what is left.',
];

/** What the monthly checkpoints said. */
export const MONTHLY_WORDS: readonly string[] = [
  'Containment is done but for one vendor. We ask for nothing.',
  'Hardening runs three days behind. We ask the sponsor to hold the feature freeze for two more weeks.',
  'Quality is under way; the risk of oversized modules is accepted in writing. We ask for one more tester until the year end.',
  'Evidence lapsed for a week and showed it. We ask every owner to name who stands in.',
  'Operability is half done. We ask the provider of the standby site for a date.',
];

export interface ReleaseWords {
  /** Counted from today. */
  readonly day: number;
  readonly about: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly reports: readonly string[];
  /** A section it goes without, and why. */
  readonly waived?: readonly [section: string, reason: string];
  /** Whether it is still being filled. */
  readonly open?: true;
}

export const RELEASES: readonly ReleaseWords[] = [
  {
    day: -62,
    about: 'Release 4.0',
    texts: {
      scope:
        'Payroll 4.0: payroll-api 4.0.2, payroll-web 4.0.1, payroll-workers 4.0.2.\nHAR-418 sessions in a store of their own, HAR-431 new approval journey, HAR-440 rounding of net pay.',
      changes:
        'Approvers see all batches of the day on one page. Sign-in survives a deployment. Net pay is rounded once, at the end.',
      flags:
        'approval-journey: on for everybody, off by the service manager. session-store: off falls back to the old store.',
      rollback: 'Drain traffic, deploy 3.9.6, point sessions back by the flag, compare one test pay file.',
      monitoring:
        'Dashboard Payroll overview; alert on pay files later than noon; alert on refused sign-ins above 2 % for five minutes.',
      'on-call': 'Owner: Jonas Weber. On call for the window: Elin Berg, then Jonas Weber.',
      dependencies: 'Session store in place since the week before. The bank interface is unchanged.',
    },
    values: {
      rollback: { minutes: '7', rehearsed: '-64' },
      tests: {
        unit: '4,118 passed',
        integration: '612 passed',
        'end-to-end': '118 passed',
        accessibility: 'no finding of the highest class',
        security: '64 of 64 in the smoke suite',
      },
      dependencies: { 'data-plan': 'Sessions are copied during the window; no backfill.' },
    },
    reports: ['security-smoke.xml', 'agent-negative-tests.xml', 'contract-tests.txt'],
  },
  {
    day: -14,
    about: 'Release 4.1',
    texts: {
      scope:
        'Payroll 4.1: payroll-api 4.1.0, payroll-workers 4.1.0.\nHAR-502 retention by class of data, HAR-511 answers to requests for one’s data within five days.',
      changes: 'Nothing changes for users. Operators see what retention erased, by class.',
      rollback:
        'Deploy 4.0.7. Retention stops by itself; what was erased stays erased, which is why it ran dry twice.',
      monitoring: 'Dashboard Retention; alert where a run erases more than 2 % of a class.',
      'on-call': 'Owner: Jonas Weber. On call for the window: Jonas Weber, then Elin Berg.',
      dependencies: 'A dry run of retention in production, signed by the service manager.',
    },
    values: {
      rollback: { minutes: '6', rehearsed: '-17' },
      tests: {
        unit: '4,203 passed',
        integration: '640 passed',
        'end-to-end': '121 passed',
        performance: 'month end twice over: within objectives',
        security: '66 of 66 in the smoke suite',
      },
      dependencies: { 'data-plan': 'Retention runs class by class, support notes first.' },
    },
    reports: ['critical-path-regression.xml', 'load-test.csv'],
    waived: [
      'flags',
      'Retention cannot be half on: it is stopped by stopping the job, and no flag is part of this release.',
    ],
  },
  {
    day: -2,
    about: 'Release 4.2',
    texts: {
      scope: 'Payroll 4.2: payroll-web 4.2.0.\nHAR-530 the pay slip drawn by a new component.',
      changes: 'Pay slips print sharper, and dates follow the language of the reader.',
    },
    values: { rollback: { minutes: '18' } },
    reports: [],
    open: true,
  },
];

export const HANDOVER = {
  day: -11,
  title: 'Handover of production',
  environment: 'Production, Europe',
  texts: {
    endpoints:
      'pay.harbour.example for people, api.harbour.example/v2 for agents, status.harbour.example for everybody.',
    access:
      'Single sign-on from the customer’s directory. Roles: clerk, approver, reader, administrator; the customer’s head of payroll grants them.',
    support:
      'Desk on working days 7 to 19, on pay days until midnight. First answer within 30 minutes; after an hour the service manager is called.',
    runbooks:
      'Deploy, roll back, migrate, restore and fail over: handbook, chapters 3 to 7, tried by the customer’s operators.',
    api: 'API reference v2 with examples, kept for twelve months after a successor is announced.',
    residency: 'Data is kept and processed in two European sites. Pay slips seven years, support notes two.',
    incidents:
      'The lead tells the customer’s duty phone within 15 minutes and then every 30, and writes the day after.',
    renewals:
      'Maintenance on the second Sunday of a month, 6 to 8. Certificates renew themselves; the contract renews each year.',
    'known-risks': 'Two oversized modules are changed only with two reviewers; see the acceptances below.',
  },
  values: { endpoints: { tested: '-13' }, support: { exercised: '-12' } },
  attached: { runbooks: 'drill-time-line.txt', endpoints: 'agent-endpoints.csv' },
  word: {
    name: 'Ingrid Solheim',
    organisation: 'Northquay Bakeries (customer)',
    statement:
      'We tried every address and every channel and take the environment over, with the risks named in it.',
  },
} as const;

export const BINDER = {
  title: 'Evidence for the yearly visit',
  day: -9,
  purpose: 'For the yearly visit of the external auditors: what was found, on what evidence, and who signed.',
} as const;
