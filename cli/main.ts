import { tell } from '../shared/fault-sentences.ts';
import { faultOf } from './faults.ts';
import { runCommand } from './run.ts';
import { systemTerminal } from './terminal.ts';

/** One Ctrl-C can arrive twice: from the terminal, and from the process that handed over to this one. */
const ONE_WISH_MS = 400;

const stop = new AbortController();
let asked = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Asked twice means now: nothing half-done is kept, the ledger's transactions see to that.
    if (asked > 0 && Date.now() - asked > ONE_WISH_MS) process.exit(1);
    asked ||= Date.now();
    stop.abort();
  });
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, giveUp);
// A reader that closed its end (`| head`) is no reason to fail.
process.stdout.on('error', () => undefined);

process.exit(
  await runCommand(process.argv.slice(2), {
    terminal: systemTerminal(),
    environment: process.env,
    folder: process.cwd(),
    createCore: async (options) => (await import('../core/index.ts')).createCore(options),
    stop: stop.signal,
  }),
);

/** The last door for a bug: still one document and no stack. */
function giveUp(error: unknown): void {
  const fault = faultOf(error, process.env.BINDERY_LOG);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: false, fault })}\n`);
  else process.stderr.write(`${tell(fault).happened}\n${tell(fault).remedy}\n`);
  process.exit(1);
}
