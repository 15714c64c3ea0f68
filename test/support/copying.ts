// Run as a child process: makes a new copy, says FILLED when everything is in it, and then waits to be killed.
import { readFileSync } from 'node:fs';
import { importLedger } from '../../core/ledger/carry.ts';
import { systemPorts } from '../../core/ports.ts';
import { newCopy } from '../../core/sync/new-copy.ts';

const [dir = '', keyFile = '', carried = '', passphrase = ''] = process.argv.slice(2);
await newCopy(systemPorts, {
  dir,
  keyFile: readFileSync(keyFile),
  passphrase,
  async fill(ws) {
    await importLedger(ws, carried);
    process.stdout.write('FILLED\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
});
