/** Frozen. Countersignatures of binders, so that every copy of a workspace knows of them. */
export const number = 5;
export const name = 'countersignatures';
export const sql = `
CREATE TABLE countersignature (
  id TEXT PRIMARY KEY NOT NULL,
  binder TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  field TEXT NOT NULL,
  capacity TEXT NOT NULL,
  signed_at TEXT NOT NULL,
  at TEXT NOT NULL,
  "by" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX countersignature_binder ON countersignature (binder, at);`;
