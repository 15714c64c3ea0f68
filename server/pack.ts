import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ServerFault } from './fault.ts';

/**
 * Copies the server and what it needs, and nothing else of the repository, into a folder: what a container image holds.
 * Node 24 runs it as it is. PostgreSQL's own programs stay out, since there the database is a service beside it.
 *
 *   node server/pack.ts FOLDER
 */
const ROOT = join(import.meta.dirname, '..');
const NEEDED = [
  '@hono/node-server',
  '@orpc/contract',
  '@orpc/openapi',
  '@orpc/server',
  '@orpc/zod',
  'aws4fetch',
  'canonicalize',
  'drizzle-orm',
  'hono',
  'openid-client',
  'pg',
  'prom-client',
  'zod',
];

interface Locked {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export async function pack(folder: string): Promise<readonly string[]> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const found = closure(lock.packages, NEEDED);
  await mkdir(folder, { recursive: true });
  for (const part of ['server', 'shared'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  for (const path of found)
    await cp(join(ROOT, path), join(folder, path), { recursive: true, dereference: true });
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify({ name: 'bindery-server', private: true, type: 'module' })}\n`,
  );
  return found;
}

/** Where each package and what it asks for stands, by the lock file's way of looking: nearest folder first. */
function closure(packages: Readonly<Record<string, Locked>>, names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string, isWanted: boolean): void => {
    const path = nearest(packages, name, from);
    if (path === null) {
      if (isWanted) throw new ServerFault(`${name} is not in the lock file.`);
      return;
    }
    if (found.has(path)) return;
    found.add(path);
    const { dependencies, peerDependencies, peerDependenciesMeta } = packages[path] ?? {};
    for (const one of Object.keys(dependencies ?? {})) visit(one, path, true);
    for (const one of Object.keys(peerDependencies ?? {})) {
      if (!peerDependenciesMeta?.[one]?.optional) visit(one, path, false);
    }
  };
  for (const name of names) visit(name, '', true);
  return [...found].sort();
}

function nearest(packages: Readonly<Record<string, Locked>>, name: string, from: string): string | null {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (packages[path]) return path;
    if (at === '') return null;
  }
}

if (process.argv[1] === import.meta.filename) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new ServerFault('Say where to: node server/pack.ts FOLDER');
  const packed = await pack(resolve(folder));
  console.log(`The server and ${packed.length} packages are in ${folder}.`);
}
