import { createHash } from 'node:crypto';
import type { ExtractSignOff } from '../../../shared/domain/binder.ts';
import type { Redaction } from '../../../shared/domain/redaction.ts';
import { returnLabel } from '../../../shared/domain/returns.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';
import type { Attack, Family } from '../attack.ts';
import { type Contents, dishonest, rewriteTwin } from '../contents.ts';
import { RETURNED, type RealBinder, unsigned } from '../real-binder.ts';
import { rehashed } from './contents.ts';

/** The binder of what came back, in the place of the one that is attacked elsewhere. */
const told =
  (edit: (contents: Contents, binder: RealBinder) => void): Attack['file'] =>
  (binder) =>
    dishonest({ ...binder, once: binder.returned, unsigned: unsigned(binder.returned) }, edit);

const LIE = 'Well done, nothing is missing.';
const WHY = RETURNED['AC-1'];

function returnOf({ extract }: Contents, label: 'AC-1' | 'AC-2'): ExtractSignOff {
  const found = extract.signOffs.find((one) => one.verdict === 'returned' && one.label.startsWith(label));
  if (!found) throw new Error(`${label} was not returned`);
  return found;
}

/** The entry that states a return, and where in it. */
function entryOf({ extract }: Contents, { id }: ExtractSignOff) {
  for (const entry of extract.entries) {
    const ops = entry.entry.ops as { record: string; hash: string }[];
    const at = ops.findIndex(({ record }) => record === `signoff:${id}`);
    const op = ops[at];
    if (op !== undefined) return { entry, at, op };
  }
  throw new Error('the return has no entry');
}

/** Writes the words of a return anew in the entry that states it. */
function restated(contents: Contents, signOff: ExtractSignOff, words: string) {
  const { entry, at, op } = entryOf(contents, signOff);
  const value = entry.values[at];
  if (!value) throw new Error('the return is hidden');
  entry.values[at] = { ...value, value: { ...(value.value as object), note: words } };
  return { entry, op, value: entry.values[at] };
}

const inTwin = (contents: Contents, binder: RealBinder, from: string, to: string): void =>
  rewriteTwin(contents, binder, 'assessment-results.json', (text) => text.replace(from, to));

/** The words of the return of AC-1 redacted as the product does it, or otherwise. */
function redacted(contents: Contents, binder: RealBinder, more: Partial<Redaction> = {}): ExtractSignOff {
  const one = returnOf(contents, 'AC-1');
  hidden(contents, one, more);
  inTwin(contents, binder, WHY, one.note);
  return one;
}

/** Hides what an entry states of a sign-off as the words of a return, and says so. */
function hidden(contents: Contents, one: ExtractSignOff, more: Partial<Redaction> = {}): void {
  const { manifest, checkpoint } = contents;
  const { entry, at, op } = entryOf(contents, one);
  entry.values[at] = null;
  const redaction: Redaction = {
    ...{ kind: 'return', id: one.id, label: returnLabel(one), reason: 'Names of staff' },
    ...{ sha256: op.hash, bytes: Buffer.byteLength(one.note), records: [] },
    ...more,
  };
  manifest.redaction = { by: { id: checkpoint.member, name: checkpoint.memberName }, list: [redaction] };
  const { kind, id, label, sha256, bytes } = redaction;
  manifest.omitted.push({ kind, id, label, reason: 'redacted', sha256, bytes });
  manifest.counts.omitted += 1;
  one.note = `[Redacted. Reason: ${redaction.reason}]`;
}

const AC1 = 'sign-off-mismatch @ sign-off AC-1 · Payroll as reviewer';
const AC2 = 'sign-off-mismatch @ sign-off AC-2 · Payroll as reviewer';
const ENTRY = 'entry-mismatch @ ledger entry *';
const RESULTS = 'twin-mismatch @ attachment assessment-results.json';
const NAMED = 'manifest-mismatch @ Return of *';

