import type { Redaction } from '../../../shared/domain/redaction.ts';
import type { Family } from '../attack.ts';
import { type Contents, rewriteTwin } from '../contents.ts';
import type { RealBinder } from '../real-binder.ts';
import { told } from './contents.ts';

const DECLARED = { label: 'What was taken out', reason: 'Names of staff', sha256: 'a'.repeat(64), bytes: 1 };

/** Says that something is redacted, in the list and among what is left out. */
function declare(
  { manifest, checkpoint }: Contents,
  one: Pick<Redaction, 'kind' | 'id'> & Partial<Redaction>,
): void {
  const redaction: Redaction = { ...DECLARED, records: [], ...one };
  const list = [...(manifest.redaction?.list ?? []), redaction];
  manifest.redaction = { by: { id: checkpoint.member, name: checkpoint.memberName }, list };
  const { kind, id, label, sha256, bytes } = redaction;
  manifest.omitted.push({ kind, id, label, reason: 'redacted', sha256, bytes });
  manifest.counts.omitted += 1;
}

/** The record of AC-2, with its sign-off; its values taken out of the extract. */
function hidden({ extract }: Contents) {
  const signOff = extract.signOffs.find(({ label }) => label.startsWith('AC-2'));
  if (!signOff) throw new Error('there is no sign-off of AC-2');
  const { record, id } = signOff;
  const names = new Set([`assessment:${record} note`, `signoff:${id} fact`]);
  for (const entry of extract.entries) {
    const ops = entry.entry.ops as { record: string; field: string }[];
    entry.values = entry.values.map((value, i) =>
      names.has(`${ops[i]?.record} ${ops[i]?.field}`) ? null : value,
    );
  }
  const { textHash = '' } = extract.signed[record] ?? {};
  delete extract.texts[textHash];
  delete extract.signed[record];
  return { signOff, record };
}

/** The note of AC-2 redacted as the product does it. */
function redacted(contents: Contents, more: Partial<Redaction> = {}) {
  const { signOff, record } = hidden(contents);
  const ops = contents.extract.entries.flatMap(
    ({ entry }) => entry.ops as { record: string; field: string; hash: string }[],
  );
  const note = ops.findLast((op) => op.record === `assessment:${record}` && op.field === 'note');
  const label = 'Note on AC-2 Accounts · Payroll';
  declare(contents, {
    kind: 'note',
    id: record,
    records: [record],
    label,
    sha256: note?.hash ?? '',
    ...more,
  });
  return { signOff, record };
}

/** The note of AC-2 taken out of the results, too, as a redaction does. */
function hiddenInTwin(contents: Contents, binder: RealBinder, more = (text: string) => text): void {
  rewriteTwin(contents, binder, 'assessment-results.json', (text) =>
    more(text.replace('Two joiners lack a form.', `[Redacted. Reason: ${DECLARED.reason}]`)),
  );
}

const LISTED = 'manifest-mismatch @ What was taken out';

