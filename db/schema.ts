import { integer, primaryKey, sqliteTable, text } from './drizzle.ts';

export { entry, held, operation, segment, writer } from './schema-ledger.ts';
export * from './schema-local.ts';
export { programmeFact, programmeRecord, programmeSlot, proof } from './schema-programmes.ts';

/**
 * Every table is of one of three kinds. *Ledger*: what was written and signed; never derived. *Projection*: replay of
 * the ledger, written only by `db/projection`. *Local*: of this copy alone; never carried.
 */

// ---- projection -------------------------------------------------------------------------------------------------

export const head = sqliteTable(
  'head',
  {
    record: text().notNull(),
    field: text().notNull(),
    writer: text().notNull(),
    seq: integer().notNull(),
    time: text().notNull(),
    value: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.record, t.field, t.writer, t.seq] })],
);

/** Fields that hold several values side by side. */
export const conflict = sqliteTable(
  'conflict',
  { record: text().notNull(), field: text().notNull(), sides: integer().notNull() },
  (t) => [primaryKey({ columns: [t.record, t.field] })],
);

export const workspace = sqliteTable('workspace', {
  id: text().primaryKey(),
  name: text().notNull(),
  marking: text().notNull(),
  /** JSON; null while nobody has set it. */
  house: text(),
});

export const member = sqliteTable('member', {
  id: text().primaryKey(),
  name: text().notNull(),
  role: text().notNull(),
  ledgerKey: text('ledger_key').notNull(),
  certificate: text().notNull(),
  passphraseSetByOther: integer('passphrase_set_by_other').notNull(),
  since: text().notNull(),
});

export const device = sqliteTable('device', {
  id: text().primaryKey(),
  name: text().notNull(),
  member: text().notNull(),
  since: text().notNull(),
});

export const framework = sqliteTable('framework', {
  id: text().primaryKey(),
  title: text().notNull(),
  version: text().notNull(),
  kind: text().notNull(),
  format: text().notNull(),
  published: text(),
  blob: text().notNull(),
  sourceSha256: text('source_sha256').notNull(),
  sourceBytes: integer('source_bytes').notNull(),
  sourceName: text('source_name').notNull(),
  counts: text().notNull(),
  importedAt: text('imported_at').notNull(),
  importedBy: text('imported_by').notNull(),
});

export const frameworkGroup = sqliteTable(
  'framework_group',
  {
    framework: text().notNull(),
    path: text().notNull(),
    label: text().notNull(),
    title: text().notNull(),
    parent: text(),
    ord: integer().notNull(),
    prose: text(),
  },
  (t) => [primaryKey({ columns: [t.framework, t.path] })],
);

export const control = sqliteTable('control', {
  id: text().primaryKey(),
  framework: text().notNull(),
  path: text().notNull(),
  label: text().notNull(),
  /** `controlKey` of label and source id, for look-ups in any style. */
  labelKey: text('label_key').notNull(),
  sourceKey: text('source_key').notNull(),
  title: text().notNull(),
  groupPath: text('group_path'),
  parent: text(),
  depth: integer().notNull(),
  ord: integer().notNull(),
  severity: text(),
  /** JSON `{reason, into}`; null while it stands. */
  withdrawn: text(),
  /** The normalised control as JSON. */
  body: text().notNull(),
  textHash: text('text_hash').notNull(),
});

export const checklist = sqliteTable('checklist', {
  id: text().primaryKey(),
  framework: text().notNull(),
  path: text().notNull(),
  title: text().notNull(),
  of: text(),
  ord: integer().notNull(),
  notes: text().notNull(),
  criteria: text().notNull(),
  textHash: text('text_hash').notNull(),
});

export const item = sqliteTable('item', {
  id: text().primaryKey(),
  framework: text().notNull(),
  checklist: text().notNull(),
  path: text().notNull(),
  text: text().notNull(),
  parent: text(),
  depth: integer().notNull(),
  ord: integer().notNull(),
  label: text().notNull(),
  checked: integer(),
  owner: text(),
  due: text(),
  textHash: text('text_hash').notNull(),
});

/** Pillars, phases, gates, KPIs, maturity, risks and criteria as a plan states them. */
export const planNode = sqliteTable('plan_node', {
  id: text().primaryKey(),
  framework: text().notNull(),
  kind: text().notNull(),
  path: text().notNull(),
  ord: integer().notNull(),
  title: text().notNull(),
  body: text().notNull(),
  notes: text().notNull(),
});

/** Lines of a plan that have no field: each stands on the section, item or other node it belongs to. */
export const nodeNote = sqliteTable(
  'node_note',
  {
    framework: text().notNull(),
    path: text().notNull(),
    ord: integer().notNull(),
    line: integer().notNull(),
    text: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.framework, t.path, t.ord] })],
);

export const engagement = sqliteTable('engagement', {
  id: text().primaryKey(),
  name: text().notNull(),
  state: text().notNull(),
  fromDay: text('from_day'),
  toDay: text('to_day'),
  createdAt: text('created_at').notNull(),
  createdBy: text('created_by').notNull(),
});

export const engagementFramework = sqliteTable(
  'engagement_framework',
  { engagement: text().notNull(), framework: text().notNull(), ord: integer().notNull() },
  (t) => [primaryKey({ columns: [t.engagement, t.framework] })],
);

