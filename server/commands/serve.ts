import { setTimeout as pause } from 'node:timers/promises';
import { withOwner } from '../database/driver.ts';
import { type Embedded, startEmbedded } from '../database/embedded.ts';
import { jsonLog, type Log, together } from '../http/log.ts';
import { serve } from '../serve.ts';
import { databasePassword, readSettings, type Settings } from '../settings.ts';
import { type Command, embeddedFolder } from './command.ts';

/** Serves until SIGTERM or SIGINT: then it answers what is under way and ends. */
export const serveCommand: Command = async ({ environment, values }) => {
  const settings = readSettings(environment);
  const log = jsonLog(
    together((text) => process.stderr.write(text)),
    () => new Date(),
  );
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  const own = settings.databaseUrl === null ? await keepPostgres(settings, log) : null;
  const running = await serve(
    { ...settings, migrates: settings.migrates || values.migrate === true },
    settings.databaseUrl ?? own?.url ?? '',
    log,
  ).catch(async (error: unknown) => {
    await own?.stop();
    throw error;
  });
  console.log(`Serving on ${running.url}`);
  log.info('stopping', { signal: await stopped });
  await running.stop();
  await own?.stop();
  return 0;
};

async function isShared(url: string): Promise<boolean> {
  const { rows } = await withOwner(url, (owner) =>
    owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name IN ('bindery-server', 'bindery-live')`,
    ),
  ).catch(() => ({ rows: [] }));
  return (rows[0]?.n ?? 0) > 0;
}

/** PostgreSQL of our own, started again on its port should it end by itself: nothing that was committed is lost. */
async function keepPostgres(settings: Settings, log: Log) {
  let ending = false;
  const start = (port?: number): Promise<Embedded> =>
    startEmbedded(embeddedFolder(settings), databasePassword(settings.secret), { port, onEnd: again });
  function again(detail: string, port: number): void {
    if (ending) return;
    log.error('postgres-ended', { detail });
    restarting = restart(port).catch((error: Error) => {
      log.error('postgres-lost', { detail: error.message });
      if (!ending) process.exit(1);
    });
  }
  /** What is left of a killed one holds its shared memory for a moment longer. */
  async function restart(port: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        own = await start(port);
        log.info('postgres-restarted', { attempt });
        return;
      } catch (error) {
        if (ending || attempt === 60) throw error;
        await pause(Math.min(100 * attempt, 2_000));
      }
    }
  }
  let restarting: Promise<void> = Promise.resolve();
  let own = await start();
  return {
    url: own.url,
    stop: async () => {
      ending = true;
      await restarting;
      // Another process may work on the same one: the last to go ends it.
      if (!(await isShared(own.url))) await own.stop();
    },
  };
}
