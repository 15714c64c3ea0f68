import { placeOfHash } from '../../db/queries/branches.ts';
import { all } from '../../db/sql.ts';
import type { CheckpointBody } from '../../shared/domain/binder.ts';
import { toHex } from '../../shared/ledger/canonical.ts';
import type { MerkleTree } from '../../shared/ledger/merkle.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** The checkpoints of the binders that were exported, the newest first, as whoever exported each stated it. */
export function earlierCheckpoints(ws: OpenWorkspace): CheckpointBody[] {
  const sql = 'SELECT checkpoint FROM binder ORDER BY at DESC, id';
  return all<{ checkpoint: string }>(ws.db, sql).map((row) => JSON.parse(row.checkpoint) as CheckpointBody);
}

/** The chain here that holds what a chain of an earlier checkpoint held: the history of its writer that it belongs to now. */
export function chainNow({ db }: OpenWorkspace, old: CheckpointBody['chains'][number]): string {
  const [into] = placeOfHash(db, old.branch?.of ?? old.writer, old.size, old.head) ?? [old.writer];
  return into;
}

/**
 * Whether the chains here begin with what an earlier checkpoint says of them. It does not where it was stated in a copy
 * that holds more than this one, or where somebody stated one that never was: nothing can be proven from that.
 */
export function isContinued(
  ws: OpenWorkspace,
  trees: ReadonlyMap<string, MerkleTree>,
  from: CheckpointBody,
  to: CheckpointBody,
): boolean {
  const names = new Set(from.chains.map(({ writer }) => writer));
  if (from.workspace !== to.workspace || from.at > to.at || names.size !== from.chains.length) return false;
  return from.chains.every((old) => {
    const tree = trees.get(chainNow(ws, old));
    return tree !== undefined && old.size <= tree.size && toHex(tree.root(old.size)) === old.root;
  });
}