export const RETURNS: Family = {
  name: 'A dishonest preparer who tells otherwise why work came back',
  about: 'What a reviewer wrote when they returned it is altered, moved, left out or said to be redacted.',
  attacks: [
    {
      title: 'Nothing changed, and signed by another',
      file: told(() => {}),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'That Mallory really signed',
    },
    {
      title: 'Other words in the list, and in the results for other programs',
      file: told((contents, binder) => {
        returnOf(contents, 'AC-1').note = LIE;
        inTwin(contents, binder, WHY, LIE);
      }),
      found: [AC1],
    },
    {
      title: 'No words in the list, and none in the results',
      file: told((contents, binder) => {
        returnOf(contents, 'AC-1').note = '';
        inTwin(contents, binder, WHY, '');
      }),
      found: [AC1],
    },
    {
      title: 'Other words in the results for other programs alone',
      file: told((contents, binder) => inTwin(contents, binder, WHY, LIE)),
      found: [RESULTS],
    },
    {
      title: 'The remark taken out of the results',
      file: told((contents, binder) =>
        rewriteTwin(contents, binder, 'assessment-results.json', (text) =>
          text.replace(/,?"remarks":"Returned by [^"]*"/, ''),
        ),
      ),
      found: [RESULTS],
    },
    {
      title: 'Other words in the entry alone',
      file: told((contents) => {
        restated(contents, returnOf(contents, 'AC-1'), LIE);
      }),
      found: [ENTRY, AC1],
    },
    {
      title: 'Other words on every side: list, results and entry',
      file: told((contents, binder) => {
        const one = returnOf(contents, 'AC-1');
        restated(contents, one, LIE);
        one.note = LIE;
        inTwin(contents, binder, WHY, LIE);
      }),
      found: [ENTRY, AC1],
    },
    {
      title: 'The same, with every hash of the entry written anew',
      file: told((contents, binder) => {
        const one = returnOf(contents, 'AC-1');
        const { entry, op, value } = restated(contents, one, LIE);
        const bytes = canonicalBytes(value.value as Json);
        op.hash = createHash('sha256').update(Buffer.from(value.salt, 'hex')).update(bytes).digest('hex');
        rehashed(entry);
        one.note = LIE;
        inTwin(contents, binder, WHY, LIE);
      }),
      found: ['proof-failed @ ledger entry *', AC1],
    },
    {
      title: 'The words of two returns under each other’s control',
      file: told((contents, binder) => {
        const [one, other] = [returnOf(contents, 'AC-1'), returnOf(contents, 'AC-2')];
        [one.note, other.note] = [other.note, one.note];
        rewriteTwin(contents, binder, 'assessment-results.json', (text) =>
          text
            .replace(WHY, '<here>')
            .replace(RETURNED['AC-2'], WHY)
            .replace('<here>', () => RETURNED['AC-2']),
        );
      }),
      found: [AC1, AC2],
    },
    {
      title: 'A return moved to another control, with its words',
      file: told((contents) => {
        const [one, other] = [returnOf(contents, 'AC-1'), returnOf(contents, 'AC-2')];
        Object.assign(one, { record: other.record, label: other.label, digest: other.digest });
      }),
      found: [AC2, RESULTS],
    },
    {
      title: 'A return by another member',
      file: told((contents, binder) => {
        const one = returnOf(contents, 'AC-1');
        const { by, byName } = contents.extract.signOffs.find(({ verdict }) => verdict === 'signed') ?? one;
        Object.assign(one, { by, byName });
        rewriteTwin(contents, binder, 'assessment-results.json', (text) =>
          text.replace('Returned by Rita', `Returned by ${byName}`),
        );
      }),
      found: [AC1],
    },
    {
      title: 'A return told as acceptance',
      file: told((contents) => {
        Object.assign(returnOf(contents, 'AC-1'), { verdict: 'signed', note: '' });
      }),
      found: [AC1],
    },
    {
      title: 'A return and its words left out, and its entry left where it was',
      file: told((contents) => {
        const one = returnOf(contents, 'AC-1');
        contents.extract.signOffs = contents.extract.signOffs.filter((other) => other !== one);
        contents.manifest.counts.signOffs -= 1;
      }),
      found: ['sign-off-mismatch @ ledger entry *'],
    },
    {
      title: 'The words of a return redacted as the product does it',
      file: told((contents, binder) => {
        redacted(contents, binder);
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'What 1 sign-off referred to',
    },
    {
      title: 'Words hidden with no redaction that says so',
      file: told((contents, binder) => {
        redacted(contents, binder);
        delete contents.manifest.redaction;
        contents.manifest.omitted.pop();
        contents.manifest.counts.omitted -= 1;
      }),
      found: [AC1],
    },
    {
      title: 'Words said to be redacted that stand in the entry all the same',
      file: told((contents, binder) => {
        const { entry, at } = entryOf(contents, returnOf(contents, 'AC-1'));
        const value = entry.values[at] ?? null;
        redacted(contents, binder);
        entry.values[at] = value;
      }),
      found: [NAMED, AC1],
    },
    {
      title: 'Other words in the place of redacted ones',
      file: told((contents, binder) => {
        const one = redacted(contents, binder);
        inTwinOf(contents, one.note, LIE);
        one.note = LIE;
      }),
      found: [AC1],
    },
    {
      title: 'Words redacted under the name of another return',
      file: told((contents, binder) => {
        redacted(contents, binder, { label: returnLabel(returnOf(contents, 'AC-2')) });
      }),
      found: [NAMED],
    },
    {
      title: 'Words redacted under a hash that no entry has',
      file: told((contents, binder) => {
        redacted(contents, binder, { sha256: 'a'.repeat(64) });
      }),
      found: [NAMED],
    },
    {
      title: 'A redaction of words that hides a sign-off, too',
      file: told((contents, binder) => {
        const { record } = returnOf(contents, 'AC-2');
        redacted(contents, binder, { records: [record] });
      }),
      found: [NAMED],
    },
    {
      title: 'A return told as one that counts for nothing behind the redaction of its words',
      file: told((contents, binder) => {
        redacted(contents, binder).baseless = true;
        inTwinOf(contents, '"returned"', '"submitted"');
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'Whether what Rita returned AC-1 · Payroll counts: whoever composed the binder tells it',
    },
    {
      title: 'An acceptance told as a return, its words said to be redacted',
      file: (binder) =>
        dishonest(binder, (contents) => {
          const one = contents.extract.signOffs.find(({ capacity }) => capacity === 'reviewer');
          if (one === undefined) throw new Error('nothing was accepted');
          one.verdict = 'returned';
          hidden(contents, one, { bytes: 1 });
        }),
      found: [AC1],
    },
    {
      title: 'A return told as acceptance behind the redaction of its words',
      file: told((contents, binder) => {
        const one = redacted(contents, binder);
        inTwinOf(contents, one.note, '');
        Object.assign(one, { verdict: 'signed', note: '' });
      }),
      found: [AC1, NAMED],
    },
  ],
};

/** The same in results that are rewritten already. */
function inTwinOf({ evidence }: Contents, from: string, to: string): void {
  const text = evidence.get('assessment-results.json')?.toString('utf8') ?? '';
  evidence.set('assessment-results.json', Buffer.from(text.replace(from, to), 'utf8'));
}
