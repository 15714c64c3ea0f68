import { expect } from 'vitest';
import { companySigner } from '../support/signers.ts';
import { makeEngagement } from '../support/workspaces.ts';
import { problemsOf, verifyBytes } from '../unit/core/binder/verify/verify.ts';
import { honestBinder } from './honest-way.ts';

/** Composes and signs that many binders, each as its seed wants it, and holds the verifier to calling none of them bad. */
export async function callNoneBad(count: number): Promise<void> {
  const workspace = await makeEngagement({ Rita: 'reviewer' });
  try {
    const outsider = await companySigner('Überseehafen GmbH', workspace.home);
    const bad: unknown[] = [];
    const seen = { signers: new Set<number>(), signOffs: 0, voided: 0, omitted: 0, files: 0 };
    for (let seed = 1; seed <= count; seed += 1) {
      const { bytes, signers } = await honestBinder(workspace, seed, outsider);
      const report = await verifyBytes(bytes);
      if (report.verdict !== 'valid-unknown-signer') bad.push({ seed, problems: problemsOf(report) });
      const trust = [...report.signatures.map(({ certificatePem }) => certificatePem), outsider.trustPem];
      const known = await verifyBytes(bytes, { trust });
      if (known.verdict !== 'valid') bad.push({ seed, verdict: known.verdict });
      seen.signers.add(signers);
      seen.signOffs += report.signOffs.recomputed;
      seen.voided += report.signOffs.voided;
      seen.omitted += report.manifest?.omitted.length ?? 0;
      seen.files += report.manifest?.files ?? 0;
    }
    expect(bad).toEqual([]);
    expect([...seen.signers].sort()).toEqual([1, 2, 3]);
    // That the dice did fall: there was something to call bad.
    expect(seen.signOffs).toBeGreaterThan(count);
    expect(Math.min(seen.voided, seen.omitted)).toBeGreaterThan(count / 20);
    expect(seen.files).toBeGreaterThan(4 * count);
  } finally {
    await workspace.close();
  }
}
