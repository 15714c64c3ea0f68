import { tell } from '../shared/fault-sentences.ts';
import { wantsJson } from './arguments.ts';
import { faultOf } from './faults.ts';
import { runCommand } from './run.ts';
import { stopSignal } from './stopping.ts';
import { systemTerminal } from './terminal.ts';

for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, giveUp);
// A reader that closed its end (`| head`) is no reason to fail.
process.stdout.on('error', () => undefined);

process.exit(
  await runCommand(process.argv.slice(2), {
    terminal: systemTerminal(),
    environment: process.env,
    folder: process.cwd(),
    createCore: async (options) => (await import('../core/index.ts')).createCore(options),
    stop: stopSignal(),
  }),
);

/** The last door for a bug: still one document and no stack. */
function giveUp(error: unknown): void {
  const fault = faultOf(error, process.env.BINDERY_LOG);
  if (wantsJson(process.argv.slice(2))) process.stdout.write(`${JSON.stringify({ ok: false, fault })}\n`);
  else process.stderr.write(`${tell(fault).happened}\n${tell(fault).remedy}\n`);
  process.exit(1);
}
