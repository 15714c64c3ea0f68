import { and, eq, lt } from '../database/drizzle.ts';
import { blobUpload } from '../database/schema.ts';
import type { Services } from '../services.ts';

/** A device that was cut off has this long to go on with a file. */
const KEPT_DAYS = 30;

/** Forgets begun uploads that nobody goes on with, and what lies of them. Answers how many. */
export async function sweepUploads(services: Services): Promise<number> {
  const before = new Date(services.now().getTime() - KEPT_DAYS * 86_400_000);
  let swept = 0;
  for (const tenant of await services.tenancy.tenantsWithUploadsBefore(before)) {
    swept += await services.tenancy.asTenant(tenant, async (tx) => {
      // One that is being gone on with at this moment is left to it.
      const stale = await tx
        .select()
        .from(blobUpload)
        .where(and(eq(blobUpload.tenant, tenant), lt(blobUpload.updatedAt, before)))
        .limit(100)
        .for('update', { skipLocked: true });
      for (const { workspace, name, sha256 } of stale) {
        await services.blobs.drop({ tenant, workspace, name, sha256 });
        await tx
          .delete(blobUpload)
          .where(
            and(
              eq(blobUpload.tenant, tenant),
              eq(blobUpload.workspace, workspace),
              eq(blobUpload.name, name),
              eq(blobUpload.sha256, sha256),
            ),
          );
      }
      return stale.length;
    });
  }
  return swept;
}
