/** Frozen: shipped history never changes. A later migration alters, this one stays as it is. */
export const number = 2;
export const name = 'programmes';
export const sql = `
DROP TABLE evidence;
CREATE TABLE evidence (
  id TEXT PRIMARY KEY NOT NULL,
  reference TEXT NOT NULL,
  title TEXT NOT NULL,
  collected TEXT,
  expires TEXT,
  period_from TEXT,
  period_to TEXT,
  last_verified TEXT,
  owner TEXT NOT NULL,
  note TEXT NOT NULL,
  systems TEXT NOT NULL,
  verification TEXT NOT NULL,
  source TEXT NOT NULL,
  proof_link TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  risk_if_stale TEXT NOT NULL,
  marking TEXT NOT NULL,
  retain_until TEXT,
  revision INTEGER NOT NULL,
  added_at TEXT NOT NULL,
  added_by TEXT NOT NULL
) STRICT;
DROP TABLE sign_off;
CREATE TABLE sign_off (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  record TEXT NOT NULL,
  capacity TEXT NOT NULL,
  verdict TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  opened TEXT,
  digest TEXT NOT NULL,
  note TEXT NOT NULL,
  after TEXT NOT NULL,
  signed TEXT NOT NULL,
  passphrase_set_by_other INTEGER NOT NULL,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
CREATE TABLE unlinked (
  id TEXT PRIMARY KEY NOT NULL,
  evidence TEXT NOT NULL,
  assessment TEXT NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE INDEX sign_off_record ON sign_off (record);
CREATE INDEX unlinked_assessment ON unlinked (assessment);
CREATE INDEX programme_slot_engagement ON programme_slot (engagement, kind);
CREATE INDEX programme_record_kind ON programme_record (engagement, kind, ord);
CREATE INDEX programme_fact_record ON programme_fact (record, kind);
CREATE INDEX programme_fact_kind ON programme_fact (engagement, kind, at);
CREATE INDEX proof_record ON proof (record);
CREATE INDEX proof_evidence ON proof (evidence);
CREATE INDEX evidence_expires ON evidence (expires);
INSERT OR REPLACE INTO local_setting (key, value) VALUES ('projection', 'stale');`;
