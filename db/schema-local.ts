import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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

/** `search` is the full-text index; SQLite keeps its shadow tables (`search_*`) beside it. */
export const LOCAL_TABLES = [
  'local_setting',
  'local_binder_file',
  'local_server_segment',
  'local_server_file',
  'migration',
  'search',
] as const;
