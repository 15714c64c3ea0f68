import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyLedgerTables, verifyRebuild } from '../../core/ledger/verify.ts';
import { systemPorts } from '../../core/ports.ts';
import {
  frameworkBlobs,
  namedContents,
  sealAndClose,
  withScratchDatabase,
} from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';

const CHILD = fileURLToPath(new URL('./killable.ts', import.meta.url));

export interface KillOutcome {
  /** Whether the work had ended before the kill. */
  readonly finished: boolean;
  /** Milliseconds from READY to the end or the kill. */
  readonly after: number;
}

/** When a process is killed: so long after it began, as soon as something is so, or never. */
export type KillAfter = number | (() => boolean) | null;

/** Starts the work in a process of its own and kills it -9 then. */
export function runAndKill(args: readonly string[], killAfter: KillAfter): Promise<KillOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let ready = 0;
    let finished = false;
    let ended = 0;
    let errors = '';
    const killWhen = (isSo: () => boolean) => {
      const asking = setInterval(() => isSo() && child.kill('SIGKILL'), 2);
      child.on('close', () => clearInterval(asking));
    };
    child.stderr.on('data', (text: Buffer) => {
      errors += text.toString();
    });
    child.stdout.on('data', (text: Buffer) => {
      const said = text.toString();
      if (said.includes('READY')) {
        ready = performance.now();
        if (typeof killAfter === 'number') setTimeout(() => child.kill('SIGKILL'), killAfter);
        if (typeof killAfter === 'function') killWhen(killAfter);
      }
      if (said.includes('DONE')) {
        finished = true;
        ended = performance.now();
      }
    });
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0)
        resolve({ finished, after: (ended || performance.now()) - ready });
      else reject(new Error(`the process ended with ${code}: ${errors.slice(-2000)}`));
    });
  });
}

/** What is left after a kill: opened, tidied, verified, replayed and counted. */
export async function inspect(dir: string, passphrase: string) {
  const open = await unlockWorkspace(systemPorts, { dir, passphrase });
  try {
    await open.loadFrameworks(frameworkBlobs(open.db).blobs);
    const ledger = verifyLedgerTables(open);
    const rebuild = await withScratchDatabase(open, (db) => verifyRebuild(open, db));
    const named = namedContents(open.db);
    const missing = [...named].filter((sha256) => !open.vault.has(sha256));
    const damaged = (await Promise.all([...named].map((sha256) => open.vault.verify(sha256)))).filter(
      (fault) => fault !== null,
    );
    const count = (table: string) =>
      (open.db.prepare(`SELECT count(*) n FROM ${table}`).get() as { n: number }).n;
    return {
      intact: ledger.intact,
      problems: ledger.problems,
      differences: rebuild.differences,
      missing,
      damaged,
      orphans: open.vault.list().length - named.size,
      incoming: existsSync(join(dir, 'incoming')) ? readdirSync(join(dir, 'incoming')) : [],
      counts: {
        frameworks: count('framework'),
        controls: count('control'),
        evidence: count('evidence'),
        files: count('evidence_file'),
        binders: count('binder'),
      },
    };
  } finally {
    sealAndClose(open);
  }
}

/** Everything whole and nothing left over. */
export const WHOLE = {
  intact: true,
  problems: [],
  differences: [],
  missing: [],
  damaged: [],
  orphans: 0,
  incoming: [],
};
