import { chainLeaves } from '../../../core/ledger/checkpoint.ts';
import { sha256, signLedger } from '../../../core/ledger/keys.ts';
import { systemPorts } from '../../../core/ports.ts';
import { sealAndClose } from '../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../core/workspace/unlock-workspace.ts';
import { canonicalBytes, type Json, toHex } from '../../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../../shared/ledger/merkle.ts';
import { forkedDesk } from '../../support/forked-desk.ts';
import { passphraseOf } from '../../support/workspaces.ts';
import { makeSigner } from '../../unit/core/binder/verify/signer.ts';
import type { Attack, Family } from '../attack.ts';
import { type Contents, dishonest } from '../contents.ts';

/** A binder of a workspace in which a device went on twice, and what its composer holds: their key, and the ledger. */
interface Forked {
  readonly once: Buffer;
  /** The entry hashes of each chain from its writer's first entry on. */
  readonly leaves: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly sign: (body: Contents['checkpoint']['body']) => string;
}

/**
 * Ben goes on twice, in each history with two sign-offs; Rita accepts one of the second, and Ada
 * decides between two values that stand side by side. */
async function makeForked(): Promise<Forked> {
  const desk = await forkedDesk({ Ben: 'auditor', Rita: 'reviewer' });
  try {
    const ben = await desk.world.source.as('Ben');
    await ben.assessments.set({ control: 'CM-1', note: 'seen before' });
    await desk.goOnTwice('Ben', async (api, side) => {
      for (const control of side === 'here' ? ['AC-1', 'CM-1'] : ['AC-2', 'CM-1']) {
        await api.assessments.set({ control, result: 'satisfied', note: `seen ${side}` });
        await api.review.sign({ kind: 'assessment', id: control, as: 'preparer' });
      }
    });
    await desk.bring(desk.world.source.api);
    await desk.bring(desk.twin().api);
    const { api, dir } = desk.laptop;
    await api.workspace.lock();
    await api.workspace.unlock({ dir, passphrase: passphraseOf('Rita') });
    await api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'reviewer' });
    await api.workspace.lock();
    await api.workspace.unlock({ dir, passphrase: passphraseOf('Ada') });
    await api.assessments.set({ control: 'CM-1', note: 'decided between the two' });
    const once = await desk.compose(api);
    await api.workspace.lock();
    const ws = await unlockWorkspace(systemPorts, { dir, passphrase: passphraseOf('Ada') });
    const key = ws.ledgerKey;
    const ids = ws.db.prepare('SELECT id FROM writer').pluck().all() as string[];
    const leaves = new Map(ids.map((id) => [id, chainLeaves(ws, id)]));
    sealAndClose(ws);
    const sign = (body: Contents['checkpoint']['body']) =>
      Buffer.from(signLedger(key, canonicalBytes(body as unknown as Json)), 'hex').toString('base64url');
    return { once, leaves, sign };
  } finally {
    await desk.close();
  }
}

let made: Promise<Forked> | undefined;

/** A composer who writes the embedded files over, and signs the checkpoint with the key that is really theirs. */
const composer =
  (edit: (contents: Contents, forked: Forked) => void): Attack['file'] =>
  async (binder) => {
    made ??= makeForked();
    const forked = await made;
    const { once } = forked;
    const unsigned = once.subarray(0, once.indexOf('%%EOF') + 6);
    return dishonest({ ...binder, once, unsigned, stranger: makeSigner('Mallory') }, (contents) => {
      edit(contents, forked);
      contents.checkpoint.signature = forked.sign(contents.checkpoint.body);
    });
  };

/** The two histories in a binder: that of AC-1, and that of AC-2, which Rita accepted. */
function historiesIn({ extract, checkpoint }: Contents) {
  const of = (label: string) => extract.signOffs.find((one) => one.label.startsWith(label))?.writer ?? '';
  const chain = (id: string) => {
    const found = checkpoint.body.chains.find(({ writer }) => writer === id);
    if (found?.branch === undefined) throw new Error('it is no history of a device that went on twice');
    return { ...found, branch: found.branch };
  };
  return { first: chain(of('AC-1')), second: chain(of('AC-2')) };
}

