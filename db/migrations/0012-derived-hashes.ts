/**
 * Frozen. What follows from the rest is not kept: an entry's `prev` is the hash of the entry before it, and an
 * operation's salt and hash come from the seed of its segment and from its value. Only where that is not here, `prev`
 * of the first entry of a chain and the hash of a value that was redacted, it stands in the row.
 */
export const number = 12;
export const name = 'derived hashes';
export const sql = `
CREATE TABLE entry_12 (
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  prev TEXT,
  time TEXT NOT NULL,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  because TEXT NOT NULL,
  admin INTEGER NOT NULL,
  PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO entry_12 SELECT e.writer, e.seq, e.hash,
  nullif(e.prev, (SELECT b.hash FROM entry b WHERE b.writer = e.writer AND b.seq = e.seq - 1)),
  e.time, e.action, e.state, e.because, e.admin FROM entry e ORDER BY e.writer, e.seq;
DROP TABLE entry;
ALTER TABLE entry_12 RENAME TO entry;
CREATE INDEX entry_time ON entry (time);
CREATE TABLE operation_12 (
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  parents TEXT NOT NULL,
  hash TEXT,
  value TEXT,
  named TEXT,
  PRIMARY KEY (writer, seq, idx)
) STRICT;
INSERT INTO operation_12 SELECT writer, seq, idx, record, field, parents,
  CASE WHEN value IS NULL THEN hash END, value, named FROM operation ORDER BY writer, seq, idx;
DROP TABLE operation;
ALTER TABLE operation_12 RENAME TO operation;
CREATE INDEX operation_record ON operation (record, field);`;
