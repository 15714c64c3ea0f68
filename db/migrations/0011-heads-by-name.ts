/**
 * Frozen. What stands in a field is found by its name alone: kept in that order it is one tree, where every change of a
 * field was one in the table and one more in its index.
 */
export const number = 11;
export const name = 'heads by name';
export const sql = `
CREATE TABLE head_11 (
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  time TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (record, field, writer, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO head_11 SELECT record, field, writer, seq, time, value FROM head;
DROP TABLE head;
ALTER TABLE head_11 RENAME TO head;`;
