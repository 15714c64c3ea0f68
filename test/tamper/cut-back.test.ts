import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chainLeaves } from '../../core/ledger/checkpoint.ts';
import { sha256, signLedger } from '../../core/ledger/keys.ts';
import { systemPorts } from '../../core/ports.ts';
import { sealAndClose } from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import { canonicalBytes, type Json, toHex } from '../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../shared/ledger/merkle.ts';
import { finish, makeEngagement, passphraseOf } from '../support/workspaces.ts';
import { makeSigner } from '../unit/core/binder/verify/signer.ts';
import { problemsOf, verifyBytes } from '../unit/core/binder/verify/verify.ts';
import { dishonest } from './contents.ts';
import { type RealBinder, unsigned } from './real-binder.ts';

it('a chain cut back in the checkpoint before what another author had seen of it is named', async () => {
  const workspace = await makeEngagement({ Ben: 'auditor' });
  const { api, dir } = workspace;
  try {
    await workspace.as('Ben');
    await api.assessments.set({ control: 'AC-1', result: 'satisfied' });
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    await api.assessments.set({ control: 'CM-1', note: 'It does not hold.' });
    await workspace.as('Ada');
    await api.assessments.set({ control: 'CM-1', note: 'It holds.' });
    const out = workspace.file('binder.pdf', '');
    await finish(api, api.binders.compose({ out, force: true }));
    const once = readFileSync(out);
    expect(problemsOf(await verifyBytes(once))).toEqual([]);
    await api.workspace.lock();
    const ws = await unlockWorkspace(systemPorts, { dir, passphrase: passphraseOf('Ada') });
    const key = ws.ledgerKey;
    const ids = ws.db.prepare('SELECT id FROM writer').pluck().all() as string[];
    const leaves = new Map(ids.map((id) => [id, chainLeaves(ws, id)]));
    sealAndClose(ws);
    const binder = {
      once,
      unsigned: unsigned(once),
      stranger: makeSigner('Mallory'),
    } as unknown as RealBinder;
    const forged = dishonest(binder, ({ extract, proofs, checkpoint }) => {
      const ben = extract.writers.find(({ memberName }) => memberName === 'Ben')?.id ?? '';
      const kept = (leaves.get(ben) ?? []).slice(0, -1);
      const tree = MerkleTree.of(sha256, kept);
      const cut = {
        size: kept.length,
        head: toHex(kept.at(-1) ?? new Uint8Array()),
        root: toHex(tree.root()),
      };
      const { body } = checkpoint;
      body.chains = body.chains.map((chain) => (chain.writer === ben ? { ...chain, ...cut } : chain));
      const isKept = (writer: unknown, seq: number) => writer !== ben || seq <= kept.length;
      extract.entries = extract.entries.filter(({ entry }) => isKept(entry.writer, Number(entry.seq)));
      extract.seals = extract.seals.filter(({ header }) => isKept(header.writer, header.from));
      proofs.inclusion = proofs.inclusion.filter(({ writer, seq }) => isKept(writer, seq));
      for (const proof of proofs.inclusion)
        if (proof.writer === ben) proof.path = tree.inclusionProof(proof.seq - 1).map(toHex);
      const signature = signLedger(key, canonicalBytes(body as unknown as Json));
      checkpoint.signature = Buffer.from(signature, 'hex').toString('base64url');
    });
    const found = problemsOf(await verifyBytes(forged)).map((problem) => problem.replace(/\w{8}:/, ''));
    expect(found).toContain('proof-failed @ ledger segment 6');
    expect(found).toContain('proof-failed @ ledger entry 6');
  } finally {
    await workspace.close();
  }
});
