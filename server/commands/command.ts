import { join } from 'node:path';
import { type Client, withOwner } from '../database/driver.ts';
import { startEmbedded } from '../database/embedded.ts';
import { demandSchema, migrate } from '../database/migrate.ts';
import { MIGRATIONS } from '../database/migrations/index.ts';
import { ServerFault } from '../fault.ts';
import { databasePassword, type Environment, readSettings, type Settings } from '../settings.ts';

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  readonly environment: Environment;
}

/** Answers the exit code. */
export type Command = (given: Arguments) => Promise<number>;

export function text(given: Arguments, name: string): string {
  const value = given.values[name];
  if (typeof value !== 'string' || value.trim() === '') throw new ServerFault(`--${name} is missing.`);
  return value.trim();
}

export function hours(given: Arguments): number {
  const value = Number(given.values.hours ?? 24);
  if (!Number.isInteger(value) || value < 1 || value > 168)
    throw new ServerFault('--hours is a whole number from 1 to 168.');
  return value;
}

/** Where PostgreSQL of our own keeps its files. */
export function embeddedFolder(settings: Settings): string {
  return join(settings.folder, 'postgres');
}

/** The owner's connection: to the outside database, to our own that runs, or to our own started for the moment. */
export async function withDatabase<T>(
  environment: Environment,
  run: (owner: Client, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = readSettings(environment);
  const own =
    settings.databaseUrl === null
      ? await startEmbedded(embeddedFolder(settings), databasePassword(settings.secret))
      : null;
  try {
    return await withOwner(settings.databaseUrl ?? own?.url ?? '', async (owner) => {
      if (own) await migrate(owner, MIGRATIONS, new Date());
      else await demandSchema(owner, MIGRATIONS);
      return run(owner, settings);
    });
  } finally {
    // What a running server uses is left to it.
    if (own && !own.wasRunning) await own.stop();
  }
}
