import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LedgerComparison, type VerifyProblem, VerifyReport } from '../../shared/domain/binder.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { judgeSets, type SetReport } from '../../shared/domain/volumes.ts';
import { type Fault, FaultError, refuse } from '../../shared/fault.ts';
import { tell } from '../../shared/fault-sentences.ts';
import { table } from '../lines.ts';
import { BUNDLE_PASSPHRASE_FLAG } from '../secrets.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';
import { bundleLines, isBundle, verifyBundles } from './verify-bundles.ts';

export const TRUST_FLAG = {
  trust: {
    value: 'CERT.pem',
    summary: 'A certificate you know to be the signer’s',
    many: true,
    more: (word) => /\.(pem|crt|cer|der)$/i.test(word),
  },
} as const satisfies Flags;

export const verify: Verb = {
  summary:
    'Verifies binders and courier bundles from their bytes alone, volumes also as a set; needs no workspace',
  words: ['FILE…'],
  flags: {
    ...TRUST_FLAG,
    against: {
      value: 'OTHER.pdf',
      summary: 'Another binder of the workspace: does the one’s ledger continue the other’s',
    },
    'require-trusted': { summary: 'An unknown signer counts as bad (exit 3)' },
    ...BUNDLE_PASSPHRASE_FLAG,
  },
  async run({ args, path, secrets, workbench }) {
    const trust = await Promise.all(args.list('trust').map((file) => certificate(path(file))));
    const named = (await Promise.all(args.words.map((word) => binderFiles(path(word), word)))).flat();
    const ofBundles = await Promise.all(named.map((file) => isBundle(path(file))));
    const words = named.filter((_, index) => !ofBundles[index]);
    const bundles = await verifyBundles(
      { path, secrets, workbench },
      named.filter((_, index) => ofBundles[index]),
    );
    const other = args.text('against');
    if (other !== undefined) await readable(path(other), other);
    const client = await workbench.client();
    const reportOn = async (file: string, against: string | undefined): Promise<VerifyReport> => {
      await readable(path(file), file);
      const job = await client.binders.verify({
        file: { path: path(file) },
        trust,
        ...(against === undefined ? {} : { against: { path: path(against) } }),
      });
      const told = VerifyReport.parse(await workbench.follow(job));
      return {
        ...told,
        file,
        ...(told.against ? { against: { ...told.against, file: against ?? '' } } : {}),
      };
    };
    const read: (VerifyReport | Unreadable)[] = [];
    for (const file of words) {
      const entry = await reportOn(file, other).catch(async (error: unknown) => {
        const fault = told(error, file);
        // What is wrong with the other binder is no fault of this one.
        if (other !== undefined)
          await reportOn(other, undefined).catch((wrong) => refuse(told(wrong, other)));
        return named.length === 1 ? refuse(fault) : unreadable(file, fault);
      });
      read.push(entry);
    }
    const entries = read.map((entry) => comparedByFirst(entry, read));
    const files = entries.filter((entry) => entry.verdict !== 'unreadable');
    const bad = (report: VerifyReport) =>
      report.verdict === 'invalid' ||
      report.against?.verdict === 'invalid' ||
      report.against?.relation === 'rewritten' ||
      report.against?.derivation?.derives === false ||
      (args.has('require-trusted') && report.verdict !== 'valid');
    const open = ({ against }: VerifyReport) => against !== undefined && against.relation !== 'consistent';
    const sets = judgeSets(files);
    const unsure = bundles.some(({ verdict }) => verdict === 'invalid' || args.has('require-trusted'));
    const found = unsure || files.some(bad) || sets.some(({ whole }) => !whole);
    const exit = found ? 3 : files.length < entries.length || files.some(open) ? 1 : 0;
    return {
      value: { files: [...entries, ...bundles], ...(sets.length === 0 ? {} : { sets }) },
      lines: [...entries.flatMap(linesOf), ...sets.flatMap(setLines), ...bundles.flatMap(bundleLines)],
      exit,
    };
  },
};

/** Where the first volume is here too, it is the one compared: the further ones hold nothing of the ledger. */
function comparedByFirst<T extends VerifyReport | Unreadable>(entry: T, all: readonly T[]): T {
  if (entry.verdict === 'unreadable' || !('against' in entry) || (entry.set?.volume ?? 1) === 1) return entry;
  const { against: _, ...rest } = entry;
  const first = all.some(
    (one) => 'set' in one && one.set?.volume === 1 && one.set.binder === entry.set?.binder,
  );
  return first ? (rest as T) : entry;
}

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

/** A file of several that could not be read: no verdict on it, and the others get theirs. */
interface Unreadable {
  readonly file: string;
  readonly verdict: 'unreadable';
  /** What the command would have been refused with, had it been the only file. */
  readonly fault: Fault;
  readonly signatures: readonly [];
  readonly problems: readonly VerifyProblem[];
}

function unreadable(file: string, fault: Fault): Unreadable {
  const { happened } = tell(fault);
  const message = happened.startsWith(`${file}: `) ? happened.slice(file.length + 2) : happened;
  const problems = [{ code: 'unreadable', where: 'file', message }];
  return { file, verdict: 'unreadable', fault, signatures: [], problems };
}

/** A refusal that says which file it means. Whoever stops the command, or meets a bug, stops all of it. */
function told(error: unknown, file: string): Fault {
  if (!(error instanceof FaultError)) throw error;
  const { fault } = error;
  if (fault.code === 'cancelled') throw error;
  return fault.code === 'invalid-input' ? { ...fault, where: file } : fault;
}

const VERDICTS: Readonly<Record<VerifyReport['verdict'], string>> = {
  valid: 'Valid.',
  'valid-unknown-signer': 'Valid, by signers whose certificates you did not name as trusted.',
  invalid: 'Not valid.',
};

function linesOf(report: VerifyReport | Unreadable): string[] {
  if (report.verdict === 'unreadable') {
    const said = report.problems.map(({ message }) => message).join(' ');
    return [harmless(`${report.file}: Cannot be read, so there is no verdict. ${said}`), ''];
  }
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => harmless(`  ${line}`))];
  return [
    harmless(`${report.file}: ${VERDICTS[report.verdict]}`),
    `  SHA-256 ${report.sha256}`,
    '',
    ...table(report.signatures, [
      { title: 'signature', of: (one) => one.field },
      { title: 'by', of: (one) => one.by },
      { title: 'at', of: ({ at }) => at && momentWords(at) },
      { title: 'valid', of: (one) => yes(one.valid) },
      { title: 'covers its revision', of: (one) => yes(one.coversRevision) },
      { title: 'covers the whole file', of: (one) => yes(one.coversWholeFile) },
      { title: 'trusted', of: (one) => yes(one.trusted) },
      { title: 'time stamp', of: (one) => (one.timeStamp ? momentWords(one.timeStamp.at) : 'none') },
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
