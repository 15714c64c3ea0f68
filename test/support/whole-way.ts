import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCore } from '../../core/index.ts';
import type { Fault } from '../../shared/fault.ts';
import { SHAPES } from './whole-way-shapes.ts';
import { CHEAP } from './workspaces.ts';

/** The program as a script starts it. */
const PROGRAM = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** A catalog and a plan written for these tests. */
export const OWN_CATALOG = join(FIXTURES, 'catalog.json');
export const OWN_PLAN = join(FIXTURES, 'plan.md');

/** Passphrases that appear nowhere else, so that finding one anywhere is a finding. */
export const OWNER_PASSPHRASE = 'kelp-lantern-Ωmega 41';
export const REVIEWER_PASSPHRASE = 'copper-violin-Жук 87';
const SECRETS = [OWNER_PASSPHRASE, REVIEWER_PASSPHRASE];

/** How a command of the real program ended. */
export interface ProgramRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` answered: the value, or the fault of a refusal. */
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly fault: Fault | null;
}

export interface RunOptions {
  readonly passphrase?: string | null;
  readonly newPassphrase?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Without `--json`, as a person reads it. */
  readonly prose?: boolean;
}

/** A disk of its own for a test: an empty folder that commands run in. */
export interface Disk {
  readonly folder: string;
  path(...names: string[]): string;
  write(name: string, content: string | Uint8Array): string;
  run(args: readonly string[], options?: RunOptions): Promise<ProgramRun>;
  /** Runs a verb that has to be done and answer in its shape. */
  done<V extends keyof typeof SHAPES>(
    verb: V,
    args: readonly string[],
    options?: RunOptions,
  ): Promise<Value<V>>;
  remove(): void;
}

type Value<V extends keyof typeof SHAPES> = ReturnType<(typeof SHAPES)[V]['parse']>;

export function emptyDisk(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-way-'));
  const path = (...names: string[]) => join(folder, ...names);
  const run = (args: readonly string[], options: RunOptions = {}) => program(folder, args, options);
  return {
    folder,
    path,
    write(name, content) {
      mkdirSync(join(path(name), '..'), { recursive: true });
      writeFileSync(path(name), content);
      return path(name);
    },
    run,
    async done(verb, args, options) {
      const ended = await run([...verb.split(' '), ...args], options);
      if (ended.code !== 0 || ended.value === null) {
        throw new Error(`"${verb}" ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
      }
      return SHAPES[verb].parse(ended.value) as Value<typeof verb>;
    },
    remove() {
      if (existsSync(folder)) chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs the program and holds every single run to its manners: one document, no stack, no secret. */
async function program(folder: string, args: readonly string[], options: RunOptions): Promise<ProgramRun> {
  const typed = options.prose ? args : [...args, '--json'];
  const { code, stdout, stderr } = await spawned(folder, typed, options);
  const said = stdout + stderr;
  const told = `bindery ${args.join(' ')}\n${said}`;
  if (/^\s+at .+:\d+:\d+\)?$/m.test(said)) throw new Error(`A stack was printed by ${told}`);
  if (SECRETS.some((secret) => said.includes(secret))) throw new Error(`A secret was printed by ${told}`);
  if (code === null) throw new Error(`The process was killed: ${told}`);
  if (options.prose) return { code, stdout, stderr, value: null, fault: null };
  const answer = documentOf(stdout, told);
  return { code, stdout, stderr, value: answer.value ?? null, fault: answer.fault ?? null };
}

interface Answer {
  readonly ok: boolean;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly fault?: Fault;
}

function documentOf(stdout: string, told: string): Answer {
  let answer: Answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw new Error(`Standard output is not one JSON document: ${told}`);
  }
  if (answer.ok ? answer.value === undefined : answer.fault === undefined) {
    throw new Error(`Neither a value nor a fault: ${told}`);
  }
  return answer;
}

