import type { Method, Result } from '../../shared/domain/results.ts';

/** The people of the sample; their passphrases are no secret, the screen shows them. */
export const PEOPLE = [
  { name: 'Ada Okafor', role: 'owner', passphrase: 'harbour sample' },
  { name: 'Mia Lindqvist', role: 'reviewer', passphrase: 'lindqvist sample' },
  { name: 'Jonas Weber', role: 'auditor', passphrase: 'weber sample' },
] as const;

/** The assurance of the payroll service: the half-year before, and the one that is under way. */
export const PAYROLL = {
  framework: 'payroll-assurance-essentials.json',
  plan: 'harbour-payroll-readiness-plan.md',
  subject: 'Payroll',
  last: { name: 'Payroll assurance, last half-year', from: -362, to: -180 },
  name: 'Payroll assurance',
  from: -158,
  to: 26,
} as const;

/** What the half-year before had found; every other control of the framework was satisfied. */
export const LAST_FINDINGS: Readonly<Record<string, string>> = {
  'OP-2': 'Rules watch machines only; nothing watches whether pay arrives.',
  'DA-3': 'Nobody can say what is kept for how long.',
};
export const LAST_CONTROLS = [
  ...['AC-1', 'AC-2', 'AC-3', 'AC-4', 'CH-1', 'CH-2', 'CH-3', 'DA-1', 'DA-2', 'DA-3'],
  ...['OP-1', 'OP-2', 'OP-3', 'SU-1', 'SU-2', 'PE-1', 'PE-2'],
] as const;
export const LAST_EVIDENCE = [
  {
    file: 'access-review-before.csv',
    title: 'Access review of the last half-year',
    control: 'AC-4',
    expires: -100,
  },
  {
    file: 'restore-record-before.txt',
    title: 'Restore record of the last half-year',
    control: 'DA-2',
    expires: -160,
  },
] as const;
/** What people decided otherwise than the rule proposed when the next half-year was opened. */
export const ROLL_DECISIONS = [
  {
    control: 'SU-1',
    outcome: 're-verify',
    decision: 'Two suppliers were added since; the list has to be read again.',
  },
  { control: 'PE-2', outcome: 'retired', decision: 'The group’s own audit looks at this from now on.' },
] as const;

/** One check as the sample's preparer recorded it. Days count back from today. */
export interface SampleCheck {
  readonly control: string;
  readonly daysAgo: number;
  readonly result: Result;
  readonly method: Method;
  readonly note: string;
  readonly evidence?: readonly string[];
  /** How far its review got. */
  readonly state: 'draft' | 'submitted' | 'accepted' | 'returned' | 'voided';
  readonly returnNote?: string;
}

