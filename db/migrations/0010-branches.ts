/**
 * Frozen. Where a writer wrote two histories under one number: each has a name of its own from there on, the operations
 * keep the names they were written with beside those they mean here, and one stretch of a chain may be sealed twice.
 */
export const number = 10;
export const name = 'branches';
export const sql = `
ALTER TABLE writer ADD COLUMN base TEXT NOT NULL DEFAULT '';
ALTER TABLE writer ADD COLUMN stem TEXT NOT NULL DEFAULT '';
ALTER TABLE writer ADD COLUMN after_seq INTEGER NOT NULL DEFAULT 0;
UPDATE writer SET base = id;
CREATE INDEX writer_base ON writer (base);
ALTER TABLE operation ADD COLUMN named TEXT;
CREATE TABLE segment_10 (
  writer TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  header TEXT NOT NULL,
  signature TEXT NOT NULL,
  seed TEXT NOT NULL,
  PRIMARY KEY (writer, from_seq, count, signature)
) STRICT;
INSERT INTO segment_10 SELECT writer, from_seq, count, header, signature, seed FROM segment;
DROP TABLE segment;
ALTER TABLE segment_10 RENAME TO segment;`;
