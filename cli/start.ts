import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { homeOf } from '../core/door/home.ts';
import { tell } from '../shared/fault-sentences.ts';
import { startBrowserShell } from './browser-shell/server.ts';
import { builtElectron, type ElectronHere, electronHere } from './electron-here.ts';
import { crashReport, faultOf } from './faults.ts';
import { builtScreens, rootFolder } from './screens.ts';
import { linkHint, stopSignal, untilStopped } from './stopping.ts';

/** `npm start`: the workbench in Electron where its binary is on disk, else in the browser; says which and why. */
try {
  await openWorkbench();
} catch (error) {
  const { happened, remedy } = tell(faultOf(error, process.env.BINDERY_LOG));
  say(`${happened}\n${remedy}`);
  process.exitCode = 1;
}

async function openWorkbench(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, browser: { type: 'boolean' }, open: { type: 'boolean' } },
    strict: false,
  });
  const electron: ElectronHere =
    values.browser === true
      ? { binary: null, because: 'The workbench opens in the browser, as asked.' }
      : electronHere(rootFolder(), process.env, process.platform);
  const screens = await builtScreens(say);
  if (electron.binary !== null) return openElectron(electron.binary);
  say(electron.because);
  await openBrowserShell(screens, Number(values.port ?? 0), values.open === true);
}

async function openElectron(binary: string): Promise<void> {
  const root = rootFolder();
  await builtElectron(root, say);
  say(`The workbench opens in Electron: its binary is on this disk (${binary}).`);
  const child = spawn(binary, [root], { stdio: 'inherit' });
  stopSignal().addEventListener('abort', () => child.kill());
  process.exitCode = await new Promise<number>((resolve) => {
    child.on('exit', (code) => resolve(code ?? 1));
    child.on('error', () => resolve(1));
  });
}

async function openBrowserShell(screens: string, port: number, open: boolean): Promise<void> {
  const stop = stopSignal();
  const shell = await startBrowserShell({
    home: homeOf(process.env),
    screens,
    port,
    crashed: crashReport(process.env.BINDERY_LOG, say),
  });
  const url = shell.link();
  say(`\n  ${url}\n\n${linkHint()}`);
  if (open) openInBrowser(url);
  await untilStopped(stop, () => say(shell.link()));
  await shell.close();
}

/** Only when asked: by default the person decides which browser sees the link. */
function openInBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'win32'
      ? ['explorer.exe', url]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', url];
  spawn(command ?? 'xdg-open', args, { stdio: 'ignore', detached: true })
    .on('error', () => say('No browser could be opened; use the link.'))
    .unref();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
