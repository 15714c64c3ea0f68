import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file of ours and what it imports. */
export interface SourceFile {
  /** From the root, with forward slashes: `core/root.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}
export interface Import {
  readonly specifier: string;
  /** The file of ours it names, or null for a package or a Node module. */
  readonly file: string | null;
  /** Nothing of it is left at run time. */
  readonly erased: boolean;
}

const SOURCES = ['.ts', '.tsx', '.mts', '.cts', '.mjs', '.cjs', '.js'];

/** Every source file under the folders, parsed. */
export function sourceFiles(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && SOURCES.includes(extname(entry.name)))
      .map((entry) => read(join(entry.parentPath, entry.name))),
  );
}

function read(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  return { path: slashed(relative(root, file)), text, imports: importsOf(file, text) };
}

/** Static, dynamic, type-only, re-exported and required: whatever names another module. */
export function importsOf(file: string, text: string): Import[] {
  const { program, module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const found: Named[] = [
    ...module.staticImports.map((one) => ({
      specifier: one.moduleRequest.value,
      erased: isTypeOnly(text.slice(one.start, one.end)),
    })),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) =>
        entry.moduleRequest
          ? [{ specifier: entry.moduleRequest.value, erased: isTypeOnly(text.slice(one.start, one.end)) }]
          : [],
      ),
    ),
    ...writtenInside(program),
  ];
  const kept = new Set(found.filter((one) => !one.erased).map((one) => one.specifier));
  return [...new Set(found.map((one) => one.specifier))].map((specifier) => ({
    specifier,
    file: fileNamed(file, specifier),
    erased: !kept.has(specifier),
  }));
}

interface Named {
  readonly specifier: string;
  readonly erased: boolean;
}

/** `import type` leaves nothing behind; `import { type A }` still runs the module. */
function isTypeOnly(statement: string): boolean {
  return /^(import|export)\s+type\b(?!\s*(,|from\b))/.test(statement);
}

/** `import('x')` in code and in types, `require('x')`, `import x = require('x')`. */
function writtenInside(node: unknown): Named[] {
  if (Array.isArray(node)) return node.flatMap(writtenInside);
  if (typeof node !== 'object' || node === null) return [];
  const inside = Object.values(node).flatMap(writtenInside);
  const { type, source, expression, callee, arguments: given } = node as Readonly<Record<string, unknown>>;
  if (type === 'ImportExpression') return [...named(source, false), ...inside];
  if (type === 'TSImportType') return [...named(source, true), ...inside];
  if (type === 'TSExternalModuleReference') return [...named(expression, false), ...inside];
  const isRequire = type === 'CallExpression' && (callee as { name?: unknown }).name === 'require';
  return isRequire && Array.isArray(given) ? [...named(given[0], false), ...inside] : inside;
}

function named(literal: unknown, erased: boolean): Named[] {
  const { value } = (literal ?? {}) as { readonly value?: unknown };
  return typeof value === 'string' ? [{ specifier: value, erased }] : [];
}

function fileNamed(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return slashed(relative(root, resolve(dirname(from), specifier.split('?')[0] ?? specifier)));
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

/** The name of the npm package a specifier belongs to, or null for a file or a Node module. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return null;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? null);
}
