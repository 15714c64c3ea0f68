import { rolesSince } from '../../db/queries/field-changes.ts';
import { sectionsOf, writersOn } from '../../db/queries/packets.ts';
import { factsOn, proofsOn } from '../../db/queries/programme.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { sectionId as derivedSection, deriveId } from '../../shared/domain/identity.ts';
import { mayDecide } from '../../shared/domain/programme/decisive.ts';
import { judgeSection, type SectionInput } from '../../shared/domain/programme/packet.ts';
import type { PacketContent, SectionContent } from '../../shared/domain/programme/packet-content.ts';
import type { PacketDataName, PacketSection } from '../../shared/domain/programme/packet-template.ts';
import { Role } from '../../shared/domain/results.ts';
import { sha256 } from '../ledger/keys.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { packetData, packetEvidence } from './data.ts';
import { packetFigures } from './figures.ts';
import type { PacketSource } from './source.ts';
import { type ShippedTemplate, templateOf } from './templates.ts';

/** The record of a section: two copies that fill it apart write in one and the same. */
export const sectionId = (packet: string, key: string) => derivedSection(sha256, packet, key);

/** A value of a section is a record of its own, so that two people who fill different values never conflict. */
export const valueKey = (section: string, field: string) => `${section}.${field}`;

/** A packet with its template and everything in it, judged as it stands. */
export interface ReadPacket {
  readonly row: ProgrammeRow;
  readonly template: ShippedTemplate;
  readonly content: PacketContent;
  /** By key of the section: what is missing in it, each a sentence with its remedy. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
  /** By key: fields of the section that were edited apart. */
  readonly conflicts: ReadonlyMap<string, number>;
}

const said = (row: ProgrammeRow, field: string) => String(row.body[field] ?? '');

/** Reads a packet whole; its data is of the source's day. */
export function readPacket(source: PacketSource, row: ProgrammeRow): ReadPacket {
  const template = templateOf(said(row, 'template'));
  const rows = ownSections(source.ws.db, row.id);
  const read = template.sections.map((section) => {
    const input = sectionInput(source, row, section, rows);
    return { section, input, verdict: judgeSection(section, input, source.day) };
  });
  const { id, version, sha256: hash, title, kind } = template;
  return {
    row,
    template,
    content: {
      schema: 'bindery.packet/1',
      id: row.id,
      template: { id, version, sha256: hash, title, kind },
      engagement: { id: source.engagement.id, name: source.engagement.name },
      title: row.title,
      about: said(row, 'about'),
      period: said(row, 'period'),
      environment: said(row, 'environment'),
      day: source.day,
      sections: read.map(
        ({ section, input, verdict }): SectionContent => ({
          key: section.key,
          title: section.title,
          state: verdict.state,
          ...input,
        }),
      ),
      figures: kind === 'summary' || kind === 'checkpoint' ? packetFigures(source.board()) : null,
    },
    missing: new Map(read.map(({ section, verdict }) => [section.key, verdict.missing])),
    conflicts: new Map(read.map(({ section }) => [section.key, conflictsIn(section, rows)])),
  };
}

function conflictsIn(section: PacketSection, rows: ReadonlyMap<string, ProgrammeRow>): number {
  const keys = [section.key, ...section.fields.map(({ key }) => valueKey(section.key, key))];
  return keys.reduce((sum, key) => sum + (rows.get(key)?.conflicts ?? 0), 0);
}

function sectionInput(
  source: PacketSource,
  packet: ProgrammeRow,
  section: PacketSection,
  rows: ReadonlyMap<string, ProgrammeRow>,
): SectionInput {
  const own = rows.get(section.key);
  // What is attached belongs to a section that has begun: only then does it belong to an engagement.
  const attached =
    own === undefined ? [] : proofsOn(source.ws.db, `section:${sectionId(packet.id, section.key)}`);
  const listed = Array.isArray(own?.body.evidence) ? own.body.evidence.map(String) : [];
  const evidence = [...new Set([...attached, ...listed])];
  const values = section.fields.flatMap(({ key }) => {
    const row = rows.get(valueKey(section.key, key));
    const value = row === undefined ? '' : said(row, 'text');
    return value === '' ? [] : [[key, value] as const];
  });
  return {
    text: own === undefined ? '' : said(own, 'text'),
    values: Object.fromEntries(values),
    evidence: packetEvidence(source, evidence),
    data: dataNames(section).map((name) => packetData(source, name)),
    waiver: waiverOf(source, packet, section, evidence),
  };
}

export function dataNames({ source }: PacketSection): PacketDataName[] {
  return source.flatMap((each) => (each.startsWith('data:') ? [each.slice(5) as PacketDataName] : []));
}

/**
 * The newest waiver of a section with a reason, by somebody who did not write in it. Whoever writes there afterwards, on this copy or
 * another, takes their own waiver back by that: every copy comes to the same answer.
 */
function waiverOf(
  { ws }: PacketSource,
  packet: ProgrammeRow,
  section: PacketSection,
  evidence: readonly string[],
): SectionContent['waiver'] {
  const waivers = factsOn(ws.db, packet.record, 'waiver').filter(
    ({ body }) => body.section === section.key && holdsForName(ws.db, packet, body.title),
  );
  if (waivers.length === 0) return null;
  const writers = sectionWriters(ws, packet.id, section, evidence);
  const fact = waivers.find(({ by, body }) => !writers.has(by.id) && String(body.reason).trim() !== '');
  if (fact === undefined) return null;
  return { id: fact.id, by: fact.by.name, at: fact.at, reason: String(fact.body.reason) };
}

/** A waiver of a build that did not say the name holds while only those who may review gave the packet another. */
function holdsForName(db: OpenWorkspace['db'], packet: ProgrammeRow, title: unknown): boolean {
  if (typeof title === 'string') return title === packet.title;
  return rolesSince(db, packet, 'title').every(mayReview);
}

/** Whether a member of this role says what decides a gate; whoever is no member any more does not. */
export function mayReview(role: string | null): boolean {
  const { data } = Role.safeParse(role);
  return data !== undefined && mayDecide(data).allowed;
}

/** The sections of a packet by their keys: what says it belongs to the packet under an id of its own is none of it. */
export function ownSections(db: OpenWorkspace['db'], packet: string): ReadonlyMap<string, ProgrammeRow> {
  const own = sectionsOf(db, packet).filter(({ id, body }) => id === sectionId(packet, String(body.key)));
  return new Map(own.map((row) => [String(row.body.key), row]));
}

/** Members who wrote words or values in a section, or attached what is attached there. */
export function sectionWriters(
  ws: Pick<OpenWorkspace, 'db'>,
  packet: string,
  section: PacketSection,
  evidence: readonly string[],
): Set<string> {
  const own = `section:${sectionId(packet, section.key)}`;
  const values = section.fields.map(({ key }) => `section:${sectionId(packet, valueKey(section.key, key))}`);
  const proofs = evidence.map((id) => `proof:${deriveId(sha256, 'proof', id, own)}`);
  return writersOn(ws.db, [own, ...values, ...proofs]);
}
