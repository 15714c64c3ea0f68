/** Controls whose result is not plainly satisfied, with what was found. */
export const FINDINGS: Readonly<
  Record<string, { readonly result: 'not-satisfied' | 'not-applicable'; readonly note: string }>
> = {
  'SEC-07': {
    result: 'not-satisfied',
    note: 'The independent test was done; two findings of the middle class are open.',
  },
  'DAT-10': { result: 'not-satisfied', note: 'People get their data within nine days; the promise is five.' },
  'WEB-06': { result: 'not-satisfied', note: 'Dates in the printed pay slip follow one language only.' },
  'INT-09': { result: 'not-applicable', note: 'Nothing embeds maps, mail or messaging.' },
};

/** Assessed again once the work behind it was done. */
export const REASSESSED = [
  { week: 15, control: 'SEC-07', note: 'Both findings are closed and were tested again by the same house.' },
  { week: 19, control: 'DAT-10', note: 'Ten requests of the last month: the slowest took four days.' },
] as const;

/** What a reviewer sent back, and in which week; the last ones are still with their preparer. */
export const RETURNED: Readonly<Record<string, string>> = {
  'OPS-05': 'Who is called after midnight on a pay day? The page names a person who has left.',
  'DOC-02': 'The flow to the printer of sealed pay slips is missing.',
};

/** Signed and then changed, so that it asks for a signature again. */
export const CHANGED_AFTERWARDS = {
  control: 'VAL-03',
  note: 'The candidate of this week was regressed too: 1,324 cases, none failed.',
} as const;

/** A criterion that asks for an artifact, the week in which it came, and the file. */
export const ARTIFACTS = [
  {
    week: 1,
    criterion: 'Every service refuses to start without each of its secrets',
    file: 'negative-start.txt',
    title: 'Negative start test of every service',
    says: ['Services: 23', 'Started without a secret: 0'],
  },
  {
    week: 3,
    criterion: 'The security smoke suite has passed in staging',
    file: 'security-smoke.xml',
    title: 'Security smoke suite in staging',
    says: ['<testsuite name="security-smoke" tests="64" failures="0"/>'],
  },
  {
    week: 3,
    criterion: 'Negative tests cover every agent endpoint',
    file: 'agent-negative-tests.xml',
    title: 'Negative tests of agent endpoints',
    says: ['<testsuite name="agent-negative" tests="118" failures="0"/>'],
  },
  {
    week: 6,
    criterion: 'Rows written before encryption existed are migrated',
    file: 'encryption-migration.csv',
    title: 'Migration of credentials in clear',
    says: ['entity,rows,still in clear', 'bank access,318,0', 'agent key,1204,0'],
  },
  {
    week: 7,
    criterion: 'Production equals the schema built from all migrations',
    file: 'schema-after-release.txt',
    title: 'Schema comparison after the release',
    says: ['Tables compared: 87', 'Differences: 0'],
  },
  {
    week: 8,
    criterion: 'No active route decides permissions or tenant scope in its own way',
    file: 'authorisation-lint.txt',
    title: 'Search for authorisation outside the framework',
    says: ['Routes: 412', 'Hits: 0'],
  },
  {
    week: 9,
    criterion: 'Worker health endpoints and the restart strategy are proved by killing workers',
    file: 'kill-test-by-job.txt',
    title: 'Kill-test report by job type',
    says: ['Job types: 9', 'Lost: 0', 'Repeated: 0'],
  },
  {
    week: 14,
    criterion: 'A release candidate of the critical path has passed the full regression',
    file: 'critical-path-regression.xml',
    title: 'Full regression of the critical path',
    says: ['<testsuite name="critical-path" tests="1318" failures="0"/>'],
  },
  {
    week: 20,
    criterion: 'A drill by the runbooks was done and written up',
    file: 'drill-time-line.txt',
    title: 'Time line of the drill',
    says: ['14:00 alarm', '14:04 lead named', '14:38 service back'],
  },
] as const;

/** What a named person says of a criterion. */
export const ATTESTED = [
  {
    week: 2,
    who: 'mia',
    criterion: 'Rotation of every secret ever exposed is verified in all environments',
    statement: 'Compared the rotation log with the list of what was ever exposed: 63 of 63.',
  },
  {
    week: 3,
    who: 'ada',
    criterion: 'The feature freeze was kept, its exceptions named',
    statement: 'Two exceptions, both for the law on sick pay, both announced.',
  },
  {
    week: 8,
    who: 'mia',
    criterion: 'Key rotation has been carried out once under load',
    statement: 'Rotated on the pay day with 4,200 open sessions; no request failed.',
  },
  {
    week: 7,
    who: 'jonas',
    criterion: 'No service creates tables on start',
    statement: 'The right to create tables was taken from every service account.',
  },
] as const;

/** Evidence of which a new revision came, and the controls that were signed again because of it. */
export const REVISED = {
  file: 'access-recertification.csv',
  says: ['right,holders,confirmed,removed', 'payroll-admin,5,5,0', 'report-reader,27,26,1'],
  controls: ['IDN-05', 'IDN-06', 'IDN-07', 'IDN-08'],
} as const;

/** When the phases were done. */
export const PHASES_DONE = [
  { title: 'Phase 0: Security containment', day: -128 },
  { title: 'Phase 1: Platform hardening', day: -84 },
  { title: 'Phase 2: Quality and modularity', day: -44 },
] as const;

/** Review notes: questions that do not send work back. */
export const NOTES = {
  settled: {
    week: 9,
    control: 'DAT-06',
    asked: 'Were the refused rows looked at by somebody who knows the pay rules?',
    answered: 'Yes, by the service manager, on the day they were refused. It is in the note now.',
  },
  open: {
    control: 'OPS-08',
    asked: 'Which faults did you choose, and why these?',
  },
} as const;
