import { packetNames, packetRows } from '../../db/queries/packets.ts';
import { memberNames } from '../../db/queries/people.ts';
import { factsOn, findProgrammeRows, programmeRows } from '../../db/queries/programme.ts';
import { finalisationPlaces } from '../../db/queries/words.ts';
import type { PacketRow, PacketSectionView, PacketView } from '../../shared/contract/packets.ts';
import type { ProgrammeFactRow, ProgrammeRow } from '../../shared/contract/programme.ts';
import {
  authoredOf,
  type Difference,
  differencesOf,
  isGivenWord,
  PACKET_ITSELF,
  unfoundedIn,
} from '../../shared/domain/programme/packet.ts';
import { PacketContent } from '../../shared/domain/programme/packet-content.ts';
import type { PacketSection } from '../../shared/domain/programme/packet-template.ts';
import { unsuperseded } from '../../shared/domain/programme/said.ts';
import { refuse } from '../../shared/fault.ts';
import { canonicalBytes, toHex } from '../../shared/ledger/canonical.ts';
import { sha256 } from '../ledger/keys.ts';
import { findRecord } from '../programme/records.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { mayReview, type ReadPacket, readPacket, sectionWriters } from './content.ts';
import { packetEvidence } from './data.ts';
import { findFlaws, knownFlaws, rememberFlaws } from './founded.ts';
import { type PacketSource, packetSource } from './source.ts';
import { packetTemplates, templateNamed } from './templates.ts';

/** How a caller names a packet: id, ledger name or title, perhaps narrowed to an engagement. */
export interface WhichPacket {
  readonly packet: string;
  readonly engagement?: string | undefined;
}

/**
 * A packet by its id or title; else the only one whose title begins so, or that was opened from this template. A name
 * that somebody took off a packet who may not review still means it, so that none steps into the place of another.
 */
export function findPacket(ws: OpenWorkspace, { packet, engagement }: WhichPacket): ProgrammeRow {
  const exact = findProgrammeRows(ws.db, packet, { kind: 'packet' });
  const byName = exact.every(({ id, record }) => id !== packet && record !== packet);
  const names = namesOf(ws);
  const wanted = plain(packet);
  const bears = ({ id, title }: ProgrammeRow, holds: (name: string) => boolean) =>
    [title, ...(names.get(id) ?? [])].some((name) => holds(plain(name)));
  const every = packetRows(ws.db);
  const bore = every.filter((row) => bears(row, (name) => name === wanted));
  const beginsAnother = every.some((row) => bears(row, (name) => name !== wanted && name.startsWith(wanted)));
  if (exact.length > 0 && !(byName && (beginsAnother || bore.length > exact.length)))
    return findRecord(ws, { record: packet, kind: 'packet', engagement });
  const within = engagement === undefined ? null : resolve.engagement(ws, engagement).id;
  const all = every.filter((row) => within === null || row.engagement === within);
  const begins = all.filter((row) => wanted !== '' && bears(row, (name) => name.startsWith(wanted)));
  const found = begins.length > 0 ? begins : all.filter((row) => templateIdOf(row) === wanted);
  const [one, ...others] = found;
  if (one === undefined) return refuse({ code: 'not-found', what: 'packet', id: packet });
  if (others.length === 0) return one;
  return refuse({
    code: 'conflict',
    detail: `Several packets match "${packet}".`,
    candidates: found.map((row) => `${row.title} (${row.record})`).slice(0, 20),
  });
}

const plain = (title: string) => title.trim().toLowerCase();

/** The names that still mean a packet beside its title: all it bore, once somebody renamed it who may not review. */
function namesOf({ db }: OpenWorkspace): ReadonlyMap<string, readonly string[]> {
  const byPacket = Map.groupBy(packetNames(db), ({ packet }) => packet);
  return new Map(
    [...byPacket].map(([packet, given]) => [
      packet,
      given.every(({ first, role }) => first === 1 || mayReview(role)) ? [] : given.map(({ title }) => title),
    ]),
  );
}

const templateIdOf = ({ body }: ProgrammeRow) => String(body.template).split('@')[0];

/** SHA-256 of what people put into a packet. */
export function packetDigest(content: PacketContent): string {
  return toHex(sha256(canonicalBytes(authoredOf(content))));
}

/** The last time a packet was made final, and what it held then. */
export interface Finalisation {
  readonly fact: ProgrammeFactRow;
  readonly content: PacketContent;
  /** Whether others made it final apart, neither knowing of the other: making it final once more settles that. */
  readonly apart: boolean;
  /** What of that the ledger does not show; null while nobody looked. */
  readonly flaws: readonly Difference[] | null;
}