export const REDACTIONS: Family = {
  name: 'A dishonest preparer who says that something is redacted',
  about: 'A redaction is a reason not to show a value; it is made to cover something else.',
  attacks: [
    {
      title: 'A file said to be redacted that is embedded all the same',
      file: told((contents) => {
        const [file] = contents.manifest.files;
        declare(contents, { kind: 'file', id: file?.sha256 ?? '' });
      }),
      found: [LISTED],
    },
    {
      title: 'A note said to be redacted that stands in the ledger’s entries',
      file: told((contents) => {
        const [signOff] = contents.extract.signOffs;
        declare(contents, { kind: 'note', id: signOff?.record ?? '' });
      }),
      found: [LISTED],
    },
    {
      title: 'A file left out as redacted that no list of redactions names',
      file: told((contents) => {
        declare(contents, { kind: 'file', id: DECLARED.sha256 });
        delete contents.manifest.redaction;
      }),
      found: [LISTED],
    },
    {
      title: 'A redaction in the list that is not among what is left out',
      file: told((contents) => {
        declare(contents, { kind: 'file', id: DECLARED.sha256 });
        contents.manifest.omitted.pop();
        contents.manifest.counts.omitted -= 1;
      }),
      found: [LISTED],
    },
    {
      title: 'The values of a sign-off hidden with no redaction that says so',
      file: told((contents) => {
        hidden(contents);
      }),
      found: ['sign-off-mismatch @ sign-off AC-2 · Payroll as preparer'],
    },
    {
      title: 'A sign-off invented behind a redaction',
      file: told((contents) => {
        const { signOff, record } = hidden(contents);
        declare(contents, { kind: 'note', id: record, records: [record] });
        contents.extract.signOffs.push({ ...signOff, id: 'invented', capacity: 'approver' });
        contents.manifest.counts.signOffs += 1;
      }),
      found: ['sign-off-mismatch @ sign-off AC-2 · Payroll as approver'],
    },
    {
      title: 'A sign-off in somebody else’s name behind a redaction',
      file: told((contents) => {
        const { signOff, record } = hidden(contents);
        declare(contents, { kind: 'note', id: record, records: [record] });
        signOff.byName = 'Rita';
      }),
      found: ['sign-off-mismatch @ sign-off AC-2 · Payroll as preparer'],
    },
    {
      title: 'A note said to be redacted that stands in the results for other programs',
      file: told((contents) => {
        const { record } = hidden(contents);
        declare(contents, { kind: 'note', id: record, records: [record] });
      }),
      found: ['twin-mismatch @ attachment assessment-results.json'],
    },
    {
      title: 'A sign-off under another control’s name behind a redaction',
      file: told((contents, binder) => {
        const { signOff } = redacted(contents);
        hiddenInTwin(contents, binder);
        signOff.label = 'AC-1 · Payroll';
      }),
      found: ['sign-off-mismatch @ sign-off AC-1 · Payroll as preparer'],
    },
    {
      title: 'A note redacted by somebody who did not compose the binder',
      file: told((contents, binder) => {
        redacted(contents);
        hiddenInTwin(contents, binder);
        Object.assign(contents.manifest.redaction ?? {}, { by: { id: 'x', name: 'Rita' } });
      }),
      found: ['manifest-mismatch @ manifest'],
    },
    {
      title: 'A note redacted under the name of another',
      file: told((contents, binder) => {
        redacted(contents, { label: 'Note on AC-1 Policy · Payroll' });
        hiddenInTwin(contents, binder);
      }),
      found: ['manifest-mismatch @ Note on AC-1 Policy · Payroll'],
    },
    {
      title: 'A note redacted under a hash that no entry has',
      file: told((contents, binder) => {
        redacted(contents, { sha256: DECLARED.sha256 });
        hiddenInTwin(contents, binder);
      }),
      found: ['manifest-mismatch @ Note on AC-2 Accounts · Payroll'],
    },
    {
      title: 'The redaction of one note that hides the sign-offs of another control, too',
      file: told((contents, binder) => {
        const other = contents.extract.signOffs.find(({ label }) => label.startsWith('AC-1'))?.record ?? '';
        redacted(contents);
        contents.manifest.redaction?.list[0]?.records.push(other);
        hiddenInTwin(contents, binder);
      }),
      found: ['manifest-mismatch @ Note on AC-2 Accounts · Payroll'],
    },
    ...(['baseless', 'unfounded', 'voided'] as const).map((flag) => ({
      title: `A sign-off told as ${flag} behind a redaction`,
      file: told((contents, binder) => {
        const { signOff } = redacted(contents);
        hiddenInTwin(contents, binder, (text) =>
          text.replace('"submitted"', flag === 'unfounded' ? '"submitted"' : '"draft"'),
        );
        signOff[flag] = true;
      }),
      found: [],
      verdict: 'valid-unknown-signer' as const,
      told: 'Whether what Ada signed AC-2 · Payroll as preparer counts: whoever composed the binder tells it',
    })),
    {
      title: 'A sign-off in another capacity behind a redaction',
      file: told((contents, binder) => {
        const { signOff } = redacted(contents);
        hiddenInTwin(contents, binder, (text) => text.replace('"submitted"', '"draft"'));
        signOff.capacity = 'approver';
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'referred to, and in which capacity: the values are redacted here',
    },
  ],
};
