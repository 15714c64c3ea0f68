/** The readiness programme of the sample. Days count from today, negative is past; weeks from its start. */
export const PROGRAMME = {
  template: 'enterprise-target-180',
  name: 'Enterprise readiness',
  start: -154,
  weeks: 22,
} as const;

export const weekDay = (week: number, day = 0) => PROGRAMME.start + week * 7 + day;

/** People and the part each plays; whoever is a member says so. */
export const TEAM = [
  { title: 'Ada Okafor', part: 'Engineering manager', contact: 'ada@harbour.example', member: 'Ada Okafor' },
  { title: 'Mia Lindqvist', part: 'Security lead', contact: 'mia@harbour.example', member: 'Mia Lindqvist' },
  { title: 'Jonas Weber', part: 'Platform lead', contact: 'jonas@harbour.example', member: 'Jonas Weber' },
  { title: 'Elin Berg', part: 'SRE lead', contact: 'elin@harbour.example', member: null },
  { title: 'Tomas Ruiz', part: 'QA lead', contact: 'tomas@harbour.example', member: null },
  { title: 'Nadia Haddad', part: 'Sponsor', contact: 'nadia@harbour.example', member: null },
] as const;

/** Days are counted from today. */
export const MILESTONES = [
  {
    title: 'First tenant on the hardened platform',
    phase: 'Phase 1: Platform hardening',
    due: -92,
    moved: -85,
    done: -86,
  },
  {
    title: 'Pay run from restored backups',
    phase: 'Phase 1: Platform hardening',
    due: -95,
    moved: null,
    done: -96,
  },
  {
    title: 'Release 4.0 in production',
    phase: 'Phase 2: Quality and modularity',
    due: -62,
    moved: null,
    done: -62,
  },
  {
    title: 'Customer signs the handover',
    phase: 'Phase 3: Operability and compliance',
    due: -20,
    moved: -11,
    done: -11,
  },
  {
    title: 'Failover of a whole site',
    phase: 'Phase 3: Operability and compliance',
    due: 5,
    moved: null,
    done: null,
  },
  {
    title: 'Readiness review with the sponsor',
    phase: 'Phase 3: Operability and compliance',
    due: 19,
    moved: null,
    done: null,
  },
] as const;

export interface SampleAction {
  readonly key: string;
  readonly title: string;
  readonly owner: string;
  readonly pillar: string;
  readonly from: number;
  readonly due: number;
  /** Days on which it was moved, to which day, and why. */
  readonly moved?: readonly [on: number, to: number, because: string];
  readonly done?: number;
  readonly waitsFor?: readonly string[];
  readonly blocked?: string;
}

export const ACTIONS: readonly SampleAction[] = [
  {
    key: 'rotate',
    title: 'Rotate the deployment keys of all environments',
    owner: 'Mia Lindqvist',
    pillar: 'Security and compliance',
    from: -152,
    due: -140,
    done: -141,
  },
  {
    key: 'shared',
    title: 'Turn off the last shared account',
    owner: 'Jonas Weber',
    pillar: 'Identity and access',
    from: -150,
    due: -126,
    waitsFor: ['rotate'],
    moved: [-128, -117, 'Moved by nine days: the vendor of the time clocks has to open their side first'],
    done: -118,
  },
  {
    key: 'double',
    title: 'Build a recorded double of the bank',
    owner: 'Jonas Weber',
    pillar: 'Integrations',
    from: -138,
    due: -100,
    done: -103,
  },
  {
    key: 'workers',
    title: 'Replace the last endless worker loop',
    owner: 'Jonas Weber',
    pillar: 'Reliability and observability',
    from: -110,
    due: -82,
    done: -84,
  },
  {
    key: 'budgets',
    title: 'Publish error budgets to the product owners',
    owner: 'Elin Berg',
    pillar: 'Reliability and observability',
    from: -80,
    due: -54,
    done: -52,
  },
  {
    key: 'clerks',
    title: 'Let two payroll clerks try the new journey',
    owner: 'Ada Okafor',
    pillar: 'Validation',
    from: -74,
    due: -60,
    done: -61,
  },
  {
    key: 'slip',
    title: 'Print dates of the pay slip in the language of the reader',
    owner: 'Jonas Weber',
    pillar: 'Front end and accessibility',
    from: -40,
    due: -9,
    moved: [-10, 3, 'Moved by twelve days: the printer of the sealed slips delivers a new form'],
  },
  {
    key: 'standby',
    title: 'Bring the standby site to the same release',
    owner: 'Jonas Weber',
    pillar: 'Operability',
    from: -34,
    due: -2,
    blocked: 'the provider has two of six machines to replace',
  },
  {
    key: 'site',
    title: 'Rehearse the loss of a whole site',
    owner: 'Elin Berg',
    pillar: 'Operability',
    from: -34,
    due: 5,
    waitsFor: ['standby'],
  },
  {
    key: 'support',
    title: 'Tell support what changes with release 4.2',
    owner: 'Ada Okafor',
    pillar: 'Documentation and handover',
    from: -12,
    due: -1,
  },
  {
    key: 'cost',
    title: 'Set the monthly ceiling of the assistant',
    owner: 'Ada Okafor',
    pillar: 'AI safety',
    from: -9,
    due: 6,
  },
  {
    key: 'attest',
    title: 'Attest what you own for the second quarter',
    owner: 'Mia Lindqvist',
    pillar: 'Evidence',
    from: -6,
    due: 1,
  },
];

/** Evidence requests. */
export const REQUESTS = [
  {
    title: 'Access review of the quarter',
    asked: 'Jonas Weber',
    on: -70,
    due: -56,
    answered: -58,
    settled: -57,
    file: 'access-recertification.csv',
    note: 'Right by right, with who confirmed.',
  },
  {
    title: 'Proof that retention was carried out',
    asked: 'Jonas Weber',
    on: -16,
    due: -3,
    answered: -5,
    settled: null,
    file: 'retention-run.csv',
    note: 'By class of data.',
  },
  {
    title: 'Minutes of the drill',
    asked: 'Mia Lindqvist',
    on: -15,
    due: -2,
    answered: null,
    settled: null,
    file: null,
    note: 'With the actions that followed.',
  },
  {
    title: 'Bill of materials of release 4.2',
    asked: 'Ada Okafor',
    on: -5,
    due: 4,
    answered: null,
    settled: null,
    file: null,
    note: 'As it was built.',
  },
] as const;
