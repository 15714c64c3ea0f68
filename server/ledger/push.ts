import type { Pushed } from '../../shared/sync/contract.ts';
import { decodeFrames, LIMITS, nextRoot, SegmentLabel } from '../../shared/sync/wire.ts';
import type { Caller } from '../access/caller.ts';
import { Problem } from '../access/problem.ts';
import { and, desc, eq, gt, gte, lte, sql } from '../database/drizzle.ts';
import { segment, workspace } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import { telling } from '../tenants/tell.ts';
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
    const [place, { fresh, chains }] = await Promise.all([
      holdWorkspace(tx, caller),
      lookUp(tx, caller, parts),
    ]);
    if (fresh.length === 0) return { place, stored: new Set<string>() };
    const { after, rows } = numbered(caller, place, fresh, at);
    const storing = store(tx, rows);
    // What stands beyond a gap is looked for among what is stored now.
    if ([...chains.values()].some(({ beyond }) => beyond)) await storing;
    const concluding = extended(tx, caller, chains, fresh).then((held) =>
      conclude(tx, caller, after, held, at),
    );
    await Promise.all([storing, concluding]);
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

/** How far a writer's chain is held, and whether segments stand beyond that which nothing has joined yet. */
interface Chain {
  readonly held: number;
  readonly beyond: boolean;
}

/**
 * What is not there yet, each once, in the order pushed, and the chains it belongs to. Asked after the workspace is
 * held, in a statement of its own: only then it sees what was pushed before.
 */
async function lookUp(
  tx: TenantTransaction,
  { tenant, workspace }: Caller,
  parts: readonly Part[],
): Promise<{ fresh: Part[]; chains: ReadonlyMap<string, Chain> }> {
  if (parts.length === 0) return { fresh: [], chains: new Map() };
  const ids = sql.param(parts.map((part) => part.id));
  const writers = sql.param([...new Set(parts.map((part) => part.label.writer))]);
  const { rows } = await tx.execute<{ id: string | null; writer: string; held: string; beyond: boolean }>(sql`
    SELECT id, '' AS writer, 0::bigint AS held, false AS beyond FROM segment
      WHERE tenant = ${tenant} AND workspace = ${workspace} AND id = ANY(${ids}::text[])
    UNION ALL
    SELECT NULL, w.writer, coalesce(c.held, 0), coalesce(
        (SELECT max(s.first) FROM segment s
          WHERE s.tenant = ${tenant} AND s.workspace = ${workspace} AND s.writer = w.writer), 0) > coalesce(c.held, 0)
      FROM unnest(${writers}::text[]) AS w (writer)
      LEFT JOIN writer_chain c ON c.tenant = ${tenant} AND c.workspace = ${workspace} AND c.writer = w.writer`);
  const seen = new Set(rows.flatMap((row) => row.id ?? []));
  const chains = rows.filter((row) => row.id === null);
  return {
    fresh: parts.filter((part) => !seen.has(part.id) && seen.add(part.id)),
    chains: new Map(chains.map(({ writer, held, beyond }) => [writer, { held: Number(held), beyond }])),
  };
}

/** The rows of what is new, and the workspace's place after them. */
function numbered(
  caller: Caller,
  place: Place,
  fresh: readonly Part[],
  at: Date,
): { after: Place; rows: (typeof segment.$inferInsert)[] } {
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
  return { after: { ...place, counter, root }, rows };
}

async function store(tx: TenantTransaction, rows: (typeof segment.$inferInsert)[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000) {
    await tx.insert(segment).values(rows.slice(from, from + 1000));
  }
}

/** How far each writer's chain is held without a gap now. */
async function extended(
  tx: TenantTransaction,
  caller: Caller,
  chains: ReadonlyMap<string, Chain>,
  fresh: readonly Part[],
): Promise<Map<string, number>> {
  const moved = new Map<string, number>();
  for (const [writer, parts] of Map.groupBy(fresh, (part) => part.label.writer)) {
    const { held: before, beyond } = chains.get(writer) ?? { held: 0, beyond: true };
    const runs = parts.map(({ label }) => ({ first: label.from, last: label.from + label.count - 1 }));
    let held = before;
    for (const run of runs.sort((a, b) => a.first - b.first)) {
      if (run.first > held + 1 && beyond) held = await joined(tx, caller, writer, held);
      if (run.first <= held + 1) held = Math.max(held, run.last);
    }
    if (beyond) held = await joined(tx, caller, writer, held);
    if (held !== before) moved.set(writer, held);
  }
  return moved;
}

/** Moves the workspace and its chains on, notes whom to tell of it, and tells who listens, in one journey. */
async function conclude(
  tx: TenantTransaction,
  caller: Caller,
  { counter, root }: Place,
  held: ReadonlyMap<string, number>,
  at: Date,
): Promise<void> {
  const { tenant, workspace: id, device } = caller;
  const payload = { workspace: id, actor: device, sequence: counter };
  await tx.execute(sql`
    WITH moved AS (
      UPDATE ${workspace} SET counter = ${counter}, root = ${root} WHERE tenant = ${tenant} AND id = ${id}
    ), chains AS (
      INSERT INTO writer_chain (tenant, workspace, writer, held)
      SELECT ${tenant}, ${id}, n.writer, n.held
        FROM unnest(${sql.param([...held.keys()])}::text[], ${sql.param([...held.values()])}::bigint[]) AS n (writer, held)
      ON CONFLICT (tenant, workspace, writer) DO UPDATE SET held = EXCLUDED.held
    ), told AS (${telling({ tenant, name: 'head.moved', payload }, at)})
    SELECT pg_notify(${HEAD_CHANNEL}, ${headMessage(id, counter)})`);
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
