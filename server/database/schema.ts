import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from './drizzle.ts';

/** The tables as queries see them. What makes them is in `migrations`; a test holds the two together. */
const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const long = (name: string) => bigint(name, { mode: 'number' });

export const tenant = pgTable('tenant', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull(),
  /** How long its audit list is kept. */
  auditDays: integer('audit_days').notNull().default(730),
});

export const workspace = pgTable(
  'workspace',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    /** Drawn when the workspace begins here: another one is another server, or another beginning. */
    epoch: text('epoch').notNull(),
    counter: long('counter').notNull(),
    root: text('root').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

export const device = pgTable(
  'device',
  {
    tenant: text('tenant').notNull(),
    workspace: text('workspace').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    publicKey: text('public_key').notNull(),
    enrolledAt: instant('enrolled_at').notNull(),
    lastContact: instant('last_contact'),
    revokedAt: instant('revoked_at'),
    /** Whether it may invite devices and shut others out. */
    administers: boolean('administers').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.id] })],
);

export const invite = pgTable(
  'invite',
  {
    tenant: text('tenant').notNull(),
    workspace: text('workspace').notNull(),
    id: text('id').notNull(),
    codeSha256: text('code_sha256').notNull(),
    parcel: text('parcel'),
    createdBy: text('created_by'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedBy: text('used_by'),
    usedAt: instant('used_at'),
    /** Whether the device that comes by it may invite others and shut them out. */
    administers: boolean('administers').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.id] })],
);

export const segment = pgTable(
  'segment',
  {
    tenant: text('tenant').notNull(),
    workspace: text('workspace').notNull(),
    sequence: long('sequence').notNull(),
    id: text('id').notNull(),
    writer: text('writer').notNull(),
    first: long('first').notNull(),
    count: integer('count').notNull(),
    head: text('head').notNull(),
    /** The root after this segment. */
    root: text('root').notNull(),
    bytes: integer('bytes').notNull(),
    body: bytea('body').notNull(),
    pushedBy: text('pushed_by').notNull(),
    storedAt: instant('stored_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.sequence] })],
);

export const writerChain = pgTable(
  'writer_chain',
  {
    tenant: text('tenant').notNull(),
    workspace: text('workspace').notNull(),
    writer: text('writer').notNull(),
    held: long('held').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.writer] })],
);

export const blob = pgTable(
  'blob',
  {
    tenant: text('tenant').notNull(),
    workspace: text('workspace').notNull(),
    name: text('name').notNull(),
    size: long('size').notNull(),
    sha256: text('sha256').notNull(),
    storedBy: text('stored_by').notNull(),
    storedAt: instant('stored_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.name, table.sha256] })],
);

export const blobUpload = pgTable(
  'blob_upload',
  {
    tenant: text('tenant').notNull(),
    workspace: text('workspace').notNull(),
    name: text('name').notNull(),
    sha256: text('sha256').notNull(),
    size: long('size').notNull(),
    received: long('received').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.name, table.sha256] })],
);

export const nonce = pgTable(
  'nonce',
  {
    tenant: text('tenant').notNull(),
    workspace: text('workspace').notNull(),
    device: text('device').notNull(),
    nonce: text('nonce').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.device, table.nonce] })],
);

export const audit = pgTable(
  'audit',
  {
    tenant: text('tenant').notNull(),
    number: bigint('number', { mode: 'number' }).generatedAlwaysAsIdentity(),
    workspace: text('workspace'),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    detail: jsonb('detail').$type<Readonly<Record<string, string | number | boolean | null>>>().notNull(),
    request: text('request'),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.number] })],
);

export const apiKey = pgTable(
  'api_key',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    scopes: text('scopes').array().notNull(),
    secretSha256: text('secret_sha256').notNull(),
    /** The secret before the last rotation, and until when it works. */
    oldSha256: text('old_sha256'),
    oldUntil: instant('old_until'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    lastUsed: instant('last_used'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

export const webhook = pgTable(
  'webhook',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    url: text('url').notNull(),
    events: text('events').array().notNull(),
    sealedSecret: text('sealed_secret').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

export const delivery = pgTable(
  'delivery',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    webhook: text('webhook').notNull(),
    event: text('event').notNull(),
    payload: jsonb('payload').$type<Readonly<Record<string, string | number | null>>>().notNull(),
    attempts: integer('attempts').notNull(),
    /** When to try next; null for what was given up. */
    dueAt: instant('due_at'),
    lastFault: text('last_fault'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

export const idempotency = pgTable(
  'idempotency',
  {
    tenant: text('tenant').notNull(),
    key: text('key').notNull(),
    requestSha256: text('request_sha256').notNull(),
    /** Sealed, since an answer may hold a secret that is told once. */
    sealedAnswer: text('sealed_answer'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.key] })],
);

export const person = pgTable(
  'person',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    /** Which sign-in service knows them, and under which name of its own. */
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    createdAt: instant('created_at').notNull(),
    lastSeen: instant('last_seen'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

export const session = pgTable(
  'session',
  {
    tenant: text('tenant').notNull(),
    id: text('id').notNull(),
    person: text('person').notNull(),
    secretSha256: text('secret_sha256').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

/** Of no tenant: the key is a keyed hash of an address or a device. */
export const limitBucket = pgTable('limit_bucket', {
  key: text('key').primaryKey(),
  tokens: doublePrecision('tokens').notNull(),
  at: instant('at').notNull(),
});

/** Every table, by what isolates it. */
export const TENANT_TABLES = {
  workspace,
  device,
  invite,
  segment,
  writerChain,
  blob,
  blobUpload,
  nonce,
  audit,
  apiKey,
  webhook,
  delivery,
  idempotency,
  person,
  session,
} as const;
export const SERVER_TABLES = { tenant, limitBucket } as const;
