import { startEmbedded } from '../database/embedded.ts';
import { jsonLog } from '../http/log.ts';
import { serve } from '../serve.ts';
import { databasePassword, readSettings } from '../settings.ts';
import { type Command, embeddedFolder } from './command.ts';

/** Serves until SIGTERM or SIGINT: then it answers what is under way and ends. */
export const serveCommand: Command = async ({ environment, values }) => {
  const settings = readSettings(environment);
  const log = jsonLog(
    (line) => process.stderr.write(line),
    () => new Date(),
  );
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  // Started as it was last, should it end on its own: nothing that was committed is lost.
  let own = settings.databaseUrl === null ? await startOwn() : null;
  let ending = false;
  async function startOwn(port?: number) {
    return startEmbedded(embeddedFolder(settings), databasePassword(settings.secret), {
      port,
      onEnd: (detail, port) => {
        if (ending) return;
        log.error('postgres-ended', { detail });
        startOwn(port).then(
          (again) => {
            own = again;
          },
          (error: Error) => {
            log.error('postgres-lost', { detail: error.message });
            process.exit(1);
          },
        );
      },
    });
  }
  const running = await serve(
    { ...settings, migrates: settings.migrates || values.migrate === true },
    settings.databaseUrl ?? own?.url ?? '',
    log,
  );
  console.log(`Serving on ${running.url}`);
  log.info('stopping', { signal: await stopped });
  await running.stop();
  ending = true;
  await own?.stop();
  return 0;
};
