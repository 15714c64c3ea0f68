import { createHash } from 'node:crypto';
import type {
  AssessmentSection,
  Attachment,
  BinderModel,
  ControlSection,
  EvidenceSection,
} from '../../core/binder/model.ts';
import { ATTACHMENT_NAMES, type Manifest } from '../../shared/domain/binder.ts';
import { PLAIN_HOUSE } from '../../shared/domain/house-style.ts';
import type { Result } from '../../shared/domain/results.ts';

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** An attachment over bytes at hand, handed out in two chunks so that nobody relies on one. */
export function attachmentOf(
  name: string,
  content: string | Uint8Array,
  more: Partial<Omit<Attachment, 'name' | 'bytes' | 'sha256' | 'open'>> = {},
): Attachment {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return {
    name,
    description: 'Evidence',
    mediaType: 'application/octet-stream',
    relationship: 'Source',
    modified: '2026-02-03T10:00:00.000Z',
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    ...more,
    async *open() {
      const middle = bytes.length >> 1;
      yield bytes.subarray(0, middle);
      yield bytes.subarray(middle);
    },
  };
}

export function controlOf(label: string, title: string, more: Partial<ControlSection> = {}): ControlSection {
  return {
    id: sha256Hex(label).slice(0, 32),
    label,
    title,
    framework: 'Meridian Control Catalogue 2.1',
    withdrawn: null,
    text: [],
    assessments: [],
    ...more,
  };
}

export function assessmentOf(more: Partial<AssessmentSection> = {}): AssessmentSection {
  return {
    subject: 'Payroll',
    result: 'satisfied',
    status: 'accepted',
    method: 'examine',
    note: 'Accounts were compared with the list of employees on the last day of each month.',
    digest: sha256Hex('assessment'),
    conflicts: [],
    reviewNotes: [],
    late: [],
    evidence: [],
    signOffs: [],
    ...more,
  };
}

const REVIEW_CSV = 'account,owner,active\nmvale,Mara Vale,yes\niquist,Ivo Quist,no\n';
const SCREENSHOT = Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) & 255);

const RECORD: EvidenceSection = {
  id: 'a1'.repeat(16),
  reference: 'E-7K3QF',
  title: 'Quarterly review of accounts',
  collected: '2026-01-15',
  expires: '2027-01-15',
  periodFrom: '2025-10-01',
  periodTo: '2025-12-31',
  lastVerified: '2026-02-01',
  revision: 2,
  late: [],
  files: [
    {
      attachment: 'accounts.csv',
      name: 'accounts.csv',
      sha256: sha256Hex(REVIEW_CSV),
      bytes: REVIEW_CSV.length,
      mediaType: 'text/csv',
    },
    {
      attachment: 'screen.png',
      name: 'screen.png',
      sha256: sha256Hex(SCREENSHOT),
      bytes: SCREENSHOT.length,
      mediaType: 'image/png',
    },
  ],
  custody: [
    {
      at: '2026-01-15T09:12:00.000Z',
      by: 'Mara Vale',
      what: 'Taken into the vault',
      sha256: sha256Hex(REVIEW_CSV),
    },
    {
      at: '2026-02-01T08:00:00.000Z',
      by: 'Ivo Quist',
      what: 'Read back and compared',
      sha256: sha256Hex(REVIEW_CSV),
    },
  ],
  supports: [{ id: sha256Hex('AC-2').slice(0, 32), label: 'AC-2 Account management' }],
};

const CONTROLS: readonly ControlSection[] = [
  controlOf('AC-1', 'Policy and procedures'),
  controlOf('AC-2', 'Account management', {
    text: [
      { kind: 'statement', label: 'a.', depth: 0, text: 'Define the types of accounts that are allowed.' },
      { kind: 'statement', label: 'b.', depth: 0, text: 'Assign an owner to each account.' },
      { kind: 'statement', label: '1.', depth: 1, text: 'Owners confirm their accounts every quarter.' },
      { kind: 'guidance', label: '', depth: 0, text: 'Accounts include those of services and devices.' },
    ],
    assessments: [
      assessmentOf({
        evidence: [RECORD.id],
        signOffs: [
          {
            capacity: 'preparer',
            verdict: 'signed',
            note: '',
            by: 'Mara Vale',
            at: '2026-02-02T14:30:00.000Z',
            digest: sha256Hex('assessment'),
            voided: false,
            passphraseSetByOther: false,
          },
          {
            capacity: 'reviewer',
            verdict: 'signed',
            note: '',
            by: 'Ivo Quist',
            at: '2026-02-03T09:00:00.000Z',
            digest: sha256Hex('assessment'),
            voided: false,
            passphraseSetByOther: true,
          },
        ],
      }),
      assessmentOf({
        subject: 'Web shop',
        result: 'not-satisfied',
        status: 'draft',
        method: null,
        note: 'Three accounts of people who left are still active.',
        conflicts: ['Mara Vale on vale-laptop: not satisfied', 'Ivo Quist on quist-desk: satisfied'],
        signOffs: [
          {
            capacity: 'preparer',
            verdict: 'signed',
            note: '',
            by: 'Mara Vale',
            at: '2026-02-01T16:45:00.000Z',
            digest: sha256Hex('earlier'),
            voided: true,
            passphraseSetByOther: false,
          },
        ],
      }),
    ],
  }),
  controlOf('AC-3', 'Access enforcement'),
  controlOf('AC-4', 'Separation of networks', { withdrawn: 'Incorporated into AC-3' }),
];

