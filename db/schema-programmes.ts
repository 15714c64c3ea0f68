import { integer, sqliteTable, text } from './drizzle.ts';

/** Which records of a programme come from the plans an engagement uses: their ids and the node each begins with. */
export const programmeSlot = sqliteTable('programme_slot', {
  id: text().primaryKey(),
  kind: text().notNull(),
  engagement: text().notNull(),
  node: text().notNull(),
});

/** Records of a readiness programme, the plan's own words overlaid with what people changed. */
export const programmeRecord = sqliteTable('programme_record', {
  id: text().primaryKey(),
  kind: text().notNull(),
  engagement: text().notNull(),
  /** The plan node it begins with; null for what people added. */
  node: text(),
  ord: integer().notNull(),
  title: text().notNull(),
  /** JSON: the body of its kind in `shared/domain/programme/shapes.ts`. */
  body: text().notNull(),
  /** JSON list: lines the plan says about it that have no field. */
  notes: text().notNull(),
  /** Title of the part of the plan it stands in. */
  section: text().notNull(),
  conflicts: integer().notNull(),
  changedAt: text('changed_at').notNull(),
  changedBy: text('changed_by').notNull(),
});

/** Acts of a programme that stand for good. */
export const programmeFact = sqliteTable('programme_fact', {
  id: text().primaryKey(),
  kind: text().notNull(),
  engagement: text().notNull(),
  /** Ledger name of what the act is about. */
  record: text().notNull(),
  by: text().notNull(),
  at: text().notNull(),
  /** JSON: the whole fact. */
  body: text().notNull(),
  /** Where it stands: its writer, and the number of its entry there. */
  writer: text().notNull(),
  seq: integer().notNull(),
});

/** Evidence shown as proof on a record of a programme. */
export const proof = sqliteTable('proof', {
  id: text().primaryKey(),
  evidence: text().notNull(),
  record: text().notNull(),
});
