import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as schema from '../db/schema.ts';
import { BESIDES, PACKAGES } from './support/packages.ts';
import { importsOf, packageOf, root, type SourceFile, sourceFiles } from './support/source-files.ts';

const PRODUCT = ['shared', 'db', 'core', 'server', 'electron', 'cli', 'renderer', 'verifier'];
const product = sourceFiles(PRODUCT);
const all = [...product, ...sourceFiles(['test'])];

describe('folders', () => {
  test('import only what stands below them', () => {
    expect(product.flatMap(strayImports)).toEqual([]);
  });

  test('that are no Node program name no Node module, not even as a type', () => {
    const offenders = product.filter(
      (file) => /^(shared|renderer|verifier)\//.test(file.path) && !isBuildFile(file),
    );
    expect(offenders.flatMap((file) => named(file, (specifier) => specifier.startsWith('node:')))).toEqual(
      [],
    );
  });

  test('never import in a circle: what is left at run time can always be loaded in order', () => {
    expect(circles(all)).toEqual([]);
  });

  test('name only files that exist', () => {
    const files = new Set(all.map((file) => file.path));
    const missing = all.flatMap((file) =>
      file.imports.flatMap((one) =>
        one.file !== null &&
        /\.[cm]?tsx?$/.test(one.file) &&
        !one.file.startsWith('dist/') &&
        !files.has(one.file)
          ? [`${file.path}: ${one.specifier}`]
          : [],
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('packages', () => {
  test('are listed with the folders that may use them and why', () => {
    const stray = all.flatMap((file) =>
      named(file, (specifier) => {
        const name = packageOf(specifier);
        return name !== null && !PACKAGES[name]?.folders.includes(folderOf(file.path));
      }),
    );
    expect(stray).toEqual([]);
  });

  test('that are listed are also used', () => {
    const used = new Set(all.flatMap((file) => file.imports.map((one) => packageOf(one.specifier))));
    expect(Object.keys(PACKAGES).filter((name) => !used.has(name))).toEqual([]);
  });

  test('that are installed are all listed, and all listed ones are installed', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const installed = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    // `mdast` is types alone: they come with `@types/mdast`.
    const listed = Object.keys({ ...PACKAGES, ...BESIDES }).filter((name) => name !== 'mdast');
    expect(installed.sort()).toEqual(listed.sort());
  });

  test('the database driver stays behind one module', () => {
    const users = product.filter((file) => file.imports.some((one) => one.specifier === 'better-sqlite3'));
    expect(users.map((file) => file.path)).toEqual(['db/driver.ts']);
  });

  test('PostgreSQL’s driver stays behind one module, and its pool behind the one that knows tenants', () => {
    const server = product.filter((file) => file.path.startsWith('server/'));
    const named = server.filter((file) => file.imports.some((one) => one.specifier === 'pg' && !one.erased));
    expect(named.map((file) => file.path)).toEqual(['server/database/driver.ts']);
    const pooled = server.filter((file) => /\b(?:openPool|Pool)\b/.test(file.text)).map((file) => file.path);
    expect(pooled.sort()).toEqual([
      'server/database/driver.ts',
      'server/serve.ts',
      'server/tenancy/tenancy.ts',
    ]);
  });
});

describe('tables', () => {
  const { LEDGER_TABLES, PROJECTION_TABLES, LOCAL_TABLES } = schema;

  test('are each of exactly one kind', () => {
    const kinds: readonly string[] = [...LEDGER_TABLES, ...PROJECTION_TABLES, ...LOCAL_TABLES];
    expect(kinds.filter((name, at) => kinds.indexOf(name) !== at)).toEqual([]);
  });

  test('that project the ledger are written by the projection alone', () => {
    const writers = product.filter((file) => !/^db\/(projection|migrations)\//.test(file.path));
    expect(
      writers.flatMap((file) =>
        writesTo(file.text, PROJECTION_TABLES).map((table) => `${file.path}: ${table}`),
      ),
    ).toEqual([]);
  });

  test('a write is seen however it is spelled', () => {
    const spelled = [
      'INSERT INTO head VALUES (?)',
      'insert or replace into "head" (a)',
      'UPDATE head SET a = 1',
      'delete from head',
      'REPLACE INTO `head`',
    ];
    expect(spelled.filter((sql) => writesTo(sql, ['head']).length === 0)).toEqual([]);
    expect(writesTo('SELECT * FROM head; DELETE FROM header; on update', ['head'])).toEqual([]);
  });
});

describe('files', () => {
  /** Files above the limit. A ratchet: numbers only ever go down, and names only ever leave. */
  const LONG_FILES: Readonly<Record<string, number>> = {};
  const LIMIT = 400;

  test('of the product stay short', () => {
    const long = product.filter((file) => lines(file) > (LONG_FILES[file.path] ?? LIMIT));
    expect(long.map((file) => `${file.path}: ${lines(file)} lines`)).toEqual([]);
  });

  test('that became short leave the list', () => {
    const grown = Object.keys(LONG_FILES).filter((path) => {
      const file = product.find((one) => one.path === path);
      return file === undefined || lines(file) <= LIMIT;
    });
    expect(grown).toEqual([]);
  });

  test('name no folder of anybody’s machine', () => {
    const places = ['/ho' + 'me/', '/wo' + 'rk/', '/Us' + 'ers/', '/ro' + 'ot/', 'C:\\Us' + 'ers'];
    const found = tracked().flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return places.flatMap((place) => (text.includes(place) ? [`${path}: ${place}`] : []));
    });
    expect(found).toEqual([]);
  });
});

test('the import reader sees every way to name a module', () => {
  const source = `
    import a from 'one'; import type { B } from 'two'; export * from 'three'; export type { C } from 'four';
    const d = await import('five'); type E = import('six').E; const f = require('seven'); import 'eight';
  `;
  expect(
    importsOf(join(root, 'x.ts'), source)
      .map((one) => one.specifier)
      .sort(),
  ).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'].sort());
});

// ---- the import table --------------------------------------------------------------------------------------------

type Allows = (target: string) => boolean;
const within =
  (...folders: readonly string[]): Allows =>
  (target) =>
    folders.some((folder) => target === folder || target.startsWith(`${folder}/`));

/** What a shell may know of the core: how to make one, what it is, and the doors that serve it. */
const CORE_ROOT = within('core/index.ts', 'core/root.ts', 'core/door');

const TABLE: Readonly<Record<string, Allows>> = {
  shared: within('shared'),
  'db/migrations': within('db/migrations', 'db/driver.ts'),
  db: within('db', 'shared'),
  core: within('core', 'db', 'shared', 'assets', 'package.json'),
  server: within('server', 'shared'),
  electron: (target) => within('electron', 'shared')(target) || CORE_ROOT(target),
  cli: (target) => within('cli', 'shared', 'package.json')(target) || CORE_ROOT(target),
  renderer: (target) => within('renderer', 'shared')(target) || target === 'verifier/page.ts',
  verifier: within('verifier', 'shared', 'core/binder/verify', 'package.json'),
};

function strayImports(file: SourceFile): string[] {
  const folder = /^db\/migrations\/\d/.test(file.path) ? 'db/migrations' : folderOf(file.path);
  const allows = TABLE[folder];
  if (!allows) return [`${file.path}: no rule for ${folder}`];
  return file.imports.flatMap((one) =>
    one.file !== null && !allows(one.file) ? [`${file.path} → ${one.file}`] : [],
  );
}

function named(file: SourceFile, wrong: (specifier: string) => boolean): string[] {
  return file.imports.flatMap((one) => (wrong(one.specifier) ? [`${file.path}: ${one.specifier}`] : []));
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/** Runs in Node while building and is no part of what it builds. */
function isBuildFile(file: SourceFile): boolean {
  return file.path === 'renderer/vite.config.ts' || file.path === 'verifier/page.ts';
}

function lines(file: SourceFile): number {
  return file.text.split('\n').length - 1;
}

/** Each circle of imports once, as the path around it. */
function circles(files: readonly SourceFile[]): string[] {
  const next = new Map(
    files.map((file) => [file.path, file.imports.flatMap((one) => (one.erased ? [] : (one.file ?? [])))]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const target of next.get(path) ?? []) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of next.keys()) visit(path, []);
  return found;
}

/** The tables of the list that a text writes to, in SQL or through the query builder. */
function writesTo(text: string, tables: readonly string[]): string[] {
  return tables.filter((table) => {
    const name = `["'\`\\[]?${table}\\b`;
    const sql = new RegExp(
      `\\b(?:insert\\s+(?:or\\s+\\w+\\s+)?into|replace\\s+into|delete\\s+from|update)\\s+${name}(?!\\w)`,
      'i',
    );
    const camel = table.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const built = new RegExp(`\\.(?:insert|update|delete)\\(\\s*(?:schema|tables)\\.${camel}\\b`);
    return sql.test(text) || built.test(text);
  });
}

/** Text files of the repository, as git knows them. */
function tracked(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  return listed
    .toString()
    .split('\0')
    .filter(
      (path) => /\.(ts|tsx|mts|cts|mjs|js|json|md|yml|css|html)$/.test(path) && existsSync(join(root, path)),
    );
}
