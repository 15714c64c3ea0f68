import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type Page } from 'playwright-core';
import { builtElectron, electronHere } from '../../cli/electron-here.ts';
import { builtScreens } from '../../cli/screens.ts';
import { launchChromium } from './browser.ts';

/** The workbench on an empty disk, as a person meets it after `npm start`. */
export interface OpenShell {
  readonly page: Page;
  /** The folder where workspaces go; empty at the start. */
  readonly home: string;
  /** What the page complained of: script errors, refused policies, calls to anywhere else. Expect it to be empty. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface ShellKind {
  /** For `describe.each(SHELLS)('… $name', …)`: the test runner counts real Electron by these words. */
  readonly name: 'in the browser shell' | 'in Electron';
  readonly present: boolean;
  open(): Promise<OpenShell>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const electron = electronHere(root, process.env, process.platform);

/** The shells that scenarios run in; use `describe.runIf(shell.present)`. */
export const SHELLS: readonly ShellKind[] = [
  { name: 'in the browser shell', present: true, open: () => openBrowserShell() },
  { name: 'in Electron', present: electron.binary !== null, open: openElectron },
];

/**
 * Starts `npm start`'s program on an empty home and opens its link at the size the product promises to work at.
 * `furnish` puts workspaces there first, for scenarios that begin in the middle of the work.
 */
export async function openBrowserShell(furnish?: (home: string) => Promise<void>): Promise<OpenShell> {
  const home = await emptyHome();
  await furnish?.(home);
  await builtScreens(() => undefined);
  const program = spawn(process.execPath, [join(root, 'cli/start.mjs'), '--browser'], {
    cwd: home,
    env: { ...process.env, BINDERY_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await linkOf(program);
  const browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, acceptDownloads: true });
  const page = await context.newPage();
  const complaints = listen(page, new URL(url).origin);
  await page.goto(url);
  return {
    page,
    home,
    complaints,
    async close() {
      await browser.close();
      await ended(program);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function openElectron(): Promise<OpenShell> {
  if (electron.binary === null) throw new Error(electron.because);
  const home = await emptyHome();
  await builtScreens(() => undefined);
  await builtElectron(root, () => undefined);
  const app = await _electron.launch({
    executablePath: electron.binary,
    args: [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...process.env, BINDERY_HOME: home } as Record<string, string>,
  });
  const page = await app.firstWindow();
  return {
    page,
    home,
    complaints: listen(page, 'app://bindery'),
    async close() {
      await app.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function emptyHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'bindery-home-'));
}

function listen(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: called } = new URL(request.url());
    if (
      protocol !== 'blob:' &&
      protocol !== 'data:' &&
      called !== origin &&
      !request.url().startsWith(origin)
    ) {
      complaints.push(`called ${request.url()}`);
    }
  });
  return complaints;
}

/** The link that the program prints once it listens. */
function linkOf(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    program.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const link = /http:\/\/127\.0\.0\.1:\d+\/#\S+/.exec(said);
      if (link) resolve(link[0]);
    });
    program.on('exit', (code) => reject(new Error(`The browser shell ended with ${code}: ${said}`)));
  });
}

async function ended(program: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGTERM');
  await gone;
}
