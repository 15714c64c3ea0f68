import type { SignedAssessment } from '../../../shared/domain/sign-off.ts';
import type { Family } from '../attack.ts';
import type { Contents } from '../contents.ts';
import { latin } from '../pdf.ts';
import { ROTA } from '../real-binder.ts';
import { told } from './contents.ts';

type Entry = Contents['extract']['entries'][number];
const opsOf = ({ entry }: Entry) => entry.ops as { record: string; field: string }[];

/** The values of what was signed off, with every sign-off of it told as void. */
function voided({ extract }: Contents, label: string): { record: string; values: SignedAssessment } {
  const own = extract.signOffs.filter((one) => one.label.startsWith(`${label} `));
  for (const signOff of own) signOff.voided = true;
  const record = own[0]?.record ?? '';
  const values = extract.signed[record];
  if (values?.kind !== 'assessment') throw new Error(`there is no sign-off of ${label}`);
  return { record, values };
}

/** Takes an entry out with its proof; its form stays where the chain is to lead over it. */
function takeOut({ extract, proofs }: Contents, { entry }: Entry, stays: boolean): void {
  extract.entries = extract.entries.filter((one) => one.entry !== entry);
  proofs.inclusion = proofs.inclusion.filter(
    ({ writer, seq }) => writer !== entry.writer || seq !== entry.seq,
  );
  if (stays) extract.between.push(entry);
}

/** Tells the first result of AC-2 as the one that stands. */
function rolledBack(contents: Contents, stays: boolean): void {
  const { record, values } = voided(contents, 'AC-2');
  const wrote = contents.extract.entries.filter((one) =>
    opsOf(one).some((op) => op.record === `assessment:${record}` && op.field === 'result'),
  );
  const last = wrote.at(-1);
  if (wrote.length !== 2 || !last) throw new Error('AC-2 has no earlier result');
  takeOut(contents, last, stays);
  Object.assign(values, { result: 'satisfied', note: 'Held throughout.' });
}

/** Hides values, and answers how many. */
function hide(
  { extract }: Contents,
  which: (op: { record: string; field: string }, value: unknown) => boolean,
) {
  let hidden = 0;
  for (const one of extract.entries)
    for (const [i, op] of opsOf(one).entries()) {
      if (!which(op, one.values[i]?.value)) continue;
      one.values[i] = null;
      hidden += 1;
    }
  if (hidden === 0) throw new Error('nothing was hidden');
}

const isLinkTo = (record: string) => (op: { record: string }, value: unknown) =>
  op.record.startsWith('link:') && (value as { assessment?: string } | undefined)?.assessment === record;

/** Says that a file is left out. */
function leaveOut(
  { manifest }: Contents,
  label: string,
  { sha256, bytes }: { sha256: string; bytes: number },
): void {
  manifest.omitted.push({ kind: 'file', id: sha256, label, reason: 'too-large', sha256, bytes });
  manifest.counts.omitted += 1;
}

function fileNamed({ manifest }: Contents, name: string) {
  const file = manifest.files.find((one) => one.name.endsWith(` ${name}`));
  if (!file) throw new Error(`there is no file ${name}`);
  return file;
}

const AC1 = 'sign-off-mismatch @ sign-off AC-1 · Payroll as preparer';
const AC1_REVIEW = 'sign-off-mismatch @ sign-off AC-1 · Payroll as reviewer';
const AC2 = 'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer';
const HIDDEN = 'manifest-mismatch @ ledger entry *';

