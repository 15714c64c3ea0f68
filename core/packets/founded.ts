import { z } from 'zod';
import type { Database } from '../../db/driver.ts';
import { type Cut, closed } from '../../db/projection/as-of.ts';
import { datedVector, provedHeads } from '../../db/queries/heads.ts';
import { entryAt, operationsOf, placeOf } from '../../db/queries/ledger.ts';
import { entriesBeyond } from '../../db/queries/lockdown.ts';
import { programmeRowById } from '../../db/queries/programme.ts';
import { touchesEngagement } from '../../db/queries/touched.ts';
import type { ProgrammeFactRow, ProgrammeRow } from '../../shared/contract/programme.ts';
import { SeenHeads } from '../../shared/domain/programme/facts.ts';
import { type Difference, unfoundedIn } from '../../shared/domain/programme/packet.ts';
import type { PacketContent } from '../../shared/domain/programme/packet-content.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { withLedgerUpTo } from '../programme/as-of.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { readPacket } from './content.ts';
import { packetSource } from './source.ts';

/** The ledger as whoever made a packet final had it. */
export interface Moment {
  /** What they had seen, up to the finalisation itself. */
  readonly seen: Cut;
  /** The same with what is dated before it and came in later, where that changes the engagement; else null. */
  readonly dated: Cut | null;
  readonly writer: string;
  readonly seq: number;
}

/** The moment of a finalisation: by the entries it names where it does, else by what is dated before it. */
export function momentOf(db: Database, { id, engagement, body }: ProgrammeFactRow): Moment {
  const place = placeOf(db, `finalisation:${id}`);
  const entry = place === undefined ? undefined : entryAt(db, place.writer, place.seq);
  if (entry === undefined) throw new Error(`finalisation ${id} stands in no entry`);
  const { writer, seq, time } = entry;
  const named = SeenHeads.safeParse(body.seen);
  const before = named.success ? provedHeads(db, named.data) : datedVector(db, time);
  const seen = closed(db, ends({ ...before, [writer]: seq - 1 }));
  const later = entriesBeyond(db, seen, [writer, seq])
    .filter((one) => one.writer !== writer && (entryAt(db, one.writer, one.seq)?.time ?? '') <= time)
    .filter((one) => touchesEngagement(db, engagement, operationsOf(db, one.writer, one.seq)));
  const dated = later.length === 0 ? null : closed(db, [...ends(seen), ...later]);
  return { seen, dated, writer, seq };
}

const ends = (cut: Cut) => Object.entries(cut).map(([writer, seq]) => ({ writer, seq }));

/** What was found of finalisations in this session, by the state of the ledger it was found in. */
const FOUND = new WeakMap<Database, Map<string, { readonly key: string; readonly flaws: Difference[] }>>();

const keyOf = ({ seen, dated }: Moment) => JSON.stringify([seen, dated]);

/** In what a finalisation keeps something else than the ledger shows of its moment; null while nobody looked. */
export function knownFlaws(db: Database, fact: ProgrammeFactRow): Difference[] | null {
  const found = FOUND.get(db)?.get(fact.id);
  return found === undefined || found.key !== keyOf(momentOf(db, fact)) ? null : found.flaws;
}

export function rememberFlaws(db: Database, fact: ProgrammeFactRow, flaws: Difference[]): void {
  const all = FOUND.get(db) ?? new Map<string, { key: string; flaws: Difference[] }>();
  FOUND.set(db, all);
  all.set(fact.id, { key: keyOf(momentOf(db, fact)), flaws });
}

/**
 * Reads the packet anew from the ledger as its author had it, and holds what the finalisation keeps to that. Where
 * work dated before it came in later, its data has to be the same with that work as well.
 */
export async function findFlaws(
  ws: OpenWorkspace,
  packet: ProgrammeRow,
  fact: ProgrammeFactRow,
  kept: PacketContent,
): Promise<Difference[]> {
  const { seen, dated } = momentOf(ws.db, fact);
  const flaws = unfoundedIn(kept, await contentAt(ws, packet, fact, kept, seen));
  if (flaws.length > 0 || dated === null) return flaws;
  // How long the ledger was then is no part of the engagement.
  return unfoundedIn(kept, await contentAt(ws, packet, fact, kept, dated), ['ledger']);
}

function contentAt(
  ws: OpenWorkspace,
  packet: ProgrammeRow,
  fact: ProgrammeFactRow,
  kept: PacketContent,
  cut: Cut,
): Promise<PacketContent | null> {
  return withLedgerUpTo(ws, cut, (db) => {
    const row = programmeRowById(db, packet.id);
    if (row?.engagement !== packet.engagement) return null;
    const then = { ...ws, db, now: () => timeOf(fact, kept) };
    return readPacket(packetSource(then, row.engagement), row).content;
  });
}

const PacketDay = z.iso.date();

/** The time of the entry, which a copy whose clock was ahead may have pulled into the next day. */
export function timeOf({ at }: ProgrammeFactRow, { day }: PacketContent): number {
  const pulled = PacketDay.safeParse(day).success && dayAfter(day, 1) === at.slice(0, 10);
  return Date.parse(pulled ? `${day}T23:59:59.999Z` : at);
}
