import { createHash } from 'node:crypto';
import { resolve as absolute, extname } from 'node:path';
import { type BinderDiff, type BinderDiffSide, diffBinders } from '../../shared/domain/binder-diff.ts';
import { diffCsv, diffPage } from '../../shared/domain/binder-diff-report.ts';
import { furtherVolume } from '../../shared/domain/volumes.ts';
import { refuse } from '../../shared/fault.ts';
import { writeNew } from '../evidence/register-csv.ts';
import { comparison, derivationOf } from './verify/comparison.ts';
import type { ReadBinder } from './verify/index.ts';

/** What changed between two binders that were verified; one that is not valid says nothing to go by. */
export function differences(before: ReadBinder, after: ReadBinder): BinderDiff {
  const [was, is] = [contentsOf(before), contentsOf(after)];
  const { relation, sentences } = comparison(after, before, {
    here: 'the binder after',
    there: 'the binder before',
  });
  return {
    schema: 'bindery.diff/1',
    before: sideOf(before),
    after: sideOf(after),
    ledger: { relation, sentences },
    rows: diffBinders(was, is),
    notes: [
      ...derivationNotes(before, after),
      ...notesOn(was.manifest.profile ?? 'full', is.manifest.profile ?? 'full'),
    ],
  };
}

function contentsOf({ report, content }: ReadBinder) {
  const { manifest, ledger } = content ?? {};
  const volume = report.verdict === 'invalid' ? null : furtherVolume(report);
  if (volume !== null)
    refuse({
      code: 'invalid-input',
      where: report.file,
      detail: `This is ${volume.is}`,
      remedy: volume.remedy,
    });
  if (report.verdict === 'invalid' || !manifest || !ledger)
    refuse({
      code: 'invalid-input',
      where: report.file,
      detail: 'This binder is not valid, so what it says cannot be compared.',
      remedy: 'Verify it, which names what is wrong, and take a copy that is whole.',
    });
  return { manifest, extract: ledger.state.extract, signatures: report.signatures };
}

function sideOf({ report, content }: ReadBinder): BinderDiffSide {
  const manifest = content?.manifest;
  return {
    file: report.file,
    sha256: report.sha256,
    verdict: report.verdict,
    binder: manifest?.binder ?? '',
    title: manifest?.title ?? '',
    profile: manifest?.profile ?? 'full',
    at: manifest?.at ?? '',
    workspace: manifest?.workspace.name ?? '',
    engagement: manifest?.engagement.name ?? '',
    signedBy: report.signatures.map(({ by, field }) => `${by} (${field})`),
  };
}

function derivationNotes(before: ReadBinder, after: ReadBinder): string[] {
  const found = derivationOf(after, before);
  return found === null ? [] : [found.sentence, ...found.undeclared];
}

function notesOn(before: string, after: string): string[] {
  if (before === after) return [];
  return [
    `The binders are of different profiles (${before}, ${after}): much of what is in one alone was left out of the other on purpose.`,
  ];
}

/** Writes the report to a new file, in the form its name asks for. */
export async function writeDiff(diff: BinderDiff, out: string) {
  const file = absolute(out);
  const form = FORMS[extname(file).toLowerCase()];
  if (form === undefined)
    refuse({
      code: 'invalid-input',
      where: 'out',
      detail: `A report is written as ${Object.keys(FORMS).join(', ')}.`,
      remedy: 'Give the file one of these endings.',
    });
  const bytes = Buffer.from(form(diff), 'utf8');
  await writeNew(file, bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

const FORMS: Readonly<Record<string, (diff: BinderDiff) => string>> = {
  '.html': diffPage,
  '.csv': diffCsv,
  '.json': (diff) => `${JSON.stringify(diff, null, 2)}\n`,
};