/** So many are looked at: whoever states more that keep what is not so makes nothing final by that. */
const MOST_FINAL = 8;

/**
 * What makes a packet final: no clock tells which was last, but what its author knew (`domain/programme/said.ts`). What
 * was found to keep what the ledger does not show is passed over while there is another.
 */
export function finalisationOf(ws: OpenWorkspace, packet: ProgrammeRow): Finalisation | null {
  const [last, ...others] = standingFinals(ws, packet);
  if (last === undefined) return null;
  const { fact, content, flaws } = last;
  return { fact, content, flaws, apart: others.length > 0 };
}

function standingFinals(ws: OpenWorkspace, packet: ProgrammeRow) {
  const places = finalisationPlaces(ws.db, packet.record);
  const stated = factsOn(ws.db, packet.record, 'finalisation').flatMap((fact) => {
    const content = contentOf(fact);
    const place = places.get(fact.id);
    if (content === null || place === undefined) return [];
    return [{ fact, content, flaws: knownFlaws(ws.db, fact), ...place }];
  });
  const founded = stated.filter(({ flaws }) => flaws === null || flaws.length === 0);
  return unsuperseded(founded.length > 0 ? founded : stated);
}

/** Looks what a packet was made final with, until what stands is as the ledger shows. */
export async function proveFinal(ws: OpenWorkspace, packet: ProgrammeRow): Promise<void> {
  for (let looked = 0; ; looked += 1) {
    const next = standingFinals(ws, packet).find(({ flaws }) => flaws === null);
    if (next === undefined) return;
    const { fact, content } = next;
    const flaws =
      looked < MOST_FINAL ? await findFlaws(ws, packet, fact, content) : unfoundedIn(content, null);
    rememberFlaws(ws.db, fact, flaws);
  }
}

/** A packet with what it was made final with held to the ledger. */
export async function provedPacket(ws: OpenWorkspace, which: WhichPacket): Promise<PacketView> {
  await proveFinal(ws, findPacket(ws, which));
  return viewPacket(ws, which);
}

/**
 * What cannot be read, is not what its digest says, or goes without a section that it needs makes nothing final and
 * hides nothing either. Whether a section is what it says it is, the ledger of its moment shows (`founded.ts`).
 */
function contentOf({ body }: ProgrammeFactRow): PacketContent | null {
  const content = PacketContent.safeParse(body.content);
  if (!content.success || packetDigest(content.data) !== body.digest) return null;
  return content.data.sections.some(({ state }) => state === 'missing') ? null : content.data;
}

export function viewPacket(ws: OpenWorkspace, which: WhichPacket): PacketView {
  const row = findPacket(ws, which);
  return viewOf(packetSource(ws, row.engagement), row);
}

function viewOf(source: PacketSource, row: ProgrammeRow): PacketView {
  const { ws } = source;
  const read = readPacket(source, row);
  const { template, content } = read;
  const { sha256: _hash, ...shown } = template;
  const final = finalisationOf(ws, row);
  const differences =
    final === null ? [] : [...(final.flaws ?? []), ...differencesOf(final.content, content)];
  return {
    packet: rowOf(source, read, final, differences),
    template: shown,
    day: source.day,
    sections: template.sections.map((section) => sectionView(source, read, section)),
    missing: missingOf(read),
    digest: packetDigest(content),
    finalisation:
      final === null
        ? null
        : {
            id: final.fact.id,
            by: final.fact.by.name,
            at: final.fact.at,
            digest: String(final.fact.body.digest),
          },
    differences,
    handovers: handoversOf(source, row, final),
    figures: content.figures,
  };
}

const APART = 'written apart on two copies: choose what holds under Ledger, Conflicts.';

/** Everything that keeps a packet from being made final: first the packet itself, then section by section. */
export function missingOf({ row, content, missing, conflicts }: ReadPacket): PacketView['missing'] {
  const itself =
    row.conflicts === 0 ? [] : [{ ...PACKET_ITSELF, because: `What it is, or is about, was ${APART}` }];
  const sections = content.sections.flatMap(({ key, title, state }) => {
    const reasons = state === 'missing' ? [...(missing.get(key) ?? [])] : [];
    if ((conflicts.get(key) ?? 0) > 0) reasons.push(`It was ${APART}`);
    return reasons.map((because) => ({ section: key, title, because }));
  });
  return [...itself, ...sections];
}

