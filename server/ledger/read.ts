import type { ServerState } from '../../shared/sync/contract.ts';
import { FIRST_ROOT, LIMITS, type ListedSegment } from '../../shared/sync/wire.ts';
import type { Caller } from '../access/caller.ts';
import { Problem } from '../access/problem.ts';
import { and, asc, eq, gt, inArray } from '../database/drizzle.ts';
import { segment, workspace, writerChain } from '../database/schema.ts';
import type { Services } from '../services.ts';

/** How far the server has come, and where it was at the number asked for. */
export async function readState(
  services: Services,
  caller: Caller,
  at: number | undefined,
): Promise<ServerState> {
  const { place, rootAt } = await services.tenancy.read(caller.tenant, async (tx) => {
    const [place] = await tx
      .select()
      .from(workspace)
      .where(and(eq(workspace.tenant, caller.tenant), eq(workspace.id, caller.workspace)));
    if (!place) throw new Problem('not-found');
    if (at === undefined || at === place.counter)
      return { place, rootAt: at === undefined ? null : place.root };
    if (at === 0) return { place, rootAt: FIRST_ROOT };
    const [row] = await tx
      .select({ root: segment.root })
      .from(segment)
      .where(and(ofWorkspace(caller), eq(segment.sequence, at)));
    return { place, rootAt: row?.root ?? null };
  });
  return {
    epoch: place.epoch,
    sequence: place.counter,
    root: place.root,
    rootAt,
    receipt: services.signer.receipt(place, services.now()),
  };
}

/** How far each writer's chain is here without a gap; a writer asked for who is not here has 0. */
export async function readHeld(
  services: Services,
  caller: Caller,
  asked: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const rows = await services.tenancy.read(caller.tenant, (tx) =>
    tx
      .select({ writer: writerChain.writer, held: writerChain.held })
      .from(writerChain)
      .where(and(eq(writerChain.tenant, caller.tenant), eq(writerChain.workspace, caller.workspace))),
  );
  return {
    ...Object.fromEntries(Object.keys(asked).map((writer) => [writer, 0])),
    ...Object.fromEntries(rows.map((row) => [row.writer, row.held])),
  };
}

export async function listSegments(
  services: Services,
  caller: Caller,
  after: number,
  limit: number,
): Promise<{ rows: ListedSegment[]; next: number | null }> {
  const rows = await services.tenancy.read(caller.tenant, (tx) =>
    tx
      .select({
        sequence: segment.sequence,
        id: segment.id,
        writer: segment.writer,
        from: segment.first,
        count: segment.count,
        head: segment.head,
        bytes: segment.bytes,
      })
      .from(segment)
      .where(and(ofWorkspace(caller), gt(segment.sequence, after)))
      .orderBy(asc(segment.sequence))
      .limit(limit),
  );
  return { rows, next: rows.length === limit ? (rows.at(-1)?.sequence ?? null) : null };
}

/** The sealed segments asked for, in that order, a few at a time. Refuses before the first byte what it cannot answer. */
export async function fetchSegments(
  services: Services,
  caller: Caller,
  ids: readonly string[],
): Promise<{ readonly bytes: number; readonly parts: AsyncGenerator<Uint8Array> }> {
  const sizes = await services.tenancy.read(caller.tenant, (tx) =>
    tx
      .select({ id: segment.id, bytes: segment.bytes })
      .from(segment)
      .where(and(ofWorkspace(caller), inArray(segment.id, [...ids]))),
  );
  const byId = new Map(sizes.map((row) => [row.id, row.bytes]));
  const missing = ids.filter((id) => !byId.has(id));
  if (missing.length > 0) throw new Problem('not-found', { missing: missing.slice(0, 20) });
  const bytes = ids.reduce((sum, id) => sum + 4 + (byId.get(id) ?? 0), 0);
  if (bytes > LIMITS.fetchBody) throw new Problem('too-large', { limit: LIMITS.fetchBody, bytes });
  return { bytes, parts: frames(services, caller, batches(ids, byId)) };
}

async function* frames(
  services: Services,
  caller: Caller,
  groups: readonly (readonly string[])[],
): AsyncGenerator<Uint8Array> {
  for (const ids of groups) {
    const rows = await services.tenancy.read(caller.tenant, (tx) =>
      tx
        .select({ id: segment.id, body: segment.body })
        .from(segment)
        .where(and(ofWorkspace(caller), inArray(segment.id, [...ids]))),
    );
    const bodies = new Map(rows.map((row) => [row.id, row.body]));
    const parts = ids.flatMap((id) => {
      const body = bodies.get(id);
      if (!body) throw new Problem('not-found', { missing: [id] });
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return [length, body];
    });
    yield Buffer.concat(parts);
  }
}

/** Groups of about 4 MiB, so that an answer of 64 MiB never stands in memory. */
function batches(ids: readonly string[], sizes: ReadonlyMap<string, number>): string[][] {
  const groups: string[][] = [];
  let room = 0;
  for (const id of ids) {
    const size = sizes.get(id) ?? 0;
    const group = groups.at(-1);
    if (group && size <= room) {
      group.push(id);
      room -= size;
    } else {
      groups.push([id]);
      room = 4 * 1024 * 1024 - size;
    }
  }
  return groups;
}

function ofWorkspace(caller: Caller) {
  return and(eq(segment.tenant, caller.tenant), eq(segment.workspace, caller.workspace));
}
