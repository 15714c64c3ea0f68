import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LedgerComparison, VerifyReport } from '../../shared/domain/binder.ts';
import { judgeSets, type SetReport } from '../../shared/domain/volumes.ts';
import { FaultError, refuse } from '../../shared/fault.ts';
import { table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';

export const TRUST_FLAG = {
  trust: {
    value: 'CERT.pem',
    summary: 'A certificate you know to be the signer’s',
    many: true,
    more: (word) => /\.(pem|crt|cer|der)$/i.test(word),
  },
} as const satisfies Flags;

export const verify: Verb = {
  summary: 'Verifies binders from their bytes alone, several volumes also as a set; needs no workspace',
  words: ['FILE…'],
  flags: {
    ...TRUST_FLAG,
    against: {
      value: 'OTHER.pdf',
      summary: 'Another binder of the workspace: does the one’s ledger continue the other’s',
    },
    'require-trusted': { summary: 'An unknown signer counts as bad (exit 3)' },
  },
  async run({ args, path, workbench }) {
    const trust = await Promise.all(args.list('trust').map((file) => certificate(path(file))));
    const words = (await Promise.all(args.words.map((word) => binderFiles(path(word), word)))).flat();
    for (const file of words) await readable(path(file), file);
    const other = args.text('against');
    if (other !== undefined) await readable(path(other), other);
    const against = other === undefined ? {} : { against: { path: path(other) } };
    const client = await workbench.client();
    const files: VerifyReport[] = [];
    for (const file of words) {
      const job = await client.binders.verify({ file: { path: path(file) }, trust, ...against });
      const report = await workbench.follow(job).catch((error: unknown) => named(error, file));
      const told = VerifyReport.parse(report);
      const compared =
        told.against && other !== undefined ? { against: { ...told.against, file: other } } : {};
      files.push({ ...told, file, ...compared });
    }
    const bad = (report: VerifyReport) =>
      report.verdict === 'invalid' ||
      report.against?.verdict === 'invalid' ||
      report.against?.relation === 'rewritten' ||
      report.against?.derivation?.derives === false ||
      (args.has('require-trusted') && report.verdict !== 'valid');
    const open = ({ against }: VerifyReport) => against !== undefined && against.relation !== 'consistent';
    const sets = judgeSets(files);
    const exit = files.some(bad) || sets.some(({ whole }) => !whole) ? 3 : files.some(open) ? 1 : 0;
    return {
      value: { files, ...(sets.length === 0 ? {} : { sets }) },
      lines: [...files.flatMap(linesOf), ...sets.flatMap(setLines)],
      exit,
    };
  },
};

/** A folder stands for the binders in it, a file for itself. */
async function binderFiles(path: string, typed: string): Promise<string[]> {
  if (!(await stat(path).catch(() => null))?.isDirectory()) return [typed];
  const found = (await readdir(path)).filter((name) => /^[^.].*\.pdf$/i.test(name)).sort();
  if (found.length === 0) refuse({ code: 'not-found', what: 'PDF in the folder', id: typed });
  return found.map((name) => join(typed, name));
}

function setLines({ title, binder, of, whole, files, problems }: SetReport): string[] {
  const found = files.filter((file) => file !== null).length;
  return [
    harmless(
      `${title}: ${whole ? `whole, all ${of} volumes are here.` : `not whole, ${found} of ${of} volumes.`}`,
    ),
    `  Binder ${harmless(binder)}`,
    ...problems.map(({ where, message }) => harmless(`  ${where}: ${message}`)),
    '',
  ];
}

/** A certificate file, PEM or DER, as PEM. */
export async function certificate(file: string): Promise<string> {
  try {
    return new X509Certificate(await readFile(file)).toString();
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing) return refuse({ code: 'not-found', what: 'certificate file', id: file });
    return refuse({ code: 'invalid-input', where: file, detail: 'This is not a certificate in PEM or DER.' });
  }
}

/** Said before anything is verified, so that a mistyped name is not a verdict. */
export async function readable(file: string, typed: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null) refuse({ code: 'not-found', what: 'file', id: typed });
  if (!found.isFile()) refuse({ code: 'invalid-input', where: typed, detail: 'This is not a file.' });
}

/** Among several files, a refusal says which one it means. */
function named(error: unknown, file: string): never {
  if (error instanceof FaultError && error.fault.code === 'invalid-input') {
    refuse({ ...error.fault, where: file });
  }
  throw error;
}

const VERDICTS: Readonly<Record<VerifyReport['verdict'], string>> = {
  valid: 'Valid.',
  'valid-unknown-signer': 'Valid, by signers whose certificates you did not name as trusted.',
  invalid: 'Not valid.',
};

function linesOf(report: VerifyReport): string[] {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => harmless(`  ${line}`))];
  return [
    harmless(`${report.file}: ${VERDICTS[report.verdict]}`),
    `  SHA-256 ${report.sha256}`,
    '',
    ...table(report.signatures, [
      { title: 'signature', of: (one) => one.field },
      { title: 'by', of: (one) => one.by },
      { title: 'at', of: (one) => one.at },
      { title: 'valid', of: (one) => yes(one.valid) },
      { title: 'covers its revision', of: (one) => yes(one.coversRevision) },
      { title: 'covers the whole file', of: (one) => yes(one.coversWholeFile) },
      { title: 'trusted', of: (one) => yes(one.trusted) },
      { title: 'time stamp', of: (one) => one.timeStamp?.at ?? 'none' },
    ]),
    ...section(
      'Problems',
      report.problems.map((problem) => `${problem.where}: ${problem.message}`),
    ),
    ...section('Proven', report.proven),
    ...section('Not proven', report.notProven),
    ...(report.against ? section(comparedWith(report.against), comparedWords(report.against)) : []),
    '',
  ];
}

function comparedWords({ sentences, derivation }: LedgerComparison): string[] {
  return [...sentences, ...(derivation ? [derivation.sentence, ...derivation.undeclared] : [])];
}

const RELATIONS: Readonly<Record<LedgerComparison['relation'], string>> = {
  consistent: 'consistent',
  rewritten: 'rewritten',
  unsaid: 'cannot be said',
  'other-workspace': 'another workspace',
};

function comparedWith({ file, relation }: LedgerComparison): string {
  return harmless(`Compared with ${file}: ${RELATIONS[relation]}`);
}

function yes(fact: boolean): string {
  return fact ? 'yes' : 'no';
}