/** Takes everything out that a chain holds of its own; of the checkpoint it goes where that is said. */
function drop(contents: Contents, id: string, { named = false } = {}): void {
  const { extract, proofs, checkpoint, manifest } = contents;
  const signOffs = extract.signOffs.length;
  extract.entries = extract.entries.filter(({ chain }) => chain !== id);
  extract.signOffs = extract.signOffs.filter(({ writer }) => writer !== id);
  extract.writers = extract.writers.filter((writer) => writer.id !== id);
  manifest.counts.signOffs -= signOffs - extract.signOffs.length;
  proofs.inclusion = proofs.inclusion.filter(({ writer }) => writer !== id);
  if (named) return;
  proofs.branches = proofs.branches?.filter(({ writer }) => writer !== id);
  checkpoint.body.chains = checkpoint.body.chains.filter(({ writer }) => writer !== id);
}

const LONE = 'proof-failed @ ledger chain *';
const SEAL = 'author-signature @ ledger segment *';
const ENTRY = 'entry-mismatch @ ledger entry *';

const rootOf = (leaves: readonly Uint8Array[]): string => toHex(MerkleTree.of(sha256, leaves).root());

export const HISTORIES: Family = {
  name: 'A device that went on twice',
  about:
    'A copied folder or a restored backup wrote two histories under the same numbers. Its entries are really its author’s; the composer tells them otherwise than they were written.',
  attacks: [
    {
      title: 'One of the two histories is dropped, from the checkpoint as well',
      file: composer((contents) => drop(contents, historiesIn(contents).second.writer)),
      found: [LONE],
    },
    {
      title: 'One of the two is dropped that the checkpoint names',
      file: composer((contents) => {
        const { second } = historiesIn(contents);
        drop(contents, second.writer, { named: true });
        const { first } = second.branch;
        contents.extract.between = contents.extract.between.filter(({ seq, writer }) => {
          return writer !== second.branch.of || Number(seq) <= second.branch.after || first === '';
        });
      }),
      found: ['author-signature @ *'],
    },
    {
      title: 'The checkpoint names one of the two alone, and both are shown',
      file: composer((contents) => {
        const { second } = historiesIn(contents);
        const { body } = contents.checkpoint;
        body.chains = body.chains.filter(({ writer }) => writer !== second.writer);
      }),
      found: [LONE, 'proof-failed @ ledger entry *', SEAL],
    },
    {
      title: 'What one of the two wrote is told as the other’s',
      file: composer((contents) => {
        const { first, second } = historiesIn(contents);
        for (const entry of contents.extract.entries)
          if (entry.chain === second.writer) entry.chain = first.writer;
      }),
      found: [ENTRY],
    },
    {
      title: 'A sign-off of one of the two is listed as the other’s',
      file: composer((contents) => {
        const { first, second } = historiesIn(contents);
        for (const one of contents.extract.signOffs)
          if (one.writer === second.writer) one.writer = first.writer;
      }),
      found: ['sign-off-mismatch @ sign-off *'],
    },
    {
      title: 'The end of one is joined to the beginning of the other',
      file: composer((contents, { leaves }) => {
        const { first, second } = historiesIn(contents);
        const cut = first.branch.after + 2;
        const joined = [
          ...(leaves.get(first.writer) ?? []).slice(0, cut),
          ...(leaves.get(second.writer) ?? []).slice(cut),
        ];
        const { chains } = contents.checkpoint.body;
        contents.checkpoint.body.chains = chains.map((chain) =>
          chain.writer === first.writer
            ? { ...chain, size: joined.length, head: second.head, root: rootOf(joined) }
            : chain,
        );
        const tree = MerkleTree.of(sha256, joined);
        for (const entry of contents.extract.entries)
          if (entry.chain === second.writer && Number(entry.entry.seq) > cut) entry.chain = first.writer;
        for (const proof of contents.proofs.inclusion)
          if (proof.writer === second.writer && proof.seq > cut) {
            proof.writer = first.writer;
            proof.path = tree.inclusionProof(proof.seq - 1).map(toHex);
          }
        for (const one of contents.proofs.branches ?? [])
          if (one.writer === first.writer) one.path = tree.consistencyProof(first.branch.after).map(toHex);
      }),
      found: [ENTRY],
    },
    {
      title: 'Both are told as one: the end of the second joined to the first, and no word of a fork',
      file: composer((contents, { leaves }) => {
        const { first, second } = historiesIn(contents);
        const base = first.branch.of;
        const cut = first.branch.after + 2;
        const joined = [
          ...(leaves.get(first.writer) ?? []).slice(0, cut),
          ...(leaves.get(second.writer) ?? []).slice(cut),
        ];
        toldAsOne(contents, base, joined, ({ chain, seq }) => seq > cut === (chain === second.writer));
      }),
      found: ['proof-failed @ *'],
    },
    {
      title: 'One of the two is told as all there is, while others had seen the second',
      file: composer((contents, { leaves }) => {
        const { first } = historiesIn(contents);
        const kept = leaves.get(first.writer) ?? [];
        toldAsOne(contents, first.branch.of, kept, ({ chain }) => chain === first.writer);
      }),
      found: ['proof-failed @ ledger segment *'],
    },
    {
      title: 'A history is said to part where it does not',
      file: composer((contents) => {
        const { second } = historiesIn(contents);
        for (const { writer, branch } of contents.checkpoint.body.chains)
          if (writer === second.writer && branch) branch.after += 1;
      }),
      found: [LONE],
    },
    {
      title: 'A history is given another first entry',
      file: composer((contents) => {
        const { first, second } = historiesIn(contents);
        for (const { writer, branch } of contents.checkpoint.body.chains)
          if (writer === second.writer && branch) branch.first = first.branch.first;
      }),
      found: [LONE],
    },
    {
      title: 'A second history is made up of which nothing was ever signed',
      file: composer((contents, { leaves }) => {
        const { second } = historiesIn(contents);
        drop(contents, second.writer, { named: true });
        const { extract, proofs } = contents;
        const gone = new Set(
          extract.seals.filter(({ header }) => header.head === second.head).map(({ signature }) => signature),
        );
        extract.seals = extract.seals.filter(({ signature }) => !gone.has(signature));
        proofs.inclusion = proofs.inclusion.filter(({ writer }) => leaves.has(writer));
      }),
      found: ['author-signature @ ledger *'],
    },
    {
      title: 'What leads from where they part to a later sign-off is left out',
      file: composer(({ extract, checkpoint }) => {
        const [chain] = checkpoint.body.chains.filter(({ branch }) => branch !== undefined);
        const after = chain?.branch?.after ?? 0;
        extract.seals = extract.seals.filter(
          ({ header }) => header.writer !== chain?.branch?.of || header.from !== after + 1,
        );
      }),
      found: [SEAL],
    },
  ],
};