export const subject = sqliteTable('subject', {
  id: text().primaryKey(),
  engagement: text().notNull(),
  name: text().notNull(),
});

export const evidence = sqliteTable('evidence', {
  id: text().primaryKey(),
  reference: text().notNull(),
  title: text().notNull(),
  collected: text(),
  expires: text(),
  periodFrom: text('period_from'),
  periodTo: text('period_to'),
  lastVerified: text('last_verified'),
  owner: text().notNull(),
  note: text().notNull(),
  revision: integer().notNull(),
  addedAt: text('added_at').notNull(),
  addedBy: text('added_by').notNull(),
  /** JSON list of names. */
  systems: text().notNull(),
  verification: text().notNull(),
  source: text().notNull(),
  proofLink: text('proof_link').notNull(),
  reviewer: text().notNull(),
  riskIfStale: text('risk_if_stale').notNull(),
  marking: text().notNull(),
  /** The latest day anybody ever said: retention only grows. */
  retainUntil: text('retain_until'),
  /** How many legal holds stand on it. */
  held: integer().notNull(),
});

/** The files of the current revision. */
export const evidenceFile = sqliteTable(
  'evidence_file',
  {
    evidence: text().notNull(),
    idx: integer().notNull(),
    name: text().notNull(),
    sha256: text().notNull(),
    bytes: integer().notNull(),
    mediaType: text('media_type').notNull(),
  },
  (t) => [primaryKey({ columns: [t.evidence, t.idx] })],
);

const linkColumns = { id: text().primaryKey(), evidence: text().notNull(), assessment: text().notNull() };
export const link = sqliteTable('link', linkColumns);
/** Links that were taken off: whoever did so changed what the assessment's digest covers. */
export const unlinked = sqliteTable('unlinked', linkColumns);

export const custody = sqliteTable('custody', {
  id: text().primaryKey(),
  evidence: text().notNull(),
  at: text().notNull(),
  by: text().notNull(),
  what: text().notNull(),
  sha256: text().notNull(),
});

export const assessment = sqliteTable('assessment', {
  id: text().primaryKey(),
  engagement: text().notNull(),
  target: text().notNull(),
  targetKind: text('target_kind').notNull(),
  subject: text().notNull(),
  result: text().notNull(),
  method: text(),
  note: text().notNull(),
  digest: text().notNull(),
  status: text().notNull(),
  voided: integer().notNull(),
  evidence: integer().notNull(),
  conflicts: integer().notNull(),
  changedAt: text('changed_at').notNull(),
});

/** A checklist as worked in an engagement for a subject. */
export const checklistWork = sqliteTable('checklist_work', {
  id: text().primaryKey(),
  engagement: text().notNull(),
  checklist: text().notNull(),
  subject: text().notNull(),
  digest: text().notNull(),
  status: text().notNull(),
  voided: integer().notNull(),
});

export const signOff = sqliteTable('sign_off', {
  id: text().primaryKey(),
  kind: text().notNull(),
  record: text().notNull(),
  capacity: text().notNull(),
  verdict: text().notNull(),
  by: text().notNull(),
  at: text().notNull(),
  digest: text().notNull(),
  note: text().notNull(),
  /** JSON ids of the sign-offs on this record its author had seen. */
  after: text().notNull(),
  /** The signed values as JSON. */
  signed: text().notNull(),
  passphraseSetByOther: integer('passphrase_set_by_other').notNull(),
  writer: text().notNull(),
  seq: integer().notNull(),
  /** When its author opened what they decided; null where they did not say. */
  opened: text(),
});

export const reviewNote = sqliteTable('review_note', {
  id: text().primaryKey(),
  record: text().notNull(),
  text: text().notNull(),
  by: text().notNull(),
  at: text().notNull(),
  answer: text().notNull(),
  state: text().notNull(),
});

export const binder = sqliteTable('binder', {
  id: text().primaryKey(),
  engagement: text().notNull(),
  kind: text().notNull(),
  title: text().notNull(),
  sha256: text().notNull(),
  bytes: integer().notNull(),
  pages: integer().notNull(),
  attachments: integer().notNull(),
  omitted: integer().notNull(),
  checkpoint: text().notNull(),
  at: text().notNull(),
  by: text().notNull(),
});

export const countersignature = sqliteTable('countersignature', {
  id: text().primaryKey(),
  binder: text().notNull(),
  /** SHA-256 of the file that was verified and signed, and of what came of it. */
  before: text().notNull(),
  after: text().notNull(),
  bytes: integer().notNull(),
  field: text().notNull(),
  capacity: text().notNull(),
  /** The time the signature itself claims. */
  signedAt: text('signed_at').notNull(),
  at: text().notNull(),
  by: text().notNull(),
});

export const LEDGER_TABLES = ['writer', 'entry', 'operation', 'segment', 'held'] as const;
export const PROJECTION_TABLES = [
  'head',
  'conflict',
  'workspace',
  'member',
  'device',
  'framework',
  'framework_group',
  'control',
  'checklist',
  'item',
  'plan_node',
  'node_note',
  'engagement',
  'engagement_framework',
  'subject',
  'evidence',
  'evidence_file',
  'link',
  'unlinked',
  'custody',
  'assessment',
  'checklist_work',
  'sign_off',
  'review_note',
  'binder',
  'countersignature',
  'programme_slot',
  'programme_record',
  'programme_fact',
  'proof',
] as const;