const NONE: Readonly<Record<Result, number>> = {
  satisfied: 0,
  'not-satisfied': 0,
  'not-applicable': 0,
  'not-reviewed': 0,
};

/** A small binder with one of everything; content is ours. What `overrides` names replaces the whole field. */
export function sampleBinderModel(overrides: Partial<BinderModel> = {}): BinderModel {
  const base = sampleWithoutManifest(overrides);
  const manifest = overrides.manifest ?? manifestOf(base);
  const attachments = overrides.attachments ?? [...base.attachments, manifestAttachment(manifest)];
  return { ...base, manifest, attachments };
}

/** The manifest as the last attachment, the way every binder ends. */
export function manifestAttachment(manifest: Manifest): Attachment {
  return attachmentOf(ATTACHMENT_NAMES.manifest, JSON.stringify(manifest), {
    description: 'Manifest',
    mediaType: 'application/json',
    relationship: 'Data',
  });
}

/** The manifest that belongs to a model's attachments, leaving out what is called like the manifest itself. */
export function manifestOf(model: Omit<BinderModel, 'manifest'>): Manifest {
  const roles: Readonly<Record<string, 'extract' | 'proofs' | 'checkpoint'>> = {
    [ATTACHMENT_NAMES.extract]: 'extract',
    [ATTACHMENT_NAMES.proofs]: 'proofs',
    [ATTACHMENT_NAMES.checkpoint]: 'checkpoint',
  };
  const files = model.attachments
    .filter(({ name }) => name !== ATTACHMENT_NAMES.manifest)
    .map(({ name, sha256, bytes, mediaType }) => {
      const role = roles[name] ?? ('evidence' as const);
      const owner = role === 'evidence' ? { evidence: RECORD.id } : {};
      return { name, original: name, role, sha256, bytes, mediaType, ...owner };
    });
  const omitted = [
    {
      kind: 'control',
      id: sha256Hex('AC-4').slice(0, 32),
      label: 'AC-4 Separation of networks',
      reason: 'withdrawn-control' as const,
      detail: 'Incorporated into AC-3',
    },
  ];
  const controls = model.groups.flatMap((group) => group.controls);
  return {
    schema: 'bindery.manifest/1',
    binder: model.id,
    kind: model.kind,
    title: model.title,
    workspace: model.workspace,
    engagement: { id: model.engagement.id, name: model.engagement.name },
    at: model.at,
    generator: model.generator,
    files,
    counts: {
      controls: controls.length,
      checklists: model.checklists.length,
      items: model.checklists.reduce((sum, checklist) => sum + checklist.items.length, 0),
      evidence: model.evidence.length,
      files: files.length,
      signOffs: 3,
      omitted: omitted.length,
    },
    included: controls.map(({ id, label }) => ({ kind: 'control', id, label })),
    omitted,
  };
}

function json(name: string, description: string, value: unknown): Attachment {
  return attachmentOf(name, JSON.stringify(value), {
    description,
    mediaType: 'application/json',
    relationship: 'Data',
  });
}