export const CHECKS: readonly SampleCheck[] = [
  {
    control: 'AC-1',
    daysAgo: 24,
    result: 'satisfied',
    method: 'examine',
    note: 'All 214 accounts matched to an owner in the staff register. Four shared accounts found last quarter are gone.',
    state: 'accepted',
  },
  {
    control: 'AC-2',
    daysAgo: 22,
    result: 'not-satisfied',
    method: 'test',
    note: 'One of five leavers in the sample kept access for 4.2 hours against a limit of 4. Cause: the leaver form came in late.',
    evidence: ['leavers-sample.csv'],
    state: 'returned',
    returnNote: 'Five leavers are few for a month with 31. Please extend the sample to 25 before I decide.',
  },
  {
    control: 'AC-3',
    daysAgo: 20,
    result: 'satisfied',
    method: 'test',
    note: 'Sign-in without the second factor refused for all privileged groups. The break-glass account is sealed and its use alarms.',
    state: 'accepted',
  },
  {
    control: 'AC-4',
    daysAgo: 19,
    result: 'satisfied',
    method: 'examine',
    note: 'The review of the quarter is complete. Six removals followed to the directory, all done within nine days.',
    evidence: ['access-review.csv'],
    state: 'accepted',
  },
  {
    control: 'CH-1',
    daysAgo: 17,
    result: 'satisfied',
    method: 'examine',
    note: 'Ten changes sampled from the deployment log, each with an approval by somebody else and green checks.',
    state: 'accepted',
  },
  {
    control: 'CH-2',
    daysAgo: 15,
    result: 'satisfied',
    method: 'test',
    note: 'Rehearsed once: 7 minutes 15 seconds from decision to a healthy service.',
    evidence: ['rollback-rehearsal.txt'],
    state: 'voided',
  },
  {
    control: 'CH-3',
    daysAgo: 13,
    result: 'satisfied',
    method: 'examine',
    note: 'Two emergency changes in the period, both reviewed on the next working day.',
    state: 'submitted',
  },
  {
    control: 'DA-1',
    daysAgo: 12,
    result: 'satisfied',
    method: 'interview',
    note: 'Keys are held in the security team’s vault; the database team cannot export them. Shown live.',
    state: 'submitted',
  },
  {
    control: 'DA-2',
    daysAgo: 9,
    result: 'satisfied',
    method: 'examine',
    note: 'The restore repeated the pay run for 4,212 employees without a difference.',
    evidence: ['restore-record.txt'],
    state: 'submitted',
  },
  {
    control: 'OP-1',
    daysAgo: 6,
    result: 'satisfied',
    method: 'test',
    note: 'Three alerts followed word for word. One runbook named a retired host and was corrected on the spot.',
    evidence: ['on-call-rota.csv'],
    state: 'draft',
  },
  {
    control: 'OP-2',
    daysAgo: 5,
    result: 'not-satisfied',
    method: 'examine',
    note: 'Rules watch machines only. Late pay was noticed by an employee’s call.',
    state: 'draft',
  },
  {
    control: 'SU-2',
    daysAgo: 3,
    result: 'not-applicable',
    method: 'examine',
    note: 'Contracts are held by the group; covered by the group audit GA-04.',
    state: 'submitted',
  },
];

/** What the second preparer recorded; it waits for the owner's review. */
export const CHECKS_BY_JONAS: readonly SampleCheck[] = [
  {
    control: 'DA-3',
    daysAgo: 2,
    result: 'not-satisfied',
    method: 'examine',
    note: 'Two of ten sampled records outlived their retention by four months. Neither is under a legal hold.',
    state: 'submitted',
  },
  {
    control: 'PE-1',
    daysAgo: 2,
    result: 'satisfied',
    method: 'interview',
    note: 'All 46 people with access took the training. Both people asked knew whom to call.',
    state: 'submitted',
  },
];

/** What the preparer changed after the reviewer had signed CH-2. */
export const VOIDING_NOTE =
  'Rehearsed once: 7 minutes 15 seconds from decision to a healthy service. Repeated this week in 6 minutes 50 seconds.';

/** Evidence files of the sample with their dates; days count from today, negative is past. */
export const EVIDENCE: Readonly<
  Record<string, { readonly title: string; readonly collected: number; readonly expires: number }>
> = {
  'leavers-sample.csv': { title: 'Leavers of the month, sample of five', collected: -22, expires: 68 },
  'rollback-rehearsal.txt': { title: 'Rollback rehearsal with times', collected: -15, expires: 75 },
  'access-review.csv': { title: 'Access review of the quarter', collected: -50, expires: -4 },
  'restore-record.txt': { title: 'Restore record', collected: -9, expires: 21 },
  'on-call-rota.csv': { title: 'On-call rota of four weeks', collected: -6, expires: 9 },
};

/** Items of the go-live checklists that are done in the sample, by their text. */
export const DONE_ITEMS: readonly { readonly text: string; readonly note: string }[] = [
  { text: 'Freeze configuration', note: 'Frozen on Monday; the freeze is enforced by the pipeline.' },
  { text: 'Tell the bank the date', note: 'Confirmed in writing by the bank’s service desk.' },
];
