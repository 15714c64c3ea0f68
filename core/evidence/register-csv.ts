import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import type { RegisterRow } from '../../shared/contract/register.ts';
import { csvCell, csvLine } from '../../shared/domain/csv.ts';
import { refuse } from '../../shared/fault.ts';
import { today } from '../today.ts';
import { fileError } from '../workspace/folder-io.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { inLane, type RegisterFilter, readRegister, registerRows } from './register.ts';

type Cell = string | number | boolean | null;

const list = (parts: readonly string[]) => parts.join('; ');
const labels = (row: RegisterRow, kinds: readonly string[], of: 'label' | 'title') =>
  list([
    ...new Set(
      row.places
        .filter(({ record }) => kinds.includes(record.split(':', 1)[0] ?? ''))
        .map((place) => place[of]),
    ),
  ]);
const CHECKS = ['control', 'item'];
const due = (row: RegisterRow, kind: RegisterRow['due'][number]['kind']) =>
  row.due.find((item) => item.kind === kind)?.on ?? null;

/** Every column of the register in its order. */
const COLUMNS: Readonly<Record<string, (row: RegisterRow) => Cell>> = {
  Reference: (row) => row.reference,
  'Control ID': (row) => labels(row, CHECKS, 'label'),
  'Control name': (row) => labels(row, CHECKS, 'title'),
  'Also shown on': (row) =>
    list(
      row.places.flatMap(({ record, label, title }) =>
        /^(control|item):/.test(record) ? [] : [`${label}: ${title}`],
      ),
    ),
  Title: (row) => row.title,
  Owner: (row) => row.owner,
  'Systems in scope': (row) => list(row.systems),
  'Period from': (row) => row.periodFrom,
  'Period to': (row) => row.periodTo,
  Collected: (row) => row.collected,
  'Last verified': (row) => row.lastVerified,
  'Verification method': (row) => row.verification,
  'Evidence link': (row) => row.proofLink,
  'Reviewer / approver': (row) => row.reviewer,
  'Next review / expires': (row) => row.expires,
  'Risk if stale': (row) => row.riskIfStale,
  Notes: (row) => row.note,
  Source: (row) => row.source,
  Classification: (row) => row.marking,
  'Kept until': (row) => row.retainUntil,
  'Legal hold': (row) => list(row.holds.map(({ by, at, reason }) => `${reason} (${by}, ${at.slice(0, 10)})`)),
  State: (row) => (row.stale.length > 0 ? 'stale' : row.expiring ? 'expiring' : 'current'),
  'Why stale': (row) => list(row.stale),
  Orphaned: (row) => row.orphaned,
  'Refresh due': (row) => due(row, 'refresh'),
  'Change due': (row) => due(row, 'change'),
  'Attestation due': (row) => due(row, 'attestation'),
  'Link check due': (row) => due(row, 'links'),
  'Attested by': (row) => row.attestation?.by ?? null,
  'Attested on': (row) => row.attestation?.at.slice(0, 10) ?? null,
  Attestation: (row) =>
    row.attestation === null
      ? null
      : `${row.attestation.met ? '' : 'Does not hold: '}${row.attestation.statement}`,
  'Links checked on': (row) => row.check?.at.slice(0, 10) ?? null,
  'Broken links': (row) => row.check?.broken ?? null,
  Revision: (row) => row.revision,
  Files: (row) => list(row.files.map(({ name }) => name)),
  'SHA-256': (row) => list(row.files.map(({ sha256 }) => sha256)),
  'Added at': (row) => row.addedAt,
  'Added by': (row) => row.addedBy,
  Id: (row) => row.id,
};

export interface RegisterCsv {
  readonly file: string | null;
  readonly text: string | null;
  readonly sha256: string;
  readonly bytes: number;
  readonly counts: { rows: number; columns: number };
  readonly problems: { where: string; code: string; message: string; severity: string }[];
}

/** So many rows are made whole at a time. */
const A_STEP = 1000;
const MOST_PROBLEMS = 100;

/**
 * The register as CSV (RFC 4180, UTF-8), to a new file or as text. A cell that a spreadsheet would take for a formula is
 * given an apostrophe before it, and the answer names each: what it writes is never run, and never changed in silence.
 */
export async function exportRegister(
  ws: OpenWorkspace,
  filter: RegisterFilter,
  out: string | undefined,
): Promise<RegisterCsv> {
  const found = inLane(readRegister(ws, filter), today(ws), { only: filter.only, sort: 'title' });
  const names = Object.keys(COLUMNS);
  const lines = [csvLine(names)];
  const problems: RegisterCsv['problems'] = [];
  let changed = 0;
  for (let from = 0; from < found.length; from += A_STEP) {
    for (const row of registerRows(ws, found.slice(from, from + A_STEP))) {
      const cells = Object.entries(COLUMNS).map(([column, of]) => {
        const { text, neutralised } = csvCell(of(row));
        if (neutralised) changed += 1;
        if (neutralised && problems.length < MOST_PROBLEMS) problems.push(neutral(row, column));
        return text;
      });
      lines.push(csvLine(cells));
    }
  }
  if (changed > problems.length) problems.push(more(changed - problems.length));
  const text = lines.join('');
  const bytes = Buffer.from(text, 'utf8');
  const file = out === undefined ? null : absolute(out);
  if (file !== null) await writeNew(file, bytes);
  return {
    file,
    text: file === null ? text : null,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    counts: { rows: lines.length - 1, columns: names.length },
    problems,
  };
}

export async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Half a register would pass for a whole one.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      await rm(file, { force: true });
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      refuse({
        code: 'conflict',
        detail: 'A file of that name is there already.',
        remedy: 'Name a new file.',
      });
    throw fileError(error, file);
  }
}

const neutral = (row: RegisterRow, column: string) => ({
  where: `${row.reference} ${column}`,
  code: 'neutralised',
  message: 'It begins like a formula, so an apostrophe stands before it.',
  severity: 'info',
});
const more = (count: number) => ({
  where: 'other cells',
  code: 'neutralised',
  message: `${count} more begin like a formula, and an apostrophe stands before each.`,
  severity: 'info',
});
