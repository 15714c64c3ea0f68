import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { refuse } from '../../../shared/fault.ts';

/** A token as people name it: the library of its maker, and which of the tokens it sees. */
export interface TokenPlace {
  readonly module: string;
  readonly token?: string | undefined;
}

export interface ToolCall {
  readonly place: TokenPlace;
  readonly args: readonly string[];
  /** Where given, the token is opened with it. It travels in the environment of the one process. */
  readonly pin?: string | undefined;
  readonly input?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** Long enough for somebody to find their card and touch it. */
const PATIENCE_MS = 120_000;
const MOST_OUTPUT = 1_048_576;
const PIN = 'BINDERY_TOKEN_PIN';

/**
 * Runs OpenSC's `pkcs11-tool`, a program of its own, so that a maker's library that crashes takes nothing with it. No
 * shell reads the arguments, and no secret is among them.
 */
export async function pkcs11Tool({ place, args, pin, input, signal }: ToolCall): Promise<Buffer> {
  if (!existsSync(place.module)) refuse({ code: 'not-found', what: 'PKCS #11 module', id: place.module });
  const where = [
    '--module',
    place.module,
    ...(place.token === undefined ? [] : ['--token-label', place.token]),
  ];
  const login = pin === undefined ? [] : ['--login', '--pin', `env:${PIN}`];
  const { code, out, told } = await run(
    program(),
    [...where, ...login, ...args],
    environment(pin),
    input,
    signal,
  );
  return code === 0 ? out : failed(told, place);
}

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly told: string;
}

function run(
  tool: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input: Uint8Array | undefined,
  signal: AbortSignal | undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stops = [AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])];
    const child = spawn(tool, args, {
      env,
      signal: AbortSignal.any(stops),
      stdio: 'pipe',
      windowsHide: true,
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    const keep = (pieces: Buffer[]) => {
      let bytes = 0;
      return (piece: Buffer) => {
        bytes += piece.length;
        if (bytes <= MOST_OUTPUT) pieces.push(piece);
      };
    };
    child.stdout.on('data', keep(out));
    child.stderr.on('data', keep(err));
    child.on('error', (error) => {
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: null, out: Buffer.alloc(0), told: error.name });
    });
    child.on('close', (code) =>
      resolve({ code, out: Buffer.concat(out), told: Buffer.concat(err).toString() }),
    );
    // It may end before it has read what it was given, as when the PIN is wrong; its exit code tells.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** What the makers' libraries need of the environment, and nothing of ours but the PIN. */
function environment(pin: string | undefined): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('BINDERY_'));
  return { ...Object.fromEntries(own), LC_ALL: 'C', ...(pin === undefined ? {} : { [PIN]: pin }) };
}

/** The program named, or the one on the path; never one that happens to lie in the folder at hand. */
function program(): string {
  const named = process.env.BINDERY_PKCS11_TOOL;
  const file = process.platform === 'win32' ? 'pkcs11-tool.exe' : 'pkcs11-tool';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const found = named === undefined ? folders.map((folder) => join(folder, file)) : [named];
  return (
    found.find((path) => existsSync(path)) ??
    refuse({
      code: 'unavailable',
      what: 'pkcs11-tool',
      detail: 'The program that talks to tokens is not installed.',
      remedy:
        'Install OpenSC (on Debian: apt-get install opensc), or name the program in BINDERY_PKCS11_TOOL.',
    })
  );
}

function failed(told: string, place: TokenPlace): never {
  if (/CKR_PIN_LOCKED/.test(told)) return unavailable('It has locked itself after too many wrong PINs.');
  if (/CKR_PIN_/.test(told))
    return refuse({
      code: 'invalid-input',
      detail: 'The PIN does not open the token.',
      remedy: 'Check the PIN before the next try: a token locks itself after a few wrong ones.',
    });
  if (/No slot with token named|CKR_TOKEN_NOT_PRESENT|No slots/i.test(told))
    return place.token === undefined
      ? unavailable('None is plugged in.')
      : refuse({ code: 'not-found', what: 'token', id: place.token });
  if (/Failed to load pkcs11 module/.test(told))
    return refuse({ code: 'invalid-input', where: place.module, detail: 'This is no PKCS #11 module.' });
  const [reason] = /CKR_\w+/.exec(told) ?? [];
  return unavailable(reason === undefined ? 'It did not answer.' : `It refused (${reason}).`);
}

function unavailable(detail: string): never {
  return refuse({ code: 'unavailable', what: 'the token', detail });
}
