import { momentWords } from '../../../shared/domain/moment.ts';
import type { AcceptanceState } from '../../../shared/domain/programme/acceptance.ts';
import type { Capacity, Method, Result, Status } from '../../../shared/domain/results.ts';

export const RESULT_WORDS: Readonly<Record<Result, string>> = {
  satisfied: 'Satisfied',
  'not-satisfied': 'Not satisfied',
  'not-applicable': 'Not applicable',
  'not-reviewed': 'Not reviewed',
};

export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  draft: 'Draft',
  submitted: 'Submitted for review',
  accepted: 'Accepted',
  returned: 'Returned',
};

/** A draft on which nothing stands yet. */
export const NOT_STARTED = 'Not started';

export const METHOD_WORDS: Readonly<Record<Method, string>> = {
  examine: 'Examine',
  interview: 'Interview',
  test: 'Test',
};

export const CAPACITY_WORDS: Readonly<Record<Capacity, string>> = {
  preparer: 'Preparer',
  reviewer: 'Reviewer',
  approver: 'Approver',
};

export const ACCEPTANCE_WORDS: Readonly<Record<AcceptanceState, string>> = {
  holds: 'Holds',
  expiring: 'Holds, expires soon',
  expired: 'Expired',
  withdrawn: 'Taken back',
  void: 'Counts nothing',
};

export const KIND_WORDS = {
  evidence: 'Evidence binder',
  release: 'Release binder',
  handover: 'Handover binder',
} as const;

/** A day as it stands; a moment as day and minute in UTC; what is neither, unchanged. */
export function dateWords(iso: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(iso)) return iso;
  return momentWords(iso);
}

export function periodWords(from: string | null, to: string | null): string {
  if (from && to) return `${dateWords(from)} to ${dateWords(to)}`;
  if (from) return `from ${dateWords(from)}`;
  if (to) return `to ${dateWords(to)}`;
  return 'not set';
}

/** Decimal units, as file managers show them; below a kilobyte exact. */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  if (unit === 0) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const FILE_KINDS: Readonly<Record<string, string>> = {
  'application/pdf': 'PDF document',
  'application/msword': 'Word document',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word document',
  'application/vnd.ms-excel': 'Excel workbook',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel workbook',
  'application/vnd.ms-powerpoint': 'PowerPoint slides',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint slides',
  'application/vnd.oasis.opendocument.text': 'OpenDocument text',
  'application/vnd.oasis.opendocument.spreadsheet': 'OpenDocument spreadsheet',
  'application/vnd.oasis.opendocument.presentation': 'OpenDocument slides',
  'application/vnd.ms-outlook': 'Outlook message',
  'message/rfc822': 'E-mail',
  'text/plain': 'Text',
  'text/markdown': 'Markdown text',
  'text/csv': 'CSV table',
  'text/html': 'Web page',
  'application/json': 'JSON',
  'application/xml': 'XML',
  'application/yaml': 'YAML',
  'application/zip': 'ZIP archive',
  'image/png': 'PNG image',
  'image/jpeg': 'JPEG image',
  'application/octet-stream': 'Not known',
};

/** What kind of file it is, in words where the media type is a common one. */
export function fileKindWords(mediaType: string): string {
  return FILE_KINDS[mediaType] ?? mediaType;
}

/** Certificate and key fingerprints in groups that an eye can compare. */
export function fingerprintWords(hex: string): string {
  return hex.replace(/(.{8})(?=.)/g, '$1 ');
}
