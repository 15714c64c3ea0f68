/** Frozen. What this copy knows of others by the bundles that went to and fro. */
export const number = 8;
export const name = 'courier';
export const sql = `CREATE TABLE local_courier_peer (
  device TEXT PRIMARY KEY NOT NULL,
  vector TEXT NOT NULL,
  lacks TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE TABLE local_courier_sent (
  recipient TEXT NOT NULL,
  number INTEGER NOT NULL,
  hash TEXT NOT NULL,
  at TEXT NOT NULL,
  vector TEXT NOT NULL,
  PRIMARY KEY (recipient, number)
) STRICT;
CREATE TABLE local_courier_received (
  device TEXT NOT NULL,
  recipient TEXT NOT NULL,
  number INTEGER NOT NULL,
  hash TEXT NOT NULL,
  at TEXT NOT NULL,
  taken TEXT NOT NULL,
  PRIMARY KEY (device, recipient, number)
) STRICT;`;