/** One chain under the writer's own name in place of all its histories, with what is kept of them. */
function toldAsOne(
  contents: Contents,
  base: string,
  leaves: readonly Uint8Array[],
  keeps: (place: { readonly chain: string | undefined; readonly seq: number }) => boolean,
): void {
  const { extract, proofs, checkpoint, manifest } = contents;
  const tree = MerkleTree.of(sha256, leaves);
  const branches = new Set(
    checkpoint.body.chains.flatMap(({ writer, branch }) => (branch?.of === base ? [writer] : [])),
  );
  const isKept = (chain: string | undefined, seq: number) =>
    chain === undefined || !branches.has(chain) || keeps({ chain, seq });
  const before = extract.signOffs.length;
  extract.signOffs = extract.signOffs
    .filter(({ writer, seq }) => isKept(writer, seq))
    .map((one) => (branches.has(one.writer) ? { ...one, writer: base } : one));
  manifest.counts.signOffs -= before - extract.signOffs.length;
  extract.entries = extract.entries
    .filter(({ chain, entry }) => isKept(chain, Number(entry.seq)))
    .map(({ chain: _, ...entry }) => entry);
  extract.writers = extract.writers.filter(({ id }) => !branches.has(id));
  proofs.inclusion = proofs.inclusion
    .filter(({ writer, seq }) => isKept(writer, seq))
    .map(({ writer, seq, path }) =>
      writer === base || branches.has(writer)
        ? { writer: base, seq, path: tree.inclusionProof(seq - 1).map(toHex) }
        : { writer, seq, path },
    );
  delete proofs.branches;
  const head = leaves.at(-1);
  checkpoint.body.chains = checkpoint.body.chains
    .filter(({ writer }) => !branches.has(writer))
    .map((chain) =>
      chain.writer === base
        ? {
            writer: base,
            size: leaves.length,
            head: toHex(head ?? new Uint8Array()),
            root: toHex(tree.root()),
          }
        : chain,
    );
  const ends = new Set(extract.entries.map(({ hash }) => hash));
  extract.seals = extract.seals.filter(({ header }) => header.writer !== base || ends.has(header.head));
}
