import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../shared/fault.ts';
import { newest } from './screens.ts';

/** Where Electron is, or why the workbench opens without it. */
export type ElectronHere =
  | { readonly binary: string; readonly because: null }
  | { readonly binary: null; readonly because: string };

/**
 * Looks for Electron's binary without loading its package: that would start a download where it is missing.
 */
export function electronHere(
  root: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): ElectronHere {
  const binary = binaryPath(join(root, 'node_modules/electron'), environment);
  if (binary === null) {
    return {
      binary: null,
      because:
        'Electron is not on this disk ("npm run electron:install" fetches it), so the workbench opens in your browser.',
    };
  }
  if (platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY) {
    return {
      binary: null,
      because: 'There is no display for Electron, so the workbench opens in a browser.',
    };
  }
  return { binary, because: null };
}

/** As Electron's own package finds it: `path.txt` names the executable inside `dist`. */
function binaryPath(electron: string, environment: NodeJS.ProcessEnv): string | null {
  const named = join(electron, 'path.txt');
  if (!existsSync(named)) return null;
  const folder = environment.ELECTRON_OVERRIDE_DIST_PATH || join(electron, 'dist');
  const binary = join(folder, readFileSync(named, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/** Bundles main, preload and host process anew where a source is newer than the bundle. */
export async function builtElectron(root: string, tell: (line: string) => void): Promise<void> {
  const script = join(root, 'electron/build.ts');
  if (!existsSync(script)) return;
  const bundle = join(root, 'dist/app/electron/main.js');
  const sources = ['electron', 'core', 'db', 'shared'].map((folder) => join(root, folder));
  if (existsSync(bundle) && statSync(bundle).mtimeMs >= (await newest(sources))) return;
  tell('Bundling the Electron shell; this happens once after a change.');
  const code = await new Promise<number | null>((resolve) => {
    spawn(process.execPath, [script], { cwd: root, stdio: 'inherit' }).on('exit', resolve);
  });
  if (code !== 0)
    refuse({ code: 'unavailable', what: 'The Electron shell', detail: 'it could not be bundled.' });
}
