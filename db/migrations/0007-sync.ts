/** Frozen. What this copy knows a sync server to hold. */
export const number = 7;
export const name = 'sync';
export const sql = `
CREATE TABLE local_server_segment (
  writer TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  head TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (writer, from_seq, count, head, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_server_file (
  name TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;
`;
