import { and, desc, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
import type { Pushed } from '../../shared/sync/contract.ts';
import { decodeFrames, LIMITS, nextRoot, SegmentLabel } from '../../shared/sync/wire.ts';
import type { Caller } from '../access/caller.ts';
import { Problem } from '../access/problem.ts';
import { segment, workspace, writerChain } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import { tell } from '../tenants/tell.ts';
import { HEAD_CHANNEL, headMessage } from './live.ts';
import { sha256 } from './receipts.ts';

interface Part {
  readonly label: SegmentLabel;
  readonly id: string;
  readonly sealed: Uint8Array;
}

type Place = typeof workspace.$inferSelect;

/**
 * Stores what is new of a push, all or nothing. The workspace's row is held from reading its counter to the commit, so
 * that numbers become visible in their order; a segment that is there already is known by its bytes.
 */
export async function push(services: Services, caller: Caller, body: Uint8Array): Promise<Pushed> {
  const parts = readParts(body);
  const at = services.now();
  const pushed = await services.tenancy.asTenant(caller.tenant, async (tx) => {
    const place = await holdWorkspace(tx, caller);
    const fresh = await newOnes(tx, caller, parts);
    if (fresh.length === 0) return { place, stored: new Set<string>() };
    const after = await store(tx, caller, place, fresh, at);
    await extendChains(tx, caller, fresh);
    const { workspace, device } = caller;
    const payload = { workspace, actor: device, sequence: after.counter };
    await tell(tx, { tenant: caller.tenant, name: 'head.moved', payload }, at);
    await tx.execute(sql`SELECT pg_notify(${HEAD_CHANNEL}, ${headMessage(workspace, after.counter)})`);
    return { place: after, stored: new Set(fresh.map((part) => part.id)) };
  });
  const segments = parts.map((part) => ({
    id: part.id,
    // A segment that stands twice in one push is stored once.
    outcome: pushed.stored.delete(part.id) ? ('stored' as const) : ('known' as const),
  }));
  for (const one of segments) services.metrics.segments.inc({ outcome: one.outcome });
  services.metrics.bytes.inc({ kind: 'segment', direction: 'in' }, body.length);
  return { receipt: services.signer.receipt(pushed.place, at), segments };
}

function readParts(body: Uint8Array): Part[] {
  const frames = decodeFrames(body);
  if (!frames || frames.length % 2 !== 0)
    throw new Problem('invalid-request', { detail: 'These are no frames of label and segment.' });
  const parts: Part[] = [];
  for (let at = 0; at < frames.length; at += 2) {
    const [written, sealed] = [frames[at], frames[at + 1]];
    const label = written && readLabel(written);
    if (!label || !sealed || sealed.length === 0) {
      throw new Problem('invalid-request', { detail: `The label of segment ${at / 2 + 1} is none.` });
    }
    if (sealed.length > LIMITS.sealedSegment) throw new Problem('too-large', { limit: LIMITS.sealedSegment });
    parts.push({ label, sealed, id: Buffer.from(sha256(sealed)).toString('hex') });
  }
  return parts;
}

function readLabel(bytes: Uint8Array): SegmentLabel | null {
  if (bytes.length > 1024) return null;
  try {
    return SegmentLabel.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}

async function holdWorkspace(tx: TenantTransaction, caller: Caller): Promise<Place> {
  const [place] = await tx
    .select()
    .from(workspace)
    .where(and(eq(workspace.tenant, caller.tenant), eq(workspace.id, caller.workspace)))
    .for('update');
  if (!place) throw new Problem('not-found');
  return place;
}

/** What is not there yet, each once, in the order pushed. */
async function newOnes(tx: TenantTransaction, caller: Caller, parts: readonly Part[]): Promise<Part[]> {
  if (parts.length === 0) return [];
  const rows = await tx
    .select({ id: segment.id })
    .from(segment)
    .where(
      and(
        eq(segment.tenant, caller.tenant),
        eq(segment.workspace, caller.workspace),
        inArray(
          segment.id,
          parts.map((part) => part.id),
        ),
      ),
    );
  const seen = new Set(rows.map((row) => row.id));
  return parts.filter((part) => !seen.has(part.id) && seen.add(part.id));
}

async function store(
  tx: TenantTransaction,
  caller: Caller,
  place: Place,
  fresh: readonly Part[],
  at: Date,
): Promise<Place> {
  let { counter, root } = place;
  const rows = fresh.map(({ label, id, sealed }) => {
    counter += 1;
    root = nextRoot(sha256, root, id);
    return {
      tenant: caller.tenant,
      workspace: caller.workspace,
      sequence: counter,
      id,
      writer: label.writer,
      first: label.from,
      count: label.count,
      head: label.head,
      root,
      bytes: sealed.length,
      body: Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength),
      pushedBy: caller.device,
      storedAt: at,
    };
  });
  for (let from = 0; from < rows.length; from += 1000) {
    await tx.insert(segment).values(rows.slice(from, from + 1000));
  }
  await tx
    .update(workspace)
    .set({ counter, root })
    .where(and(eq(workspace.tenant, caller.tenant), eq(workspace.id, caller.workspace)));
  return { ...place, counter, root };
}

/** Moves on how far each writer's chain is held without a gap. */
async function extendChains(tx: TenantTransaction, caller: Caller, fresh: readonly Part[]): Promise<void> {
  const byWriter = Map.groupBy(fresh, (part) => part.label.writer);
  for (const [writer, parts] of byWriter) {
    const [known] = await tx
      .select({ held: writerChain.held })
      .from(writerChain)
      .where(ofWriter(caller, writer));
    let held = known?.held ?? 0;
    const runs = parts.map(({ label }) => ({ first: label.from, last: label.from + label.count - 1 }));
    for (const run of runs.sort((a, b) => a.first - b.first)) {
      if (run.first > held + 1) held = await joined(tx, caller, writer, held);
      if (run.first <= held + 1) held = Math.max(held, run.last);
    }
    held = await joined(tx, caller, writer, held);
    if (known && known.held === held) continue;
    await tx
      .insert(writerChain)
      .values({ tenant: caller.tenant, workspace: caller.workspace, writer, held })
      .onConflictDoUpdate({
        target: [writerChain.tenant, writerChain.workspace, writerChain.writer],
        set: { held },
      });
  }
}

/** As far as stored segments join on from here. A segment has at most 500 entries, so few rows can reach over. */
async function joined(tx: TenantTransaction, caller: Caller, writer: string, from: number): Promise<number> {
  let held = from;
  for (;;) {
    const last = sql<number>`${segment.first} + ${segment.count} - 1`.mapWith(Number);
    const [next] = await tx
      .select({ last })
      .from(segment)
      .where(
        and(
          eq(segment.tenant, caller.tenant),
          eq(segment.workspace, caller.workspace),
          eq(segment.writer, writer),
          gte(segment.first, held + 1 - 500),
          lte(segment.first, held + 1),
          gt(last, held),
        ),
      )
      .orderBy(desc(last))
      .limit(1);
    if (!next) return held;
    held = next.last;
  }
}

function ofWriter(caller: Caller, writer: string) {
  return and(
    eq(writerChain.tenant, caller.tenant),
    eq(writerChain.workspace, caller.workspace),
    eq(writerChain.writer, writer),
  );
}
