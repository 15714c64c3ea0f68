import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkspaceFolder, type WorkspacePaths } from '../../../../core/workspace/folder.ts';
import type { Argon2Cost } from '../../../../core/workspace/key-file.ts';
import type { MemberSecrets } from '../../../../core/workspace/key-slots.ts';
import { type Fault, FaultError } from '../../../../shared/fault.ts';

/** Cheap enough for tests; real files take the default. */
export const CHEAP: Argon2Cost = { memoryKiB: 64, passes: 1, lanes: 1 };

export function temporaryWorkspace(): WorkspacePaths {
  return createWorkspaceFolder(join(mkdtempSync(join(tmpdir(), 'bindery-workspace-')), 'w'));
}

export function removeWorkspace(paths: WorkspacePaths): void {
  rmSync(join(paths.dir, '..'), { recursive: true, force: true });
}

export function secretsOf(member: string): MemberSecrets {
  const key = (kind: string) => Buffer.from(`${kind} of ${member}`).toString('base64');
  return { member, ledgerKey: key('ledger key'), pdfKey: key('pdf key'), passphraseSetByOther: false };
}

/** The fault a piece of work is refused with; fails where it is not refused. */
export async function faultOf(work: () => unknown): Promise<Fault> {
  try {
    await work();
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  throw new Error('nothing was refused');
}

export function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
}

/** Everything a stranger can read in a folder: names and bytes. */
export function readableIn(dir: string): string {
  return filesUnder(dir)
    .map((path) => path + readFileSync(path).toString('latin1'))
    .join('\n');
}

/** A clock that stands still until it is told. */
export function standingClock(start = Date.UTC(2026, 2, 1)) {
  let now = start;
  return {
    now: () => now,
    add(seconds: number) {
      now += seconds * 1000;
    },
  };
}
