import { z } from 'zod';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** One of the histories that a device wrote under the same numbers. Its id commits to the writer and to `first`. */
export const CheckpointBranch = z.strictObject({
  /** The writer whose numbers it has. */
  of: z.string(),
  /** The chain that it goes on from, that writer's own or another branch, and the last number that it shares. */
  stem: z.string(),
  after: z.int().nonnegative(),
  /** The hash of its first own entry. */
  first: Hash,
});
export type CheckpointBranch = z.infer<typeof CheckpointBranch>;

/**
 * One chain at the moment of the checkpoint. `root` is the RFC 6962 tree root over its entry hashes from the writer's
 * first entry on; that of a branch begins with those that it shares.
 */
export const CheckpointChain = z.strictObject({
  writer: z.string(),
  size: z.int().nonnegative(),
  head: Hash,
  root: Hash,
  /** There where its writer wrote several histories and it is one of them. */
  branch: CheckpointBranch.optional(),
});
export type CheckpointChain = z.infer<typeof CheckpointChain>;

/** What the checkpoint's signature covers: the canonical JSON bytes of this object. */
export const CheckpointBody = z.strictObject({
  schema: z.literal('bindery.checkpoint/1'),
  workspace: z.string(),
  at: z.string(),
  /** Sorted by writer. */
  chains: z.array(CheckpointChain),
});
export type CheckpointBody = z.infer<typeof CheckpointBody>;

/** `signature` is Ed25519 over the canonical bytes of `body`, base64url; `publicKey` the raw 32 bytes, base64url. */
export const Checkpoint = z.strictObject({
  body: CheckpointBody,
  member: z.string(),
  memberName: z.string(),
  publicKey: z.string(),
  signature: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** How many entries chains hold. What several histories of one device share is counted once. */
export function entriesIn(chains: readonly Pick<CheckpointChain, 'size' | 'branch'>[]): number {
  return chains.reduce((sum, { size, branch }) => sum + size - (branch?.after ?? 0), 0);
}
