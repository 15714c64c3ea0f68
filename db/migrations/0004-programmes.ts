/** Frozen: shipped history never changes. A later migration alters, this one stays as it is. */
export const number = 4;
export const name = 'programmes';
export const sql = `
ALTER TABLE evidence ADD COLUMN systems TEXT NOT NULL DEFAULT '[]';
ALTER TABLE evidence ADD COLUMN verification TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN proof_link TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN reviewer TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN risk_if_stale TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN marking TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN retain_until TEXT;
ALTER TABLE evidence ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sign_off ADD COLUMN opened TEXT;
CREATE TABLE node_note (
  framework TEXT NOT NULL,
  path TEXT NOT NULL,
  ord INTEGER NOT NULL,
  line INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (framework, path, ord)
) STRICT, WITHOUT ROWID;
CREATE TABLE programme_slot (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  engagement TEXT NOT NULL,
  node TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE programme_record (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  engagement TEXT NOT NULL,
  node TEXT,
  ord INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  notes TEXT NOT NULL,
  section TEXT NOT NULL,
  conflicts INTEGER NOT NULL,
  changed_at TEXT NOT NULL,
  changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE programme_fact (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  engagement TEXT NOT NULL,
  record TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE proof (
  id TEXT PRIMARY KEY NOT NULL,
  evidence TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX programme_slot_engagement ON programme_slot (engagement, kind);
CREATE INDEX programme_record_kind ON programme_record (engagement, kind, ord);
CREATE INDEX programme_fact_record ON programme_fact (record, kind);
CREATE INDEX programme_fact_kind ON programme_fact (engagement, kind, at);
CREATE INDEX proof_record ON proof (record);
CREATE INDEX proof_evidence ON proof (evidence);
CREATE INDEX evidence_expires ON evidence (expires);`;
