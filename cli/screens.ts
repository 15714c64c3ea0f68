import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuse } from '../shared/fault.ts';

/** The built screens, made anew where this is a checkout and a source is newer than they are. */
export async function builtScreens(tell: (line: string) => void): Promise<string> {
  const root = rootFolder();
  const screens = join(root, 'dist/renderer');
  const sources = ['renderer', 'shared', 'verifier', 'core/binder/verify'].map((folder) =>
    join(root, folder),
  );
  if (!existsSync(join(root, 'renderer/vite.config.ts'))) return screens;
  if ((await newest(sources)) <= (await modified(join(screens, 'index.html')))) return screens;
  tell('Building the screens; this happens once after a change.');
  await build(root);
  return screens;
}

/** The folder of the checkout or of the installed package; what is packed runs from `dist/app` inside it. */
export function rootFolder(): string {
  const above = fileURLToPath(new URL('..', import.meta.url));
  const inside = /[\\/]dist[\\/]app[\\/]$/.test(above);
  return resolve(above, inside ? '../..' : '.');
}

async function build(root: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'];
  const code = await new Promise<number | null>((done) => {
    // What the build says goes to standard error: standard output belongs to the command's own document.
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', process.stderr, process.stderr],
    });
    child.on('error', () => done(null));
    child.on('exit', done);
  });
  if (code !== 0) refuse({ code: 'unavailable', what: 'The screens', detail: 'they could not be built.' });
}

/** Milliseconds since 1970 of the newest file under the folders. */
export async function newest(folders: readonly string[]): Promise<number> {
  const times = await Promise.all(
    folders.map(async (folder) => {
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      return Promise.all(
        files.map((file) => (file.isFile() ? modified(join(file.parentPath, file.name)) : 0)),
      );
    }),
  );
  return Math.max(0, ...times.flat());
}

async function modified(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.mtimeMs ?? 0;
}
