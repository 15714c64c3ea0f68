import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { refuse } from '../shared/fault.ts';

/** How the reports that pipelines keep begin, whatever their format. */
const BEGINNINGS = [
  /^\{\s*"ok": (true|false)/u,
  /^<\?xml[^>]*\?>\s*<testsuites\b/u,
  /^\{\s*"\$schema": "[^"]*sarif/u,
];

/**
 * Writes a report for a pipeline: whole or not at all, over an earlier report and over nothing else. What stands in a
 * workspace, a folder, a link, a device and every other file are left as they are.
 */
export function writeReport(file: string, report: string, workspace: string): void {
  const place = join(folderOf(file), basename(file));
  const inside = relative(realpathSync(workspace), place);
  if (!inside.startsWith('..'))
    refuse({ ...NOT_THERE, detail: 'It is a place in the workspace; name another.' });
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile())
    refuse({ ...NOT_THERE, detail: 'It is no regular file; name a file.' });
  if (found !== undefined && found.size > 0 && !isReport(place))
    refuse({
      code: 'conflict',
      detail: `${basename(file)} is there already and is no report; it was left as it is.`,
      remedy: 'Name another file.',
    });
  const part = `${place}.${randomUUID()}.part`;
  try {
    writeFileSync(part, report, { flag: 'wx' });
    renameSync(part, place);
  } catch (error) {
    rmSync(part, { force: true });
    unwritable(file, error);
  }
}

const NOT_THERE = { code: 'invalid-input', where: '--out' } as const;

function folderOf(file: string): string {
  try {
    return realpathSync(dirname(file));
  } catch (error) {
    return unwritable(dirname(file), error);
  }
}

function isReport(file: string): boolean {
  const text = readFileSync(file, 'utf8').slice(0, 1000);
  return BEGINNINGS.some((beginning) => beginning.test(text));
}

function unwritable(what: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const detail = code === 'ENOSPC' ? 'there is no space left' : `it cannot be written${code && ` (${code})`}`;
  return refuse({ code: 'unavailable', what, detail });
}
