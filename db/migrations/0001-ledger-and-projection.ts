/** Frozen: shipped history never changes. A later migration alters, this one stays as it is. */
export const number = 1;
export const name = 'ledger and projection';
export const sql = `
CREATE TABLE assessment (
  id TEXT PRIMARY KEY NOT NULL,
  engagement TEXT NOT NULL,
  target TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  result TEXT NOT NULL,
  method TEXT,
  note TEXT NOT NULL,
  digest TEXT NOT NULL,
  status TEXT NOT NULL,
  voided INTEGER NOT NULL,
  evidence INTEGER NOT NULL,
  conflicts INTEGER NOT NULL,
  changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE binder (
  id TEXT PRIMARY KEY NOT NULL,
  engagement TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  attachments INTEGER NOT NULL,
  omitted INTEGER NOT NULL,
  checkpoint TEXT NOT NULL,
  at TEXT NOT NULL,
  "by" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE checklist (
  id TEXT PRIMARY KEY NOT NULL,
  framework TEXT NOT NULL,
  path TEXT NOT NULL,
  title TEXT NOT NULL,
  "of" TEXT,
  ord INTEGER NOT NULL,
  notes TEXT NOT NULL,
  criteria TEXT NOT NULL,
  text_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE checklist_work (
  id TEXT PRIMARY KEY NOT NULL,
  engagement TEXT NOT NULL,
  checklist TEXT NOT NULL,
  subject TEXT NOT NULL,
  digest TEXT NOT NULL,
  status TEXT NOT NULL,
  voided INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict (
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  sides INTEGER NOT NULL,
  PRIMARY KEY (record, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE control (
  id TEXT PRIMARY KEY NOT NULL,
  framework TEXT NOT NULL,
  path TEXT NOT NULL,
  label TEXT NOT NULL,
  label_key TEXT NOT NULL,
  source_key TEXT NOT NULL,
  title TEXT NOT NULL,
  group_path TEXT,
  parent TEXT,
  depth INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  severity TEXT,
  withdrawn TEXT,
  body TEXT NOT NULL,
  text_hash TEXT NOT NULL
) STRICT;
CREATE TABLE custody (
  id TEXT PRIMARY KEY NOT NULL,
  evidence TEXT NOT NULL,
  at TEXT NOT NULL,
  "by" TEXT NOT NULL,
  what TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE device (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  member TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE engagement (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  from_day TEXT,
  to_day TEXT,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE engagement_framework (
  engagement TEXT NOT NULL,
  framework TEXT NOT NULL,
  ord INTEGER NOT NULL,
  PRIMARY KEY (engagement, framework)
) STRICT, WITHOUT ROWID;
CREATE TABLE entry (
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  prev TEXT NOT NULL,
  time TEXT NOT NULL,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  because TEXT NOT NULL,
  admin INTEGER NOT NULL,
  PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
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
  revision INTEGER NOT NULL,
  added_at TEXT NOT NULL,
  added_by TEXT NOT NULL
) STRICT;
CREATE TABLE evidence_file (
  evidence TEXT NOT NULL,
  idx INTEGER NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  PRIMARY KEY (evidence, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE framework (
  id TEXT PRIMARY KEY NOT NULL,
  title TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL,
  format TEXT NOT NULL,
  published TEXT,
  blob TEXT NOT NULL,
  source_sha256 TEXT NOT NULL,
  source_bytes INTEGER NOT NULL,
  source_name TEXT NOT NULL,
  counts TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  imported_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE framework_group (
  framework TEXT NOT NULL,
  path TEXT NOT NULL,
  label TEXT NOT NULL,
  title TEXT NOT NULL,
  parent TEXT,
  ord INTEGER NOT NULL,
  prose TEXT,
  PRIMARY KEY (framework, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE head (
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  time TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (record, field, writer, seq)
) STRICT;
CREATE TABLE held (
  id TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  because TEXT NOT NULL,
  writer TEXT NOT NULL,
  member TEXT NOT NULL,
  device TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  payload TEXT NOT NULL
) STRICT;
CREATE TABLE item (
  id TEXT PRIMARY KEY NOT NULL,
  framework TEXT NOT NULL,
  checklist TEXT NOT NULL,
  path TEXT NOT NULL,
  "text" TEXT NOT NULL,
  parent TEXT,
  depth INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  label TEXT NOT NULL,
  checked INTEGER,
  owner TEXT,
  due TEXT,
  text_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE link (
  id TEXT PRIMARY KEY NOT NULL,
  evidence TEXT NOT NULL,
  assessment TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE local_binder_file (
  binder TEXT PRIMARY KEY NOT NULL,
  file TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE local_setting (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE member (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  ledger_key TEXT NOT NULL,
  certificate TEXT NOT NULL,
  passphrase_set_by_other INTEGER NOT NULL,
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE operation (
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  parents TEXT NOT NULL,
  hash TEXT NOT NULL,
  salt TEXT,
  value TEXT,
  PRIMARY KEY (writer, seq, idx)
) STRICT;
CREATE TABLE plan_node (
  id TEXT PRIMARY KEY NOT NULL,
  framework TEXT NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  ord INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  notes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE review_note (
  id TEXT PRIMARY KEY NOT NULL,
  record TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  answer TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE segment (
  writer TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  header TEXT NOT NULL,
  signature TEXT NOT NULL,
  seed TEXT NOT NULL,
  PRIMARY KEY (writer, from_seq)
) STRICT;
CREATE TABLE sign_off (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  record TEXT NOT NULL,
  capacity TEXT NOT NULL,
  verdict TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  digest TEXT NOT NULL,
  note TEXT NOT NULL,
  after TEXT NOT NULL,
  signed TEXT NOT NULL,
  passphrase_set_by_other INTEGER NOT NULL,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
CREATE TABLE subject (
  id TEXT PRIMARY KEY NOT NULL,
  engagement TEXT NOT NULL,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE workspace (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  marking TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE writer (
  id TEXT PRIMARY KEY NOT NULL,
  member TEXT NOT NULL,
  device TEXT NOT NULL,
  incarnation TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_record ON operation (record, field);
CREATE INDEX entry_time ON entry (time);
CREATE INDEX control_framework ON control (framework, ord);
CREATE INDEX control_label ON control (label_key);
CREATE INDEX control_source ON control (source_key);
CREATE INDEX item_checklist ON item (checklist, ord);
CREATE INDEX checklist_framework ON checklist (framework, ord);
CREATE INDEX plan_node_kind ON plan_node (framework, kind, ord);
CREATE INDEX subject_engagement ON subject (engagement);
CREATE INDEX assessment_engagement ON assessment (engagement, target, subject);
CREATE INDEX assessment_target ON assessment (target);
CREATE INDEX link_assessment ON link (assessment);
CREATE INDEX link_evidence ON link (evidence);
CREATE INDEX evidence_file_sha256 ON evidence_file (sha256);
CREATE INDEX custody_evidence ON custody (evidence);
CREATE INDEX sign_off_record ON sign_off (record);
CREATE INDEX review_note_record ON review_note (record);
CREATE VIRTUAL TABLE search USING fts5 (kind UNINDEXED, id UNINDEXED, label, title, body, tokenize = "unicode61 remove_diacritics 2");`;
