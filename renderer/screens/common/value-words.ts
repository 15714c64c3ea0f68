import { readable, readableName } from '../../../shared/domain/spell-out.ts';
import { bytes, day, moment } from '../../parts/format.ts';
import { RESULT_WORDS } from './state-words.ts';

const FIELD_WORDS: Readonly<Record<string, string>> = {
  about: 'About',
  on: 'Stands',
  seq: 'Entry no.',
  capacity: 'As',
  signed: 'Signed values',
  sha256: 'SHA-256',
  mediaType: 'Kind of file',
  collected: 'Collected on',
  expires: 'Expires on',
  from: 'From',
  to: 'To',
  textHash: 'Control text',
  retainUntil: 'Kept until',
  proofLink: 'Evidence link',
  riskIfStale: 'Risk if stale',
  passphraseSetByOther: 'Passphrase set by somebody else',
  fact: 'What was stated',
  raised: 'Note',
  import: 'What was taken in',
  period: 'Period',
  of: 'Belongs to',
  for: 'For',
  at: 'When',
  by: 'By',
  deleted: 'Removed',
  refreshDays: 'Days until it is refreshed',
  changeHours: 'Hours after a material change',
  attestDays: 'Days until it is attested',
  linkDays: 'Days until its links are checked',
};

/** A field's name for people: those it has here, else its own words. */
export function fieldWord(field: string): string {
  const known = Object.hasOwn(FIELD_WORDS, field) ? FIELD_WORDS[field] : undefined;
  if (known !== undefined) return known;
  const words = field
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  assessment: 'Result',
  link: 'Evidence linked',
  custody: 'Chain of custody',
  signoff: 'Sign-off',
  note: 'Review note',
  raci: 'Who is responsible',
  kpi: 'Measure',
  linkcheck: 'Check of files and links',
};

/** What kind of record a ledger name stands for: `signoff:9f…` is a sign-off. */
export function recordWord(record: string): string {
  const kind = record.split(':', 1)[0] ?? '';
  return KIND_WORDS[kind] ?? fieldWord(kind);
}

const HEX = /^[0-9a-f]{32,}$/;
/** The id of a record says nothing to a person; the entry as recorded has it. */
const ID = /^([a-z]+:)?[0-9a-f]{32}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
/** Keys and certificates: nobody reads them here, and who compares them compares fingerprints. */
const SEALED = /^(-----BEGIN |(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[\w+/=-]{40,}$)/;

/** A value of a field as people read it. */
export function valueWord(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return textWord(value);
  if (Array.isArray(value)) return value.map(valueWord).join(', ') || 'nothing';
  if (isRecord(value)) {
    return valueLines(value)
      .map(({ label, text }) => `${label}: ${text}`)
      .join('; ');
  }
  return String(value);
}

function textWord(text: string): string {
  const result = Object.entries(RESULT_WORDS).find(([key]) => key === text);
  if (result) return result[1].word.toLowerCase();
  if (HEX.test(text)) return `${text.slice(0, 4)} ${text.slice(4, 8)} … ${text.slice(-4)}`;
  if (DAY.test(text)) return day(text);
  if (MOMENT.test(text)) return moment(text);
  return SEALED.test(text) ? `a key or certificate of ${text.length} characters` : readable(text);
}

export interface ValueLine {
  /** Empty for a value that has no parts. */
  readonly label: string;
  readonly text: string;
}

/** By writer what the giver of a role had seen. */
const UNTOLD: readonly string[] = ['cutoff'];

/** A value as people read it, a line for each of its parts that says something: no empty ones, and no ids. */
export function valueLines(value: unknown): ValueLine[] {
  if (!isRecord(value)) return [{ label: '', text: valueWord(value) }];
  const telling = Object.entries(value).filter(([key, part]) => !isMute(part) && !UNTOLD.includes(key));
  return telling.flatMap(([key, part]) => partLines(fieldWord(key), key, part));
}

function isMute(part: unknown): boolean {
  if (Array.isArray(part)) return part.every(isMute);
  return part === null || part === '' || (typeof part === 'string' && ID.test(part));
}

function partLines(label: string, key: string, part: unknown): ValueLine[] {
  if (key === 'files' && Array.isArray(part))
    return part.map((file) => ({ label: 'File', text: fileWords(file) }));
  if (key === 'bytes' && typeof part === 'number') return [{ label: 'Size', text: bytes(part) }];
  if (!isRecord(part)) return [{ label, text: valueWord(part) }];
  return valueLines(part).map((line) => ({
    label: `${label}, ${line.label.toLowerCase()}`,
    text: line.text,
  }));
}

function fileWords(file: unknown): string {
  if (!isRecord(file) || typeof file.name !== 'string') return valueWord(file);
  const size = typeof file.bytes === 'number' ? `, ${bytes(file.bytes)}` : '';
  const hash = typeof file.sha256 === 'string' ? `, SHA-256 ${textWord(file.sha256)}` : '';
  return `${readableName(file.name)}${size}${hash}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
