import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(fileURLToPath(new URL('.', import.meta.url)), '../..');

/** A step that failed in a way its own output already explained. */
export class CommandFailed extends Error {}

/** Runs a program to its end with its output shown; a bad exit is a `CommandFailed`. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.on('error', (error) =>
      reject(new CommandFailed(`${command} could not be started: ${error.message}`)),
    );
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new CommandFailed(`${[command, ...args].join(' ')} ended with ${code ?? signal}.`));
    });
  });
}
