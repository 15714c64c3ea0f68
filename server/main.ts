import { parseArgs } from 'node:util';
import { COMMANDS, HELP } from './commands/index.ts';
import { ServerFault, traceOf } from './fault.ts';

/** `npm run server -- …`: what an operator does. */
const [name = 'help', ...rest] = process.argv.slice(2);

try {
  const command = COMMANDS[name];
  if (!command) {
    console.log(HELP);
    process.exitCode = name === 'help' || name === '--help' ? 0 : 2;
  } else {
    const { values, positionals } = parseArgs({
      args: rest,
      allowPositionals: true,
      options: {
        folder: { type: 'string' },
        tenant: { type: 'string' },
        id: { type: 'string' },
        hours: { type: 'string' },
        scopes: { type: 'string' },
        subject: { type: 'string' },
        role: { type: 'string' },
        days: { type: 'string' },
        out: { type: 'string' },
        in: { type: 'string' },
        files: { type: 'string' },
        migrate: { type: 'boolean' },
      },
    });
    process.exitCode = await command({ values, positionals, environment: process.env });
  }
} catch (error) {
  const isTold =
    error instanceof ServerFault ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  console.error(isTold && error instanceof Error ? error.message : traceOf(error));
  process.exitCode = isTold ? 2 : 1;
}
