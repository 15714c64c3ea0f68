import {
  bigint,
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

/** The tables as queries see them. What makes them is in `migrations`; a test holds the two together. */
const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const long = (name: string) => bigint(name, { mode: 'number' });

export const tenant = pgTable('tenant', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull(),
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
  (table) => [primaryKey({ columns: [table.tenant, table.workspace, table.name] })],
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
} as const;
export const SERVER_TABLES = { tenant, limitBucket } as const;
