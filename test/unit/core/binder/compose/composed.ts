import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeBinder } from '../../../../../core/binder/compose/compose-binder.ts';
import type { BinderModel } from '../../../../../core/binder/model.ts';

/** A temporary folder that goes away with `using`. */
export async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'bindery-compose-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Composes a binder in a folder and answers its path. */
export async function composedIn(path: string, model: BinderModel, name = 'binder.pdf'): Promise<string> {
  const file = join(path, name);
  await composeBinder(model, file);
  return file;
}

export function run(tool: string, ...args: string[]): string {
  return execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** The text of pages as a stranger's tool reads it, with white space made single. */
export function textOf(file: string, first?: number, last?: number): string {
  const pages = [...(first ? ['-f', String(first)] : []), ...(last ? ['-l', String(last)] : [])];
  return run('pdftotext', ...pages, file, '-').replace(/\s+/gu, ' ');
}