export const VOIDS: Family = {
  name: 'A dishonest preparer who leaves out what the ledger’s entries would answer',
  about: 'Entries are taken out or hidden, and what they would contradict is told as changed since.',
  attacks: [
    {
      title: 'A signed result rolled back and told as void, the entry of the newer one taken out',
      file: told((contents) => rolledBack(contents, false)),
      found: [AC2],
    },
    {
      title: 'The same, the bare form of that entry left where it was',
      file: told((contents) => rolledBack(contents, true)),
      found: [AC2, HIDDEN],
    },
    {
      title: 'Sign-offs told as void for evidence that never was, said to be withheld',
      file: told((contents) => {
        const { values } = voided(contents, 'AC-1');
        const [id, title] = ['ab'.repeat(16), 'The true report'];
        const dates = {
          collected: null,
          expires: null,
          periodFrom: null,
          periodTo: null,
          lastVerified: null,
        };
        values.evidence.push({ id, title, ...dates, files: ['cd'.repeat(32)] });
        values.evidence.sort((a, b) => (a.id < b.id ? -1 : 1));
        contents.manifest.omitted.push({ kind: 'evidence', id, label: title, reason: 'withheld' });
        contents.manifest.counts.omitted += 1;
      }),
      found: [AC1, AC1_REVIEW],
    },
    {
      title: 'Accepted evidence taken from its control by hiding the link, the sign-offs told as void',
      file: told((contents, { evidence }) => {
        const { record, values } = voided(contents, 'AC-1');
        hide(contents, isLinkTo(record));
        values.evidence = [];
        contents.evidence.set(evidence, latin('user,role\nmallory,owner\n'));
      }),
      found: [AC1, AC1_REVIEW, HIDDEN],
    },
    {
      title: 'Every result hidden, and no redaction says so',
      file: told((contents) => hide(contents, ({ field }) => field === 'result')),
      found: [HIDDEN],
    },
    {
      title: 'The title of evidence hidden, and another told',
      file: told((contents) => {
        const { evidence = '' } = fileNamed(contents, ROTA);
        hide(contents, ({ record, field }) => record === `evidence:${evidence}` && field === 'title');
        for (const one of contents.manifest.included)
          if (one.id === evidence) one.label = `${one.label.split(' ')[0]} All is well`;
      }),
      found: [HIDDEN],
    },
    {
      title: 'A file exchanged that nobody signed off, the ledger’s hash of it left as it is',
      file: told((contents) => contents.evidence.set(fileNamed(contents, ROTA).name, latin('week,who\n'))),
      found: [`manifest-mismatch @ attachment * ${ROTA}`, `manifest-mismatch @ evidence * ${ROTA}`],
    },
    {
      title: 'A file named as left out that is here',
      file: told((contents) => leaveOut(contents, 'E-1 rota.csv', fileNamed(contents, ROTA))),
      found: ['manifest-mismatch @ E-1 rota.csv'],
    },
    {
      title: 'A file of signed evidence named as left out, another in its place under other evidence',
      file: told((contents, { evidence }) => {
        const file = contents.manifest.files.find(({ name }) => name === evidence);
        if (!file) throw new Error('there is no evidence');
        leaveOut(contents, 'E-1 access.csv', { sha256: file.sha256, bytes: 9e9 });
        file.evidence = fileNamed(contents, ROTA).evidence;
        contents.evidence.set(evidence, latin('user,role\nmallory,owner\n'));
      }),
      found: ['manifest-mismatch @ E-1 access.csv', 'manifest-mismatch @ attachment * access.csv'],
    },
    {
      title: 'Two files under each other’s evidence',
      file: told((contents, { evidence }) => {
        const [one, other] = [
          fileNamed(contents, ROTA),
          contents.manifest.files.find(({ name }) => name === evidence),
        ];
        if (!other) throw new Error('there is no evidence');
        [one.evidence, other.evidence] = [other.evidence, one.evidence];
      }),
      found: [`manifest-mismatch @ attachment * ${ROTA}`, 'manifest-mismatch @ attachment * access.csv'],
    },
    {
      title: 'A file left out that no evidence has',
      file: told((contents) => leaveOut(contents, 'E-1 report.pdf', { sha256: 'ab'.repeat(32), bytes: 1 })),
      found: ['manifest-mismatch @ E-1 report.pdf'],
    },
  ],
};
