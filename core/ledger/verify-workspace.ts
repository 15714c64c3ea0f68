import { isDeepStrictEqual } from 'node:util';
import { checkDatabase } from '../../db/open.ts';
import { appliedEvidenceFiles } from '../../db/queries/evidence.ts';
import { knownVector } from '../../db/queries/ledger.ts';
import { breathing } from '../breathing.ts';
import type { JobContext } from '../jobs.ts';
import { frameworkBlobs, type OpenWorkspace, withScratchDatabase } from '../workspace/open-workspace.ts';
import {
  type LedgerProblem,
  type LedgerVerification,
  verifyingRebuild,
  verifyLedgerTables,
  verifyRebuild,
} from './verify.ts';

/**
 * Checks chains, signatures, authority and that the vault holds what the ledger names. With `rebuild` it also reads
 * every byte of the vault and replays the ledger into a fresh database to compare every table.
 */
export async function verifyWorkspace(
  ws: OpenWorkspace,
  rebuild: boolean,
  job: JobContext,
): Promise<LedgerVerification> {
  job.step('Checking chains and signatures', 0, null);
  await pause();
  const report = verifyLedgerTables(ws, (done, total) =>
    job.step('Checking chains and signatures', done, total),
  );
  const contents = [...(rebuild ? damagedPages(ws) : []), ...(await verifyContents(ws, rebuild, job))];
  const whole = {
    ...report,
    intact: report.intact && contents.length === 0,
    problems: [...report.problems, ...contents],
  };
  if (!rebuild) return { ...whole, rebuild: null };
  job.step('Replaying into a fresh database', 0, null);
  await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
  await pause();
  return { ...whole, rebuild: await rebuilt(ws, job) };
}

/** Pages that no row leads to are read here alone. */
function damagedPages(ws: OpenWorkspace): LedgerProblem[] {
  return checkDatabase(ws.db).map((message) => ({ code: 'database-damaged', where: 'database', message }));
}

/** Rebuilds while others may work; where somebody wrote meanwhile, once more with nobody let in. */
async function rebuilt(ws: OpenWorkspace, job: JobContext): Promise<LedgerVerification['rebuild']> {
  const before = knownVector(ws.db);
  const rebuild = await withScratchDatabase(ws, (db) =>
    breathing(verifyingRebuild(ws, db), ({ done, total }) => {
      job.signal.throwIfAborted();
      job.step('Replaying into a fresh database', done, total);
    }),
  );
  if (isDeepStrictEqual(before, knownVector(ws.db))) return rebuild;
  return withScratchDatabase(ws, (db) => verifyRebuild(ws, db));
}

/** Lets the thread send what is waiting before it is busy. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Every content an applied entry names has to be in the vault; with `deep` every byte of it is read and verified. */
async function verifyContents(ws: OpenWorkspace, deep: boolean, job: JobContext): Promise<LedgerProblem[]> {
  const { blobs, originals } = frameworkBlobs(ws.db);
  const named = [...blobs, ...originals, ...appliedEvidenceFiles(ws.db)];
  const demanded = [...new Set(named)].sort();
  const problems: LedgerProblem[] = [];
  for (const [index, sha256] of demanded.entries()) {
    job.signal.throwIfAborted();
    job.step('Checking the vault', index, demanded.length);
    const flaw = await contentFlaw(ws, sha256, deep);
    if (flaw !== null) problems.push({ ...flaw, where: `content ${sha256}` });
  }
  return problems;
}

async function contentFlaw(
  ws: OpenWorkspace,
  sha256: string,
  deep: boolean,
): Promise<Omit<LedgerProblem, 'where'> | null> {
  if (!ws.vault.has(sha256))
    return { code: 'content-missing', message: 'The vault of this copy does not hold it.' };
  const fault = deep ? await ws.vault.verify(sha256) : null;
  if (fault === null) return null;
  return {
    code: 'content-damaged',
    message: 'detail' in fault ? `It is damaged: ${fault.detail}.` : 'It is damaged.',
  };
}
