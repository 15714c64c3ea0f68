import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes `dist/app`: every module of the program as JavaScript, at the same place in the same folders, for what is
 * packed (Node refuses to strip types under node_modules, and Electron's sandbox knows none). Types are blanked, so
 * lines and columns stay as they were written. Who measures the program as it is packed names another folder, and what
 * goes there besides.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const [named, ...besides] = process.argv.slice(2);
const target = named ?? join(root, 'dist/app');
const FOLDERS = ['shared', 'db', 'core', 'cli', 'electron', ...besides];
const EXTENSIONS: Readonly<Record<string, string>> = { '.ts': '.js', '.cts': '.cjs', '.mts': '.mjs' };

await rm(target, { recursive: true, force: true });
for (const folder of FOLDERS) await writeFolder(folder);
await cp(join(root, 'assets'), join(target, 'assets'), { recursive: true });
await cp(join(root, 'package.json'), join(target, 'package.json'));

async function writeFolder(folder: string): Promise<void> {
  for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    if (entry.isFile() && source !== import.meta.filename) await writeModule(source);
  }
}

async function writeModule(source: string): Promise<void> {
  const path = relative(root, source);
  const extension = /\.[cm]?ts$/.exec(path)?.[0];
  const to = join(target, extension ? path.slice(0, -extension.length) + EXTENSIONS[extension] : path);
  if (path.endsWith('.d.ts') || path.endsWith('tsconfig.json')) return;
  await mkdir(dirname(to), { recursive: true });
  if (extension) await writeFile(to, javaScript(await readFile(source, 'utf8')));
  else await cp(source, to);
}

/** Types blanked, and the names of our own modules as they are called now. */
function javaScript(source: string): string {
  return stripTypeScriptTypes(source).replace(
    /((?:from|import|import\(|new URL\()\s*)(['"])(\.{1,2}\/[^'"]+)(\.[cm]?ts)\2/g,
    (_all, before: string, quote: string, path: string, extension: string) =>
      `${before}${quote}${path}${EXTENSIONS[extension]}${quote}`,
  );
}
