import { ALLOWED, type Verdict } from '../../fault.ts';
import { canonicalText, type Json } from '../../ledger/canonical.ts';
import type { PacketContent, SectionContent, SectionData } from './packet-content.ts';
import type { PacketField, PacketSection } from './packet-template.ts';
import { dayAfter } from './template.ts';

/** What stands in a section before it is judged. */
export type SectionInput = Pick<SectionContent, 'text' | 'values' | 'evidence' | 'data' | 'waiver'>;

export interface SectionVerdict {
  readonly state: SectionContent['state'];
  /** What is missing, each a sentence with its remedy. */
  readonly missing: string[];
}

/**
 * Whether a section is filled: every value it requires is there and within its limit, as much evidence is attached as
 * it asks for, and at least one of its sources says something. What is filled needs no waiver; what is not required
 * may stay empty, but not half filled with a value that breaks its limit. What was done on a day that has not come by
 * `today` was not done.
 */
export function judgeSection(section: PacketSection, input: SectionInput, today: string): SectionVerdict {
  const flaws = section.fields.flatMap((field) => fieldFlaw(field, input.values[field.key], today));
  const shortages = [...evidenceShortage(section, input), ...rowShortage(section, input)];
  const said = saysAnything(section, input);
  const missing = [...(said ? [] : [emptyWords(section)]), ...flaws, ...shortages];
  if (missing.length === 0) return { state: 'filled', missing };
  if (input.waiver !== null) return { state: 'waived', missing: [] };
  if (section.required) return { state: 'missing', missing };
  return said && flaws.length > 0 ? { state: 'missing', missing: flaws } : { state: 'empty', missing: [] };
}

/** Evidence counts wherever it is attached: a report is worth more than the sentence that mentions it. */
function saysAnything(section: PacketSection, input: SectionInput): boolean {
  if (input.text.trim() !== '' || input.evidence.length > 0) return true;
  if (section.source.includes('hand') && Object.values(input.values).some((value) => value.trim() !== ''))
    return true;
  return input.data.some((data) => section.source.includes(`data:${data.name}`) && data.total > 0);
}

const HOW: Readonly<Record<'hand' | 'artifacts', string>> = {
  hand: 'write it',
  artifacts: 'attach evidence that shows it',
};

function emptyWords({ source, required }: PacketSection): string {
  const ways = source.flatMap((each) => (each === 'hand' || each === 'artifacts' ? [HOW[each]] : []));
  const data = source.flatMap((each) =>
    each.startsWith('data:') ? [each.slice(5).replaceAll('-', ' ')] : [],
  );
  const remedy = [...ways, ...(data.length > 0 ? [`record ${data.join(' or ')} in the workspace`] : [])];
  const waive = required ? '; or have an approver waive it with a reason' : '';
  return `Nothing is there yet: ${remedy.join(', or ')}${waive}.`;
}

function fieldFlaw(field: PacketField, raw: string | undefined, today: string): string[] {
  const value = raw?.trim() ?? '';
  if (value === '') return field.required ? [`${field.title} is missing: ${expects(field)}.`] : [];
  const flaw = valueFlaw(field, value, today);
  return flaw === null ? [] : [flaw];
}

/** Why a value is none of its field, as a sentence; null where it is. Tomorrow is let pass: further east it is today. */
export function valueFlaw(field: PacketField, value: string, today: string): string | null {
  if (field.type === 'text') return null;
  if (field.type === 'day' && !isDay(value)) return `${field.title} is no day: write it as YYYY-MM-DD.`;
  if (field.type === 'day')
    return value <= dayAfter(today, 1)
      ? null
      : `${field.title} is ${value}, which has not come yet: give the day it was done.`;
  const number = numberIn(value.trim());
  if (!Number.isFinite(number)) return `${field.title} is no number: ${expects(field)}.`;
  if (field.atMost !== undefined && number > field.atMost)
    return `${field.title} is ${value}${unitOf(field)}; at most ${field.atMost}${unitOf(field)} is allowed. Rehearse until it is, or have an approver waive it with a reason.`;
  return null;
}

