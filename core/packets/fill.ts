import { headValues } from '../../db/queries/ledger.ts';
import { proofsOn } from '../../db/queries/programme.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import { mayWaive, valueFlaw } from '../../shared/domain/programme/packet.ts';
import type { PacketSection } from '../../shared/domain/programme/packet-template.ts';
import { ProgrammeOf } from '../../shared/domain/programme/shapes.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import { append, type Draft } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import { stateAct } from '../programme/acts.ts';
import { putRecord } from '../programme/records.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { readPacket, sectionId, sectionWriters, valueKey } from './content.ts';
import { packetSource } from './source.ts';
import { type ShippedTemplate, templateNamed, templateOf } from './templates.ts';
import { findPacket, type WhichPacket } from './view.ts';

export interface NewPacket {
  readonly engagement?: string | undefined;
  readonly template: string;
  readonly title?: string | undefined;
  readonly about: string;
  readonly period: string;
  readonly environment: string;
}

/** Opens a packet from a template; without a title it is called as its template, with what tells it from others. */
export function createPacket(ws: OpenWorkspace, request: NewPacket): ProgrammeRow {
  const template = templateNamed(request.template);
  const { about, period, environment } = request;
  const apart = [environment, period].filter((part) => part.trim() !== '').join(' · ');
  const title = request.title ?? (apart === '' ? template.title : `${template.title} · ${apart}`);
  return putRecord(ws, {
    kind: 'packet',
    engagement: request.engagement,
    fields: { title, template: `${template.id}@${template.version}`, about, period, environment },
  });
}

export interface SectionWords {
  readonly section: string;
  readonly text?: string | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** Writes words and values in a section, each a record of its own; what is left out stays. */
export function setSection(ws: OpenWorkspace, which: WhichPacket, words: SectionWords): void {
  const { packet, section } = sectionNamed(ws, which, words.section);
  const values = Object.entries(words.values ?? {}).map(([typed, value]) => {
    const field = fieldNamed(section, typed);
    const trimmed = value.trim();
    // A value beyond its limit is kept and judged; one of another type is a slip of the hand.
    const flaw = trimmed === '' ? null : valueFlaw({ ...field, atMost: undefined }, trimmed, today(ws));
    if (flaw !== null) refuse({ code: 'invalid-input', detail: flaw, where: field.key });
    return sectionDrafts(ws, packet, valueKey(section.key, field.key), trimmed);
  });
  const text = words.text === undefined ? [] : [sectionDrafts(ws, packet, section.key, words.text)];
  const drafts = [...text, ...values].flat();
  if (drafts.length === 0)
    refuse({ code: 'invalid-input', detail: 'Give a text or a value to write.', where: 'text' });
  append(ws, 'programme.put@2', drafts);
}

function sectionDrafts(ws: OpenWorkspace, packet: ProgrammeRow, key: string, text: string): Draft[] {
  const record = `section:${sectionId(packet.id, key)}`;
  return [...beginning(ws, packet, key), { record, field: 'text', value: text.toWellFormed() }];
}

/** What a section is of; said with the first thing in it, so that whatever is attached belongs to an engagement. */
function beginning({ db }: OpenWorkspace, packet: ProgrammeRow, key: string): Draft[] {
  const record = `section:${sectionId(packet.id, key)}`;
  const [began = '{}'] = headValues(db, packet.record, 'of');
  const { engagement, nonce } = ProgrammeOf.parse(JSON.parse(began));
  return [
    { record, field: 'of', value: { engagement, key, ...(nonce === undefined ? {} : { nonce }) } },
    { record, field: 'packet', value: packet.id },
    { record, field: 'key', value: key },
  ];
}

function fieldNamed(section: PacketSection, typed: string) {
  const wanted = typed.trim().toLowerCase();
  const found = section.fields.find(({ key, title }) => key === wanted || title.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const known = section.fields.map(({ key }) => key).join(', ') || 'none';
  return refuse({
    code: 'invalid-input',
    detail: `${section.title} has no value "${typed}". It has: ${known}.`,
    where: 'values',
  });
}

/** Attaches evidence to a section, or takes it off; the last word of two copies apart is that it is attached. */
export function attachToSection(
  ws: OpenWorkspace,
  which: WhichPacket & { readonly section: string },
  evidence: string,
  on: boolean,
): void {
  const { packet, section } = sectionNamed(ws, which, which.section);
  const record = `section:${sectionId(packet.id, section.key)}`;
  const value = { evidence: resolve.evidence(ws, evidence).id, record, on };
  if (!on && !proofsOn(ws.db, record).includes(value.evidence))
    refuse({ code: 'not-found', what: 'attached evidence', id: evidence });
  const id = deriveId(sha256, 'proof', value.evidence, record);
  append(ws, 'programme.prove@2', [
    ...beginning(ws, packet, section.key),
    { record: `proof:${id}`, field: 'state', value },
  ]);
}

/** Lets a packet go without a section, in the caller's own name. Whoever wrote in it cannot. */
export function waiveSection(
  ws: OpenWorkspace,
  which: WhichPacket & { readonly section: string },
  reason: string,
): void {
  const { packet, section } = sectionNamed(ws, which, which.section);
  const read = readPacket(packetSource(ws, packet.engagement), packet);
  const content = read.content.sections.find(({ key }) => key === section.key);
  const attached = (content?.evidence ?? []).map(({ id }) => id);
  const wroteHere = sectionWriters(ws, packet.id, section, attached).has(ws.member().id);
  const state = content?.state ?? 'missing';
  demand(mayWaive(section, state, wroteHere));
  stateAct(ws, 'packet.waive@2', 'waiver', {
    engagement: packet.engagement,
    record: packet.record,
    section: section.key,
    reason: reason.toWellFormed(),
    title: packet.title,
  });
}

/** A section by its key or title, in any case. */
export function sectionNamed(
  ws: OpenWorkspace,
  which: WhichPacket,
  typed: string,
): { packet: ProgrammeRow; template: ShippedTemplate; section: PacketSection } {
  const packet = findPacket(ws, which);
  const template = templateOf(String(packet.body.template));
  const wanted = typed.trim().toLowerCase();
  const section = template.sections.find(
    ({ key, title }) => key === wanted || title.toLowerCase() === wanted,
  );
  if (section !== undefined) return { packet, template, section };
  const known = template.sections.map(({ key }) => key).join(', ');
  return refuse({
    code: 'not-found',
    what: `section of the ${template.title.toLowerCase()} (${known})`,
    id: typed,
  });
}
