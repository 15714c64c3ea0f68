#!/usr/bin/env node
// Plain JavaScript that any Node from 20 on can read: it finds a Node that can run Bindery and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, NODE_MAJOR, runsHere } from './node.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'main.ts');
const main = existsSync(source) ? source : join(here, '../dist/cli/main.js');

if (runsHere()) await import(main);
else handOver(findNode());

/** Runs the same command under the Node found; signals and the exit code pass through. */
function handOver(node) {
  if (node === null) {
    process.stderr.write(
      `Bindery needs Node ${NODE_MAJOR}; this is ${process.version} and no other was found.\n` +
        `Run "npm ci" with optional dependencies (they bring Node ${NODE_MAJOR}), or install Node ${NODE_MAJOR}.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Node ${NODE_MAJOR} at ${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}
