import { branchById, entriesOnLine } from '../../db/queries/branches.ts';
import { entryAt, writers } from '../../db/queries/ledger.ts';
import type { Checkpoint, CheckpointBody, CheckpointBranch } from '../../shared/domain/binder.ts';
import { canonicalBytes, fromHex, type Json, toHex } from '../../shared/ledger/canonical.ts';
import * as merkle from '../../shared/ledger/merkle.ts';
import type { LedgerKernel } from './kernel.ts';
import { publicKeyText, sha256, signLedger } from './keys.ts';

/** The leaves of a chain's tree: the entry hashes, in order. */
export function chainLeaves(kernel: Pick<LedgerKernel, 'db'>, writer: string): Uint8Array[] {
  return entriesOnLine(kernel.db, writer, 1, Number.MAX_SAFE_INTEGER).map((entry) => fromHex(entry.hash));
}

/** What tells one of several histories of a writer from the others; nothing for a writer's own chain. */
function branchOf({ db }: Pick<LedgerKernel, 'db'>, id: string): { branch?: CheckpointBranch } {
  const row = branchById(db, id);
  if (row === undefined || row.base === row.id) return {};
  const first = entryAt(db, id, row.after + 1)?.hash;
  if (first === undefined) throw new Error(`the history ${id} has no first entry`);
  return { branch: { of: row.base, stem: row.stem, after: row.after, first } };
}

/**
 * The signed state of the ledger at this moment: for every writer how many entries, the head and the RFC 6962 root.
 * Seal first, so that every entry it names is under its author's signature.
 */
export function takeCheckpoint(kernel: LedgerKernel, memberName: string): Checkpoint {
  const chains = writers(kernel.db).flatMap((writer) => {
    const leaves = chainLeaves(kernel, writer.id);
    const head = leaves.at(-1);
    if (head === undefined) return [];
    return [
      {
        writer: writer.id,
        size: leaves.length,
        head: toHex(head),
        root: toHex(merkle.treeRoot(sha256, leaves)),
        ...branchOf(kernel, writer.id),
      },
    ];
  });
  const body: CheckpointBody = {
    schema: 'bindery.checkpoint/1',
    workspace: kernel.workspace,
    at: new Date(kernel.now()).toISOString(),
    chains,
  };
  return {
    body,
    member: kernel.writer.member,
    memberName,
    publicKey: publicKeyText(kernel.ledgerKey),
    signature: Buffer.from(
      signLedger(kernel.ledgerKey, canonicalBytes(body as unknown as Json)),
      'hex',
    ).toString('base64url'),
  };
}
