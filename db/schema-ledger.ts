import { integer, primaryKey, sqliteTable, text } from './drizzle.ts';

export const writer = sqliteTable('writer', {
  id: text().primaryKey(),
  member: text().notNull(),
  device: text().notNull(),
  incarnation: text().notNull(),
  /** The writer whose numbers it has: itself, unless it is one of two histories under them. */
  base: text().notNull().default(''),
  /** Of such a history what it goes on from, and the last number that it shares. */
  stem: text().notNull().default(''),
  afterSeq: integer('after_seq').notNull().default(0),
});

export const entry = sqliteTable(
  'entry',
  {
    writer: text().notNull(),
    seq: integer().notNull(),
    hash: text().notNull(),
    /** Null where it is the hash of the entry before in the same chain. */
    prev: text(),
    time: text().notNull(),
    action: text().notNull(),
    /** `applied` or `quarantine`, and then why. */
    state: text().notNull(),
    because: text().notNull(),
    /** Administrative entries decide who may do what. */
    admin: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.writer, t.seq] })],
);

export const operation = sqliteTable(
  'operation',
  {
    writer: text().notNull(),
    seq: integer().notNull(),
    idx: integer().notNull(),
    record: text().notNull(),
    field: text().notNull(),
    /** JSON `[[writer, seq] …]`. */
    parents: text().notNull(),
    /** Null where it follows from the value: only what was redacted has it. */
    hash: text(),
    /** Canonical JSON; null once redacted. */
    value: text(),
    /** The parents as they were written and hashed; null where that is the same. */
    named: text(),
  },
  (t) => [primaryKey({ columns: [t.writer, t.seq, t.idx] })],
);

export const segment = sqliteTable(
  'segment',
  {
    writer: text().notNull(),
    fromSeq: integer('from_seq').notNull(),
    count: integer().notNull(),
    header: text().notNull(),
    signature: text().notNull(),
    seed: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.writer, t.fromSeq, t.count, t.signature] })],
);

/** Segments that wait for what they build on, or were quarantined whole; kept as they came. */
export const held = sqliteTable('held', {
  /** SHA-256 of the canonical segment. */
  id: text().primaryKey(),
  state: text().notNull(),
  reason: text().notNull(),
  because: text().notNull(),
  writer: text().notNull(),
  member: text().notNull(),
  device: text().notNull(),
  fromSeq: integer('from_seq').notNull(),
  count: integer().notNull(),
  payload: text().notNull(),
});