function sampleWithoutManifest(overrides: Partial<BinderModel>): Omit<BinderModel, 'manifest'> {
  const workspace = overrides.workspace ?? { id: '5e'.repeat(16), name: 'Northwind Assurance' };
  const chain = { writer: 'mara-laptop-1', size: 42, head: sha256Hex('head'), root: sha256Hex('root') };
  return {
    id: 'b1nd3r-0001-2026',
    kind: 'evidence',
    profile: 'full',
    packet: null,
    title: 'Payroll and web shop: account controls',
    marking: 'Confidential',
    house: PLAIN_HOUSE,
    workspace,
    engagement: {
      id: 'e0'.repeat(16),
      name: 'Year-end review 2025',
      from: '2025-10-01',
      to: '2025-12-31',
      state: 'open',
      lockdown: null,
      subjects: ['Payroll', 'Web shop'],
    },
    frameworks: [
      {
        title: 'Meridian Control Catalogue',
        version: '2.1',
        sourceSha256: sha256Hex('framework'),
        kind: 'catalog',
      },
    ],
    at: '2026-02-03T10:00:00.000Z',
    generator: 'Bindery 0.1.0',
    people: [
      { name: 'Mara Vale', role: 'auditor', part: 'Preparer', fingerprint: sha256Hex('mara') },
      { name: 'Ivo Quist', role: 'reviewer', part: 'Reviewer', fingerprint: sha256Hex('ivo') },
    ],
    summary: {
      results: { ...NONE, satisfied: 1, 'not-satisfied': 1, 'not-reviewed': 2 },
      statuses: { draft: 3, submitted: 0, accepted: 1, returned: 0 },
      notStarted: 2,
      signOffs: { prepared: 2, reviewed: 1, voided: 1 },
      evidence: { records: 1, files: 2, bytes: REVIEW_CSV.length + SCREENSHOT.length, expired: 0 },
      byGroup: [
        {
          framework: 'Sample Controls',
          label: 'Access control',
          results: { ...NONE, satisfied: 1, 'not-satisfied': 1, 'not-reviewed': 2 },
        },
      ],
      finding: '1 of 4 results is satisfied; 1 is not.',
    },
    findings: {
      notSatisfied: [
        {
          id: 'c1'.repeat(16),
          label: 'Close accounts of people who left',
          title: 'Before the first payroll run',
          subject: '',
          status: 'submitted',
          note: '',
          evidence: [],
        },
      ],
      open: [
        { id: 'c1'.repeat(16), label: 'Before the first payroll run', kind: 'review note', text: 'By whom?' },
      ],
      keptBack: 0,
      risks: {
        title: 'Risks',
        columns: [
          { title: 'Risk', share: 3 },
          { title: 'Severity', share: 1 },
        ],
        rows: [{ cells: ['Accounts outlive their people', 'P1\n3 × 4 = 12'], notes: [] }],
      },
      acceptances: [
        {
          title: 'Accounts outlive their people',
          kind: 'risk-acceptance',
          by: 'Ivo Quist',
          at: '2026-01-20T10:00:00.000Z',
          reason: 'The new directory comes in spring.',
          compensating: 'A list is compared every week.',
          expires: '2026-04-30',
          state: 'holds',
          flaw: null,
          withdrawals: [],
        },
      ],
    },
    groups: [{ title: 'Access control', controls: CONTROLS }],
    checklists: [
      {
        id: 'c1'.repeat(16),
        title: 'Before the first payroll run',
        of: 'Phase 1',
        notes: ['Two people do this together.'],
        items: [
          {
            text: 'Name an owner for every account',
            details: ['Ask the facility first.'],
            depth: 0,
            result: 'satisfied',
            note: 'Done in January.',
            evidence: [RECORD.id],
          },
          {
            text: 'Close accounts of people who left',
            details: [],
            depth: 1,
            result: 'not-satisfied',
            note: '',
            evidence: [],
          },
          {
            text: 'Translate the policy',
            details: [],
            depth: 0,
            result: 'not-applicable',
            note: 'One language only.',
            evidence: [],
          },
        ],
        digest: sha256Hex('checklist'),
        status: 'submitted',
        begun: true,
        conflicts: [],
        reviewNotes: [],
        late: [],
        signOffs: [],
      },
    ],
    registers: [
      {
        title: 'Actions',
        columns: [
          { title: 'Action', share: 3 },
          { title: 'State', share: 1 },
          { title: 'Owner', share: 1 },
        ],
        rows: [
          {
            cells: ['Close the accounts of leavers', 'open', 'Mara Vale'],
            notes: ['Found by the last audit'],
          },
        ],
      },
    ],
    evidence: [RECORD],
    ledger: {
      total: 42,
      entries: [
        {
          at: '2026-01-15T09:12:00.000Z',
          by: 'Mara Vale',
          device: 'mara-laptop',
          action: 'evidence.add',
          summary: 'Quarterly review of accounts',
          position: '17',
          hash: sha256Hex('entry 17'),
        },
      ],
    },
    checkpoint: {
      at: '2026-02-03T09:59:00.000Z',
      by: 'Mara Vale',
      keyFingerprint: sha256Hex('mara key'),
      chains: [chain],
    },
    attachments: [
      attachmentOf('accounts.csv', REVIEW_CSV, { mediaType: 'text/csv' }),
      attachmentOf('screen.png', SCREENSHOT, { mediaType: 'image/png' }),
      json(ATTACHMENT_NAMES.extract, 'Ledger extract', { schema: 'bindery.extract/4', entries: [] }),
      json(ATTACHMENT_NAMES.proofs, 'Inclusion and consistency proofs', {
        schema: 'bindery.proofs/1',
        inclusion: [],
      }),
      json(ATTACHMENT_NAMES.checkpoint, 'Checkpoint', { schema: 'bindery.checkpoint/1', chains: [chain] }),
    ],
    ...overrides,
  };
}
