import { z } from 'zod';
import { CheckpointBody } from './checkpoint.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** RFC 6962 inclusion of entry number `seq` (leaf index seq − 1) in the tree of its writer's chain. */
export const InclusionProof = z.strictObject({ writer: z.string(), seq: z.int(), path: z.array(Hash) });

export const Proofs = z.strictObject({
  schema: z.literal('bindery.proofs/1'),
  inclusion: z.array(InclusionProof),
  /** From the last exported binder of this workspace, where there was one: per writer old size, root and proof. */
  consistency: z
    .strictObject({
      from: CheckpointBody,
      chains: z.array(
        z.strictObject({
          writer: z.string(),
          /** The chain that goes on with it, where its writer wrote several histories since. */
          into: z.string().optional(),
          from: z.int(),
          to: z.int(),
          path: z.array(Hash),
        }),
      ),
    })
    .nullable(),
  /** That each branch in the checkpoint begins with all of what it goes on from; there where some writer has branches. */
  branches: z.array(z.strictObject({ writer: z.string(), path: z.array(Hash) })).optional(),
});
export type Proofs = z.infer<typeof Proofs>;
