// Plain JavaScript that any Node from 20 on can read: it finds a Node that can run Bindery and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/** The first Node release line that runs TypeScript as it stands and the database driver. */
const NODE_MAJOR = 24;
/**
 * Node lets the space of new objects grow to a hundred megabytes where the machine has many, and keeps it: half of what
 * a large binder took. It stays as it begins.
 */
const SMALL_YOUNG = '--semi-space-growth-factor=1';
/** The same said to a Node that is started: there V8 takes no factor of one, and once running no largest size. */
const SMALL_FROM_START = '--max-semi-space-size=4';
const here = dirname(fileURLToPath(import.meta.url));
/**
 * What the program was compiled to is kept beside the packages, where whoever can write could change the program itself:
 * it starts a third quicker. Where that place cannot be written, nothing is kept.
 */
const COMPILED = join(here, '../node_modules/.cache/compiled');

/** Runs a program of this folder (`main`, `start`): here where this Node can, else under one that can. */
export async function runProgram(name) {
  const places = [
    join(here, `${name}.ts`),
    join(here, `${name}.js`),
    join(here, '../dist/app/cli', `${name}.js`),
  ];
  const program = places.find((place) => existsSync(place)) ?? places[0];
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) return handOver(program, findNode());
  setFlagsFromString(SMALL_YOUNG);
  if (process.env.NODE_COMPILE_CACHE === undefined) module.enableCompileCache(COMPILED);
  await import(program);
}

/** The Node that `npm ci` put beside Bindery for this platform, or null. */
function findNode() {
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', `node-${platform}-${process.arch}`, 'bin', executable);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return null;
  }
}

/** Signals and the exit code pass through. */
function handOver(program, node) {
  if (node === null) {
    process.stderr.write(
      `Bindery needs Node ${NODE_MAJOR}; this is ${process.version} and no other was found beside it.\n` +
        `Run "npm ci" with optional dependencies (they bring Node ${NODE_MAJOR}), or install Node ${NODE_MAJOR}.\n`,
    );
    process.exit(1);
  }
  const env = { NODE_COMPILE_CACHE: COMPILED, ...process.env };
  const child = spawn(node, [SMALL_FROM_START, program, ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Node ${NODE_MAJOR} at ${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}
