import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type VerifyOptions, verifyBinder } from '../../../../../core/binder/verify/index.ts';
import type { VerifyReport } from '../../../../../shared/domain/binder.ts';
import { finish, OWNER, type TestWorkspace } from '../../../../support/workspaces.ts';

/** Verifies bytes through a real file in a folder of their own. */
export async function verifyBytes(bytes: Uint8Array, options: VerifyOptions = {}): Promise<VerifyReport> {
  const folder = await mkdtemp(join(tmpdir(), 'bindery-verify-'));
  try {
    const path = join(folder, 'binder.pdf');
    await writeFile(path, bytes);
    return await verifyBinder(path, options);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `code @ where` of each problem: what a test states. */
export function problemsOf(report: VerifyReport): string[] {
  return report.problems.map(({ code, where }) => `${code} @ ${where}`);
}

/** What is said of a binder that the owner composes of the workspace as it stands. */
export async function verifiedBinder(w: TestWorkspace) {
  await w.as(OWNER);
  const out = w.file('binder.pdf', '');
  await finish(w.api, w.api.binders.compose({ out, force: true }));
  return verifyBinder(out);
}