function spawned(
  folder: string,
  args: readonly string[],
  options: RunOptions,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { passphrase = OWNER_PASSPHRASE, newPassphrase } = options;
  const env: NodeJS.ProcessEnv = {
    ...withoutBindery(),
    BINDERY_HOME: join(folder, 'home'),
    ...(passphrase === null ? {} : { BINDERY_PASSPHRASE: passphrase }),
    ...(newPassphrase === undefined ? {} : { BINDERY_NEW_PASSPHRASE: newPassphrase }),
    ...options.env,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

/** What the person who runs the tests has set must not decide them. */
function withoutBindery(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BINDERY_')));
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Starts `serve` on a workspace and gives its address; it holds nothing until somebody unlocks it there. */
export function serving(disk: Disk, workspace: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', workspace, '--json'], {
    cwd: disk.folder,
    env: { ...withoutBindery(), BINDERY_HOME: disk.path('home') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (!said.includes('\n')) return;
      const answer = JSON.parse(said) as { value: { url: string } };
      resolve({
        url: answer.value.url,
        stop: () => {
          child.kill('SIGTERM');
          return gone;
        },
      });
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
}

/** The members of the way: an owner who prepares and a reviewer whose name is not Latin. */
export const OWNER = 'Ana Oñate';
export const REVIEWER = 'Борис Reviewer';
export const asReviewer: RunOptions = { passphrase: REVIEWER_PASSPHRASE };

/** Files as auditors have them: odd names, any script, empty, binary. */
export const ODD_FILES: Readonly<Record<string, string | Uint8Array>> = {
  'Zugänge – Prüfung №7 (résumé).txt': 'Grüße\r\nohne Zeilenende',
  "监査 $(touch x) 'quote'.csv": 'a,b\n1,2\n',
  'empty.log': '',
  '-rf --help.bin': Uint8Array.from({ length: 70_000 }, (_, at) => (at * 31) % 256),
  'مراجعة.md': '# مراجعة\n',
  '📎 ✅.json': '{"ok":true}',
};

/** Notes that hold most of the world's scripts. */
export const NOTES = {
  control:
    'Latin: façade. Ελληνικά: έλεγχος. Кириллица: проверка. 日本語: 監査証跡. العربية: مراجعة الحسابات. Emoji: ✅',
  item: 'Пройдено: ο έλεγχος έγινε',
};

/** A title in scripts that a page has to show. */
export const TITLE = 'Beleg für 監査 и проверка 📎';

/** A workspace with its reviewer in it. */
export async function twoMembers(disk: Disk): Promise<{ recoveryKit: string }> {
  const { recoveryKit } = await disk.done('init', ['ws', '--name', 'Harbour', '--member', OWNER]);
  await disk.done('member add', ['ws', '--name', REVIEWER, '--role', 'reviewer'], {
    newPassphrase: REVIEWER_PASSPHRASE,
  });
  return { recoveryKit };
}

/** The same two without `init`, in a workspace whose passphrases cost little to try: each command is half a second quicker. */
export async function twoMembersQuickly(disk: Disk): Promise<void> {
  const { client, close } = await createCore({ shell: 'test', home: disk.path('home'), cost: CHEAP });
  try {
    const dir = disk.path('ws');
    await client.workspace.create({ name: 'Harbour', member: OWNER, passphrase: OWNER_PASSPHRASE, dir });
    await client.members.add({ name: REVIEWER, role: 'reviewer', passphrase: REVIEWER_PASSPHRASE });
  } finally {
    await close();
  }
}

/** What stands at the end of one engagement's way. */
export interface Binder {
  readonly engagement: string;
  /** The evidence record, which holds all the files. */
  readonly evidence: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly composed: Value<'binder'>;
  readonly countersigned: Value<'countersign'>;
  readonly file: string;
  readonly status: readonly unknown[];
}

/** From an imported framework to a countersigned binder, each step by the command line; a plan is worked by its items. */
export async function toCountersigned(
  disk: Disk,
  name: string,
  framework: string,
  work: { readonly control: string } | { readonly item: string },
  files: Readonly<Record<string, string | Uint8Array>> = ODD_FILES,
): Promise<Binder> {
  const at = ['--engagement', name];
  const { engagement } = await disk.done('engagement new', ['ws', '--name', name, '--framework', framework]);
  const signed = 'control' in work ? work.control : work.item;
  if ('control' in work) await assessed(disk, at, work.control);
  else await checked(disk, at, work.item);
  const paths = Object.entries(files).map(([file, content]) => disk.write(join('evidence', file), content));
  const added = await disk.done('evidence add', [
    'ws',
    ...paths,
    '--control',
    signed,
    ...at,
    '--together',
    '--title',
    TITLE,
    '--collected',
    '2026-01-31',
  ]);
  const prepared = await disk.done('sign', ['ws', 'control', signed, '--as', 'preparer', ...at]);
  const reviewed = await disk.done('sign', ['ws', 'control', signed, '--as', 'reviewer', ...at], asReviewer);
  const file = disk.path(`${engagement.id}.pdf`);
  const composed = await disk.done('binder', ['ws', ...at, '--out', file]);
  const countersigned = await disk.done('countersign', [file, '--workspace', 'ws', '--final'], asReviewer);
  const record = added.evidence[0];
  if (record === undefined) throw new Error('No evidence was taken in.');
  const status = [prepared, reviewed].map((one) => one.status);
  return {
    engagement: engagement.id,
    evidence: record.id,
    files: record.files,
    composed,
    countersigned,
    file,
    status,
  };
}

async function assessed(disk: Disk, at: readonly string[], control: string): Promise<void> {
  const result = ['--result', 'satisfied', '--method', 'EXAMINE', '--note', NOTES.control];
  await disk.done('assess', ['ws', control, ...at, ...result]);
}

async function checked(disk: Disk, at: readonly string[], item: string): Promise<void> {
  await disk.done('checklist set', ['ws', item, ...at, '--result', 'not-satisfied', '--note', NOTES.item]);
}

/** Takes the files of evidence out again and names those that differ from what went in. */
export async function differing(disk: Disk, binder: Binder): Promise<string[]> {
  const { files } = await disk.done('evidence export', [
    'ws',
    binder.evidence,
    '--out',
    `${binder.evidence}-out`,
  ]);
  const back = new Map(files.map((file) => [basename(file.path), sha256(readFileSync(file.path))]));
  const known = new Map(binder.files.map((file) => [file.name, file.sha256]));
  const names = [...new Set([...back.keys(), ...known.keys()])];
  return names.filter((name) => back.get(name) !== known.get(name));
}
