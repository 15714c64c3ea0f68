import { withOwner } from '../database/driver.ts';
import { migrate } from '../database/migrate.ts';
import { MIGRATIONS } from '../database/migrations/index.ts';
import { readSettings } from '../settings.ts';
import { type Command, withDatabase } from './command.ts';

export const migrateCommand: Command = async ({ environment }) => {
  const settings = readSettings(environment);
  if (settings.databaseUrl === null) {
    await withDatabase(environment, async () => {});
    console.log('The schema is up to date.');
    return 0;
  }
  const ran = await withOwner(settings.databaseUrl, (owner) => migrate(owner, MIGRATIONS, new Date()));
  console.log(ran.length === 0 ? 'The schema is up to date.' : `Applied: ${ran.join(', ')}.`);
  return 0;
};
