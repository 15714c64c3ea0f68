/** Frozen. Its rows are a projection: they are made by the replay that follows a change of projection. */
export const number = 2;
export const name = 'unlinked';
export const sql = `
CREATE TABLE unlinked (
  id TEXT PRIMARY KEY NOT NULL,
  evidence TEXT NOT NULL,
  assessment TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unlinked_assessment ON unlinked (assessment);`;
