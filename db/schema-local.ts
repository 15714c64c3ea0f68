import { integer, primaryKey, sqliteTable, text } from './drizzle.ts';

/** This copy's own facts: device, incarnation, lock time, open segment seeds. */
export const localSetting = sqliteTable('local_setting', {
  key: text().primaryKey(),
  value: text().notNull(),
});

export const localBinderFile = sqliteTable('local_binder_file', {
  binder: text().primaryKey(),
  file: text().notNull(),
});

/** Segments that the sync server is known to list: a label, and the SHA-256 of the sealed bytes under it. */
export const localServerSegment = sqliteTable(
  'local_server_segment',
  {
    writer: text().notNull(),
    fromSeq: integer('from_seq').notNull(),
    count: integer().notNull(),
    head: text().notNull(),
    id: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.writer, t.fromSeq, t.count, t.head, t.id] })],
);

/** Vault files that the sync server is known to hold whole, by their stored names. */
export const localServerFile = sqliteTable('local_server_file', {
  name: text().primaryKey(),
});

/** What another copy is known to hold, from its newest bundle to this one. */
export const localCourierPeer = sqliteTable('local_courier_peer', {
  device: text().primaryKey(),
  /** JSON, highest entry by writer. */
  vector: text().notNull(),
  /** JSON, SHA-256 of the files it said it has not. */
  lacks: text().notNull(),
  at: text().notNull(),
});

export const localCourierSent = sqliteTable(
  'local_courier_sent',
  {
    /** `device:…`, `member:…` or `anyone`. */
    recipient: text().notNull(),
    number: integer().notNull(),
    hash: text().notNull(),
    at: text().notNull(),
    vector: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.recipient, t.number] })],
);

export const localCourierReceived = sqliteTable(
  'local_courier_received',
  {
    device: text().notNull(),
    recipient: text().notNull(),
    number: integer().notNull(),
    hash: text().notNull(),
    /** When it was made, as its maker's clock claims, and when it was taken in. */
    at: text().notNull(),
    taken: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.device, t.recipient, t.number] })],
);

/** `search` is the full-text index; SQLite keeps its shadow tables (`search_*`) beside it. */
export const LOCAL_TABLES = [
  'local_setting',
  'local_binder_file',
  'local_server_segment',
  'local_server_file',
  'local_courier_peer',
  'local_courier_sent',
  'local_courier_received',
  'migration',
  'search',
] as const;
