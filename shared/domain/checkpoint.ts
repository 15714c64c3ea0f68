import { z } from 'zod';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** One writer's chain at the moment of the checkpoint. `root` is the RFC 6962 tree root over its entry hashes. */
export const CheckpointChain = z.strictObject({
  writer: z.string(),
  size: z.int().nonnegative(),
  head: Hash,
  root: Hash,
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