function sectionView(source: PacketSource, read: ReadPacket, section: PacketSection): PacketSectionView {
  const content = read.content.sections.find(({ key }) => key === section.key);
  if (content === undefined) throw new Error(`section ${section.key} was not read`);
  const names = memberNames(source.ws.db);
  const attached = content.evidence.map(({ id }) => id);
  const { key, title, help, required, fields } = section;
  return {
    key,
    title,
    help,
    required,
    source: section.source,
    fields,
    evidenceNeeded: section.minimum.evidence ?? 0,
    state: content.state,
    missing: [...(read.missing.get(key) ?? [])],
    text: content.text,
    values: content.values,
    evidence: content.evidence,
    data: content.data,
    waiver: content.waiver,
    writers: [...sectionWriters(source.ws, read.row.id, section, attached)]
      .map((id) => names.get(id) ?? id)
      .sort(),
    conflicts: read.conflicts.get(key) ?? 0,
  };
}

function rowOf(
  source: PacketSource,
  read: ReadPacket,
  final: Finalisation | null,
  differences: readonly Difference[],
): PacketRow {
  const { row, template, content } = read;
  const required = template.sections.filter((section) => section.required).map(({ key }) => key);
  const settled = content.sections.filter(
    ({ key, state }) => required.includes(key) && (state === 'filled' || state === 'waived'),
  );
  const { id, version, title, kind } = template;
  return {
    id: row.id,
    record: row.record,
    title: row.title,
    engagement: row.engagement,
    template: { id, version, title, kind },
    about: content.about,
    period: content.period,
    environment: content.environment,
    state: stateOf(read, final, differences),
    required: required.length,
    settled: settled.length,
    customer: customerOf(source, read, final),
    changedAt: row.changedAt,
    changedBy: row.changedBy,
  };
}

function stateOf(
  read: ReadPacket,
  final: Finalisation | null,
  differences: readonly Difference[],
): PacketRow['state'] {
  if (final !== null) return differences.length > 0 ? 'changed' : 'final';
  return missingOf(read).length > 0 ? 'open' : 'complete';
}

function customerOf(
  source: PacketSource,
  { row, template }: ReadPacket,
  final: Finalisation | null,
): PacketRow['customer'] {
  const captured = handoversOf(source, row, final).some(({ current }) => current);
  if (captured) return 'captured';
  return template.customerSignOff ? 'awaited' : 'not-needed';
}

function handoversOf(
  source: PacketSource,
  row: ProgrammeRow,
  final: Finalisation | null,
): PacketView['handovers'] {
  return factsOn(source.ws.db, row.record, 'handover').map(({ id, by, at, body }) => {
    const [name, organisation, on, statement] = [body.name, body.organisation, body.on, body.statement].map(
      String,
    ) as [string, string, string, string];
    const word = { name, organisation, on, statement, at };
    const evidence = Array.isArray(body.evidence) ? body.evidence.map(String) : [];
    return {
      ...{ ...word, id, by: by.name },
      evidence: packetEvidence(source, evidence),
      current: final !== null && body.digest === final.fact.body.digest && isGivenWord(word, source.day),
    };
  });
}

/** The last day a packet is about where it says one, else the day it was last touched: the newest stands first. */
function newestFirst(a: ProgrammeRow, b: ProgrammeRow): number {
  const dayOf = ({ title, body, changedAt }: ProgrammeRow) =>
    `${body.period} ${title}`
      .match(/\d{4}-\d{2}-\d{2}/g)
      ?.sort()
      .at(-1) ??
    changedAt?.slice(0, 10) ??
    '';
  const [first, second] = [dayOf(a), dayOf(b)];
  if (first !== second) return first < second ? 1 : -1;
  return b.title.localeCompare(a.title, 'en', { numeric: true });
}

/** The packets of an engagement, newest first, each judged as it stands. */
export function listPackets(
  ws: OpenWorkspace,
  filter: {
    readonly engagement?: string | undefined;
    readonly template?: string | undefined;
    readonly offset: number;
    readonly limit: number;
  },
): { total: number; rows: PacketRow[] } {
  const engagement = resolve.engagement(ws, filter.engagement).id;
  const wanted = filter.template === undefined ? null : templateNamed(filter.template).id;
  // One of a template that only a later build knows stays in the ledger until that build shows it.
  const known = new Set(packetTemplates().map(({ id }) => id));
  const packets = programmeRows(ws.db, engagement, 'packet').filter((row) => {
    const template = templateIdOf(row) ?? '';
    return known.has(template) && (wanted === null || template === wanted);
  });
  packets.sort(newestFirst);
  const source = packetSource(ws, engagement);
  const rows = packets
    .slice(filter.offset, filter.offset + filter.limit)
    .map((row) => viewOf(source, row).packet);
  return { total: packets.length, rows };
}
