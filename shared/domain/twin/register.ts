import { csvCell, csvLine } from '../csv.ts';
import type { ShownEvidence } from './shown.ts';

const COLUMNS: readonly (readonly [string, (record: ShownEvidence, at: number) => string | number | null])[] =
  [
    ['Reference', ({ reference }) => reference],
    ['Title', ({ title }) => title],
    ['Supports', ({ supports }) => supports.map(({ label }) => label).join('; ')],
    ['Collected', ({ collected }) => collected],
    ['Period from', ({ periodFrom }) => periodFrom],
    ['Period to', ({ periodTo }) => periodTo],
    ['Last verified', ({ lastVerified }) => lastVerified],
    ['Expires', ({ expires }) => expires],
    ['Revision', ({ revision }) => revision],
    ['File', ({ files }, at) => files[at]?.name ?? null],
    ['Attachment', ({ files }, at) => files[at]?.attachment ?? null],
    ['Media type', ({ files }, at) => files[at]?.mediaType ?? null],
    ['Bytes', ({ files }, at) => files[at]?.bytes ?? null],
    ['SHA-256', ({ files }, at) => files[at]?.sha256 ?? null],
    ['Id', ({ id }) => id],
  ];

/** The evidence register of a binder, a line for each file; what it leaves out has none. */
export function registerCsv(evidence: readonly ShownEvidence[]): string {
  const lines = evidence.flatMap((record) =>
    Array.from({ length: Math.max(1, record.files.length) }, (_, at) =>
      csvLine(COLUMNS.map(([, of]) => csvCell(of(record, at)).text)),
    ),
  );
  return [csvLine(COLUMNS.map(([title]) => title)), ...lines].join('');
}