/** A number with at most two decimals: `1,000` is a thousand to some and one to others, so it is neither. */
function numberIn(text: string): number {
  return /^\d+([.,]\d{1,2})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

const unitOf = ({ type }: PacketField) => (type === 'minutes' ? ' minutes' : '');

function expects(field: PacketField): string {
  const limit = field.atMost === undefined ? '' : `, at most ${field.atMost}`;
  if (field.type === 'minutes') return `give it in minutes${limit}`;
  if (field.type === 'number') return `give a number${limit}`;
  return field.type === 'day' ? 'give the day' : 'write it';
}

function isDay(value: string): boolean {
  const time = Date.parse(`${value}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(time || 0).toISOString().startsWith(value);
}

function evidenceShortage({ minimum }: PacketSection, { evidence }: SectionInput): string[] {
  const needed = minimum.evidence ?? 0;
  if (evidence.length >= needed) return [];
  const pieces = needed === 1 ? 'one piece' : `${needed} pieces`;
  return [
    `It needs at least ${pieces} of evidence and has ${evidence.length}: attach the reports themselves.`,
  ];
}

function rowShortage({ minimum, source }: PacketSection, { data }: SectionInput): string[] {
  const needed = minimum.rows ?? 0;
  const rows = data.reduce((sum, each) => (source.includes(`data:${each.name}`) ? sum + each.total : sum), 0);
  return rows >= needed ? [] : ['The workspace holds nothing of this yet: work the engagement first.'];
}

/** Whoever wrote in a section does not decide that the packet goes without it: waiving is somebody else’s act. */
export function mayWaive(
  section: PacketSection,
  state: SectionContent['state'],
  wroteHere: boolean,
): Verdict {
  const no = (rule: string, because: string): Verdict => ({ allowed: false, rule, because });
  if (state === 'filled')
    return no('nothing-to-waive', `${section.title} is filled; there is nothing to waive.`);
  if (!section.required && state !== 'missing')
    return no('nothing-to-waive', `${section.title} is not required; it may stay empty.`);
  if (wroteHere)
    return no('segregation', `You wrote in ${section.title} yourself; another approver has to waive it.`);
  return ALLOWED;
}

/**
 * The part of a packet that people answer for: what they wrote, attached and waived. Data of the workspace goes on
 * after a packet is final; the finalisation keeps it as it was, and only this part can be changed after the fact.
 */
export function authoredOf(content: PacketContent): Json {
  const { day: _day, figures: _figures, sections, engagement, ...rest } = content;
  return {
    ...rest,
    engagement: engagement.id,
    sections: sections.map(({ data: _data, state: _state, title: _title, ...section }) => section),
  } as unknown as Json;
}

/** The customer's word as it stands in the ledger. */
export interface StatedHandover {
  readonly name: string;
  readonly organisation: string;
  readonly on: string;
  readonly statement: string;
  readonly at: string;
}

/**
 * Whether somebody by name said something on a day that had come: asked of every word that is read, since another
 * program may have written it.
 */
export function isGivenWord(
  { name, organisation, on, statement, at }: StatedHandover,
  today: string,
): boolean {
  const said = [name, organisation, statement].every((words) => words.trim() !== '');
  return said && on <= dayAfter(at.slice(0, 10), 1) && at.slice(0, 10) <= dayAfter(today, 1);
}

export interface Difference {
  readonly section: string;
  readonly title: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** How what is of no section is named where sections are. */
export const PACKET_ITSELF = { section: '', title: 'The packet itself' } as const;

/** Everything people changed in a packet between two of its states. */
export function differencesOf(before: PacketContent, after: PacketContent): Difference[] {
  const head = (['title', 'about', 'period', 'environment'] as const).flatMap((what) =>
    changed(PACKET_ITSELF.section, after.title, what, before[what], after[what]),
  );
  const [oldVersion, newVersion] = [before.template.version, after.template.version];
  head.push(...changed(PACKET_ITSELF.section, after.title, 'template', oldVersion, newVersion));
  const was = new Map(before.sections.map((section) => [section.key, section]));
  const is = new Map(after.sections.map((section) => [section.key, section]));
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  return [...head, ...keys.flatMap((key) => sectionDifferences(was.get(key), is.get(key)))];
}

/** What is said of data that a packet keeps and the ledger does not show. */
export const NOT_SHOWN = 'not what the ledger shows';

/**
 * What a packet keeps otherwise than the ledger shows of the same moment; `null` where that shows no such packet. Of
 * some parts of the workspace it may be left aside.
 */
export function unfoundedIn(
  kept: PacketContent,
  shown: PacketContent | null,
  aside: readonly SectionData['name'][] = [],
): Difference[] {
  const what = NOT_SHOWN;
  const whole = { ...PACKET_ITSELF, what, before: kept.day, after: shown?.day ?? '' };
  if (shown === null) return [whole];
  const [was, is] = [comparable(kept, aside), comparable(shown, aside)];
  if (canonicalText(was as unknown as Json) === canonicalText(is as unknown as Json)) return [];
  const there = new Map(is.sections.map((section) => [section.key, section]));
  const apart = was.sections.flatMap((section): Difference[] => {
    const other = there.get(section.key);
    if (canonicalText(section as unknown as Json) === canonicalText((other ?? null) as unknown as Json))
      return [];
    const { key, title } = section;
    return [{ section: key, title, what, before: tableWords(section), after: tableWords(other) }];
  });
  const figures = canonicalText(was.figures as Json) === canonicalText(is.figures as Json);
  const charts = { ...PACKET_ITSELF, title: 'Charts', what };
  const drawn = figures
    ? []
    : [{ ...charts, before: chartWords(kept.figures), after: chartWords(shown.figures) }];
  return apart.length + drawn.length > 0 ? [...drawn, ...apart] : [whole];
}

function comparable(content: PacketContent, aside: readonly SectionData['name'][]): PacketContent {
  const sections = content.sections.map((section) => ({
    ...section,
    data: section.data.filter(({ name }) => !aside.includes(name)),
  }));
  return { ...content, sections };
}

const tableWords = (section: SectionContent | undefined) =>
  (section?.data ?? []).map(({ summary }) => summary).join(' ');

function chartWords(figures: PacketContent['figures']): string {
  if (figures === null) return '';
  const { rag, share } = figures.overall;
  return share === null ? rag : `${rag}, ${Math.round(share * 100)} % ready`;
}

function sectionDifferences(was: SectionContent | undefined, is: SectionContent | undefined): Difference[] {
  const { key = '', title = '' } = is ?? was ?? {};
  const fields = [...new Set([...Object.keys(was?.values ?? {}), ...Object.keys(is?.values ?? {})])].sort();
  return [
    ...changed(key, title, 'text', was?.text ?? '', is?.text ?? ''),
    ...fields.flatMap((field) =>
      changed(key, title, field, was?.values[field] ?? '', is?.values[field] ?? ''),
    ),
    ...changed(
      key,
      title,
      'evidence',
      evidenceWords(was),
      evidenceWords(is),
      evidenceKey(was) !== evidenceKey(is),
    ),
    ...changed(key, title, 'waiver', was?.waiver?.reason ?? '', is?.waiver?.reason ?? ''),
  ];
}

function changed(
  section: string,
  title: string,
  what: string,
  before: string,
  after: string,
  differs = before !== after,
): Difference[] {
  return differs ? [{ section, title, what, before, after }] : [];
}

function evidenceWords(section: SectionContent | undefined): string {
  return (section?.evidence ?? [])
    .map(({ reference, title, files }) => {
      const hashes = files.map((file) => `${file.name} ${file.sha256.slice(0, 12)}`).join(', ');
      return `${reference} ${title} (${hashes})`;
    })
    .join('; ');
}

/** Titles of evidence may be improved without a packet being another; its files may not. */
function evidenceKey(section: SectionContent | undefined): string {
  return canonicalText(
    (section?.evidence ?? []).map(({ id, files }) => [id, ...files.map(({ sha256 }) => sha256)]) as Json,
  );
}
