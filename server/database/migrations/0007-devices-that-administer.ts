import type { Migration } from '../migrate.ts';

/**
 * Which devices may invite others and shut them out. Those that were there may go on; a process that knows nothing of it
 * yet enrols devices that may not.
 */
const devicesThatAdminister: Migration = {
  number: 7,
  name: 'devices-that-administer',
  kind: 'expand',
  sql: `
ALTER TABLE device ADD COLUMN administers boolean NOT NULL DEFAULT true;
ALTER TABLE device ALTER COLUMN administers SET DEFAULT false;
ALTER TABLE invite ADD COLUMN administers boolean NOT NULL DEFAULT true;
ALTER TABLE invite ALTER COLUMN administers SET DEFAULT false;
`,
};

export default devicesThatAdminister;
