import type { BlobProgress } from '../../shared/sync/contract.ts';
import { LIMITS } from '../../shared/sync/wire.ts';
import type { Caller } from '../access/caller.ts';
import { Problem } from '../access/problem.ts';
import { and, eq, inArray } from '../database/drizzle.ts';
import { blob, blobUpload } from '../database/schema.ts';
import { bodyOf } from '../http/stream.ts';
import type { Services } from '../services.ts';

/** What a device says of the file of which it sends a part. */
export interface Chunk {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly sha256: string;
}

/** Every version of these files that is here, whole or begun, the oldest whole one first. A name may be in neither. */
export async function blobsHeld(
  services: Services,
  caller: Caller,
  names: readonly string[],
): Promise<BlobProgress[]> {
  if (names.length === 0) return [];
  const { whole, begun } = await services.tenancy.asTenant(caller.tenant, async (tx) => ({
    whole: await tx
      .select({ name: blob.name, sha256: blob.sha256, bytes: blob.size })
      .from(blob)
      .where(and(ofBlobs(caller), inArray(blob.name, [...names])))
      .orderBy(blob.storedAt),
    begun: await tx
      .select({ name: blobUpload.name, sha256: blobUpload.sha256, bytes: blobUpload.received })
      .from(blobUpload)
      .where(and(ofUploads(caller), inArray(blobUpload.name, [...names]))),
  }));
  return [
    ...whole.map((row) => ({ ...row, whole: true })),
    ...begun.filter((row) => row.bytes > 0).map((row) => ({ ...row, whole: false })),
  ];
}

/**
 * Takes the next part of a file. Whatever the sender believes, the answer says how far the server is: a part that does
 * not begin there changes nothing, and the sender goes on from the answer.
 */
export async function takeChunk(
  services: Services,
  caller: Caller,
  chunk: Chunk,
  bytes: Uint8Array,
): Promise<BlobProgress> {
  const { name, sha256, size, offset } = chunk;
  if (size > LIMITS.blob) throw new Problem('too-large', { limit: LIMITS.blob });
  if (offset + bytes.length > size)
    throw new Problem('invalid-request', { detail: 'More bytes than the file has.' });
  const at = services.now();
  const place = { tenant: caller.tenant, workspace: caller.workspace, name, sha256 };
  const which = and(ofUploads(caller), eq(blobUpload.name, name), eq(blobUpload.sha256, sha256));
  const progress = await services.tenancy.asTenant(caller.tenant, async (tx) => {
    // Made first and then held, so that two senders of one file take turns.
    await tx
      .insert(blobUpload)
      .values({ ...place, size, received: 0, updatedAt: at })
      .onConflictDoNothing();
    const [upload] = await tx.select().from(blobUpload).where(which).for('update');
    const [whole] = await tx
      .select({ size: blob.size })
      .from(blob)
      .where(and(ofBlobs(caller), eq(blob.name, name), eq(blob.sha256, sha256)));
    if (whole) {
      await tx.delete(blobUpload).where(which);
      return { name, sha256, bytes: whole.size, whole: true };
    }
    if (!upload) throw new Problem('unavailable', {}, { retryAfterSeconds: 1 });
    if (upload.size !== size)
      throw new Problem('conflict', { detail: 'This file was announced with another size.' });
    const isNext = offset === upload.received;
    const received = upload.received + bytes.length;
    const fits = isNext && (bytes.length === 0 || (await services.blobs.append(place, offset, bytes)));
    if (isNext && !fits && received < size) {
      // The store has lost what it had: begin again.
      await tx.update(blobUpload).set({ received: 0, updatedAt: at }).where(which);
      return { name, sha256, bytes: 0, whole: false };
    }
    if (!isNext) return { name, sha256, bytes: upload.received, whole: false };
    if (received < size) {
      await tx.update(blobUpload).set({ received, updatedAt: at }).where(which);
      return { name, sha256, bytes: received, whole: false };
    }
    const isWhole = await services.blobs.complete(place, size);
    await tx.delete(blobUpload).where(which);
    if (!isWhole) return null;
    await tx.insert(blob).values({
      tenant: caller.tenant,
      workspace: caller.workspace,
      name,
      size,
      sha256,
      storedBy: caller.device,
      storedAt: at,
    });
    return { name, sha256, bytes: size, whole: true };
  });
  services.metrics.bytes.inc({ kind: 'file', direction: 'in' }, bytes.length);
  // Thrown after the commit: that the wrong file is gone has to last.
  if (!progress) throw new Problem('digest-mismatch', { name });
  return progress;
}

/** A version of a stored file, the oldest where none is named, and the part of it that a `Range` asks for. */
export async function readBlob(
  services: Services,
  caller: Caller,
  name: string,
  version: string | undefined,
  range: string | null,
): Promise<Response> {
  const [row] = await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx
      .select()
      .from(blob)
      .where(and(ofBlobs(caller), eq(blob.name, name), version ? eq(blob.sha256, version) : undefined))
      .orderBy(blob.storedAt)
      .limit(1),
  );
  if (!row) throw new Problem('not-found');
  const part = range === null ? null : readRange(range, row.size);
  if (part === 'none') throw new Problem('range-not-satisfiable', { size: row.size });
  const [from, to] = part ?? [0, row.size];
  const place = { tenant: caller.tenant, workspace: caller.workspace, name, sha256: row.sha256 };
  services.metrics.bytes.inc({ kind: 'file', direction: 'out' }, to - from);
  return new Response(bodyOf(services.blobs.read(place, from, to)), {
    status: part ? 206 : 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(to - from),
      'accept-ranges': 'bytes',
      etag: `"${row.sha256}"`,
      ...(part ? { 'content-range': `bytes ${from}-${to - 1}/${row.size}` } : {}),
    },
  });
}

/** First and one past the last byte; null for a header of another kind, which is passed over; `none` for no such part. */
export function readRange(header: string, size: number): readonly [number, number] | null | 'none' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') return Number(last) === 0 ? 'none' : [Math.max(0, size - Number(last)), size];
  const to = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < Number(first)) return null;
  return Number(first) >= size ? 'none' : [Number(first), to];
}

function ofBlobs(caller: Caller) {
  return and(eq(blob.tenant, caller.tenant), eq(blob.workspace, caller.workspace));
}

function ofUploads(caller: Caller) {
  return and(eq(blobUpload.tenant, caller.tenant), eq(blobUpload.workspace, caller.workspace));
}
