import type { Migration } from '../migrate.ts';

/** Other bytes under the name of a file are another version of it: nobody can keep the true one out. */
const versionsOfAFile: Migration = {
  number: 5,
  name: 'versions-of-a-file',
  kind: 'expand',
  sql: `
ALTER TABLE blob DROP CONSTRAINT blob_pkey;
ALTER TABLE blob ADD PRIMARY KEY (tenant, workspace, name, sha256);
`,
};

export default versionsOfAFile;
