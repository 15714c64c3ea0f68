import { createHash } from 'node:crypto';
import type { ExtractSignOff } from '../../../shared/domain/binder.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';
import type { Attack, Family } from '../attack.ts';
import { type Contents, contentsOf, type Dishonesty, dishonest, signedAnew } from '../contents.ts';
import { embedded, latin, Pdf } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';

export const told =
  (edit: (contents: Contents, binder: RealBinder) => void, options: Dishonesty = {}): Attack['file'] =>
  (binder) =>
    dishonest(binder, edit, options);

/** One sign-off of the preparer on AC-1, and the one on AC-2. */
function signOffs({ extract }: Contents): { first: ExtractSignOff; second: ExtractSignOff } {
  const find = (label: string) => {
    const found = extract.signOffs.find((one) => one.label.startsWith(label) && one.capacity === 'preparer');
    if (!found) throw new Error(`there is no sign-off of ${label}`);
    return found;
  };
  return { first: find('AC-1'), second: find('AC-2') };
}

const drop = (contents: Contents, name: string, { listed = true, embeddedToo = true } = {}): void => {
  if (listed) contents.manifest.files = contents.manifest.files.filter((file) => file.name !== name);
  if (embeddedToo) contents.unlisted.add(name);
};
const counts = (edit: (counts: Contents['manifest']['counts']) => void): Attack['file'] =>
  told(({ manifest }) => edit(manifest.counts));

/** Writes an entry again with a hash that fits it. */
export function rehashed(entry: Contents['extract']['entries'][number]): void {
  const prev = Buffer.from(String(entry.entry.prev), 'hex');
  const form = canonicalBytes(entry.entry as Json);
  entry.hash = createHash('sha256').update(prev).update(form).digest('hex');
}

const AC1 = 'sign-off-mismatch @ sign-off AC-1 · Payroll as preparer';
const AC2 = 'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer';
const ENTRY = 'entry-mismatch @ ledger entry *';
const PROOF = 'proof-failed @ ledger entry *';
const CHAIN = 'proof-failed @ ledger chain *';
const MANIFEST = 'manifest-mismatch @ manifest';
const FOREIGN = 'ledger-mismatch @ ledger extract';

export const CONTENTS: Family = {
  name: 'A dishonest preparer who signs with a key of their own',
  about: 'Every signature is good; what is signed does not agree with itself.',
  attacks: [
    {
      title: 'Nothing changed, and signed by another',
      file: told(() => {}),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'That Mallory really signed',
    },
    {
      title: 'The manifest’s hash of a file',
      file: told(
        ({ manifest }) => {
          for (const file of manifest.files) if (file.role === 'evidence') file.sha256 = 'ab'.repeat(32);
        },
        { fitting: false },
      ),
      found: ['attachment-mismatch @ attachment * access.csv'],
    },
    {
      title: 'The manifest’s size of a file',
      file: told(
        ({ manifest }) => {
          for (const file of manifest.files) file.bytes += 1;
        },
        { fitting: false },
      ),
      found: ['attachment-mismatch @ attachment * access.csv'],
    },
    {
      title: 'The manifest’s form',
      file: told(({ manifest }) => {
        Object.assign(manifest, { verdict: 'passed' });
      }),
      found: ['manifest-unreadable @ manifest'],
    },
    {
      title: 'A file that the manifest no longer lists',
      file: told((contents, { evidence }) => drop(contents, evidence, { embeddedToo: false })),
      found: ['attachment-extra @ attachment * access.csv', MANIFEST],
    },
    {
      title: 'A file that the manifest lists and nobody embedded',
      file: told((contents, { evidence }) => drop(contents, evidence, { listed: false })),
      found: ['attachment-missing @ attachment * access.csv'],
    },
    {
      title: 'A file left out of everything without a reason, counts and all',
      file: told((contents, { evidence }) => {
        drop(contents, evidence);
        contents.manifest.counts.files -= 1;
      }),
      found: ['manifest-mismatch @ evidence access*'],
    },
    {
      title: 'A file left out with a reason that nobody knows',
      file: told((contents, { evidence }) => {
        drop(contents, evidence);
        Object.assign(contents.manifest, {
          omitted: [{ kind: 'file', id: 'x', label: 'x', reason: 'mislaid' }],
        });
      }),
      found: ['manifest-unreadable @ manifest'],
    },
    {
      title: 'A file left out with no reason',
      file: told((contents, { evidence }) => {
        drop(contents, evidence);
        Object.assign(contents.manifest, { omitted: [{ kind: 'file', id: 'x', label: 'x' }] });
      }),
      found: ['manifest-unreadable @ manifest'],
    },
    {
      title: 'Evidence written anew, with a manifest that fits it',
      file: told(({ evidence }, binder) => {
        evidence.set(binder.evidence, latin('user,role\nmallory,owner\n'));
      }),
      found: ['manifest-mismatch @ evidence access*', 'manifest-mismatch @ attachment * access.csv'],
    },
    {
      title: 'Two pieces of evidence exchanged, with a manifest that fits them',
      file: told(({ manifest }, { evidence, picture }) => {
        const [a, b] = [evidence, picture].map((name) => manifest.files.find((file) => file.name === name));
        if (a && b) [a.evidence, b.evidence] = [b.evidence ?? '', a.evidence ?? ''];
      }),
      found: ['manifest-mismatch @ attachment * access.csv', 'manifest-mismatch @ attachment * screen.png'],
    },
    {
      title: 'Counts of files',
      file: counts((all) => {
        all.files += 1;
      }),
      found: [MANIFEST],
    },
    {
      title: 'Counts of what was left out',
      file: counts((all) => {
        all.omitted += 1;
      }),
      found: [MANIFEST],
    },
    {
      title: 'Counts of sign-offs',
      file: counts((all) => {
        all.signOffs += 1;
      }),
      found: [MANIFEST],
    },
    {
      title: 'Counts of controls',
      file: counts((all) => {
        all.controls += 1;
      }),
      found: [MANIFEST],
    },
    {
      title: 'Two attachments under each other’s name in the list',
      file: namesExchanged,
      found: ['attachment-name @ attachment * access.csv', 'attachment-name @ attachment * screen.png'],
    },
    {
      title: 'A second file for other readers in one attachment',
      file: secondFile,
      found: ['attachment-extra @ object *'],
    },
    {
      title: 'A sign-off told as one of another control',
      file: told((contents) => {
        const { first, second } = signOffs(contents);
        first.label = second.label;
      }),
      found: ['sign-off-mismatch @ sign-off AC-2 · Payroll as preparer'],
    },
    {
      title: 'A sign-off moved to another control’s record',
      file: told((contents) => {
        const { first, second } = signOffs(contents);
        Object.assign(second, { record: first.record });
      }),
      found: [AC2],
    },
    {
      title: 'The signed values of two controls exchanged',
      file: told((contents) => {
        const { first, second } = signOffs(contents);
        const { signed } = contents.extract;
        const [a, b] = [signed[first.record], signed[second.record]];
        if (a && b) Object.assign(signed, { [first.record]: b, [second.record]: a });
      }),
      found: [AC1, AC2],
    },
    {
      title: 'The digest of another sign-off',
      file: told((contents) => {
        const { first, second } = signOffs(contents);
        second.digest = first.digest;
      }),
      found: [AC2],
    },
    {
      title: 'A result changed after it was signed off',
      file: told(({ extract }) => {
        for (const values of Object.values(extract.signed))
          if (values.kind === 'assessment') values.result = 'satisfied';
      }),
      found: [AC2],
    },
    {
      title: 'A note changed after it was signed off',
      file: told(({ extract }) => {
        for (const values of Object.values(extract.signed))
          if (values.kind === 'assessment') values.note = 'All is well.';
      }),
      found: [AC1, AC2],
    },
    {
      title: 'A sign-off in another capacity',
      file: told((contents) => {
        signOffs(contents).second.capacity = 'reviewer';
      }),
      found: ['sign-off-mismatch @ sign-off AC-2 · Payroll as reviewer'],
    },
    {
      title: 'A return told as a signature',
      file: told((contents) => {
        signOffs(contents).second.verdict = 'returned';
      }),
      found: [AC2],
    },
    {
      title: 'A sign-off in somebody else’s name',
      file: told((contents) => {
        signOffs(contents).second.byName = 'Rita';
      }),
      found: [AC2],
    },
    {
      title: 'A sign-off at another time',
      file: told((contents) => {
        signOffs(contents).second.at = '2020-01-01T00:00:00.000Z';
      }),
      found: [AC2],
    },
    {
      title: 'A sign-off invented',
      file: told((contents) => {
        const { second } = signOffs(contents);
        contents.extract.signOffs.push({ ...second, id: 'invented', capacity: 'reviewer' });
        contents.manifest.counts.signOffs += 1;
      }),
      found: ['sign-off-mismatch @ sign-off AC-2 · Payroll as reviewer'],
    },
    {
      title: 'Sign-offs of another engagement',
      file: told((contents, { sibling }) => {
        const other = contentsOf(sibling);
        Object.assign(contents, {
          proofs: other.proofs,
          checkpoint: other.checkpoint,
          extract: { ...other.extract, engagement: contents.extract.engagement },
        });
        contents.manifest.counts.signOffs = other.extract.signOffs.length;
      }),
      found: [FOREIGN],
    },
    {
      title: 'A ledger entry altered',
      file: told(({ extract }) => {
        for (const { entry } of extract.entries.slice(0, 1)) entry.action = 'other@1';
      }),
      found: [ENTRY],
    },
    {
      title: 'A ledger entry altered, with its hash',
      file: told(({ extract }) => {
        for (const entry of extract.entries.slice(0, 1)) {
          entry.entry.action = 'other@1';
          rehashed(entry);
        }
      }),
      found: [PROOF],
    },
    {
      title: 'A value of a ledger entry altered',
      file: told(({ extract }) => {
        for (const { values } of extract.entries)
          for (const value of values) if (value) value.value = { forged: true };
      }),
      found: [ENTRY],
    },
    {
      title: 'A ledger entry taken out',
      file: told(({ extract }) => {
        extract.entries.shift();
      }),
      found: [PROOF],
    },
    {
      title: 'The ledger entry of a sign-off taken out, with its proof',
      file: told(({ extract, proofs }, _) => {
        const { seq } = extract.signOffs[0] ?? { seq: 0 };
        extract.entries = extract.entries.filter(({ entry }) => entry.seq !== seq);
        proofs.inclusion = proofs.inclusion.filter((proof) => proof.seq !== seq);
      }),
      found: ['sign-off-mismatch @ sign-off *'],
    },
    {
      title: 'Ledger entries in another order',
      file: told(({ extract }) => {
        extract.entries.reverse();
      }),
      found: [ENTRY],
    },
    {
      title: 'A ledger entry twice',
      file: told(({ extract }) => {
        extract.entries.push(...extract.entries.slice(-1));
      }),
      found: [ENTRY],
    },
    {
      title: 'The proof of another ledger entry',
      file: told(({ proofs }) => {
        const [a, b] = proofs.inclusion;
        if (a && b) [a.path, b.path] = [b.path, a.path];
      }),
      found: [PROOF],
    },
    {
      title: 'A proof cut short',
      file: told(({ proofs }) => {
        for (const proof of proofs.inclusion) proof.path.pop();
      }),
      found: [PROOF],
    },
    {
      title: 'Two proofs for one ledger entry',
      file: told(({ proofs }) => {
        proofs.inclusion.push(...proofs.inclusion.slice(0, 1));
      }),
      found: ['proof-failed @ proofs.json'],
    },
    {
      title: 'The checkpoint of another workspace',
      file: told((contents, { foreign }) => {
        contents.checkpoint = contentsOf(foreign).checkpoint;
      }),
      found: [FOREIGN, PROOF],
    },
    {
      title: 'Every ledger file of another workspace',
      file: told((contents, { foreign }) => {
        const { extract, proofs, checkpoint } = contentsOf(foreign);
        Object.assign(contents, { extract, proofs, checkpoint });
      }),
      found: [FOREIGN],
    },
    {
      title: 'An older checkpoint of the same workspace',
      file: told((contents) => {
        const { proofs, checkpoint } = contents;
        if (proofs.consistency)
          contents.checkpoint = signedAnew({ ...checkpoint, body: proofs.consistency.from });
      }),
      found: [PROOF],
    },
    {
      title: 'Another root in the checkpoint',
      file: told(({ checkpoint }) => {
        for (const chain of checkpoint.body.chains) chain.root = 'ef'.repeat(32);
      }),
      found: ['checkpoint-signature @ ledger checkpoint', PROOF],
    },
    {
      title: 'Another root in the checkpoint, signed with a key of their own',
      file: told((contents) => {
        for (const chain of contents.checkpoint.body.chains) chain.root = 'ef'.repeat(32);
        contents.checkpoint = signedAnew(contents.checkpoint);
      }),
      found: [PROOF, CHAIN],
    },
    {
      title: 'The same checkpoint, signed with a key of their own',
      file: told((contents) => {
        contents.checkpoint = signedAnew(contents.checkpoint);
      }),
      found: ['checkpoint-signature @ ledger checkpoint'],
    },
    {
      title: 'A consistency proof altered',
      file: told(({ proofs }) => {
        for (const chain of proofs.consistency?.chains ?? [])
          chain.path = chain.path.map(() => 'ef'.repeat(32));
      }),
      found: [CHAIN],
    },
    {
      title: 'A consistency proof left out for a chain',
      file: told(({ proofs }) => {
        if (proofs.consistency) proofs.consistency.chains = [];
      }),
      found: [CHAIN],
    },
    {
      title: 'Another root in the earlier binder’s checkpoint',
      file: told(({ proofs }) => {
        for (const chain of proofs.consistency?.from.chains ?? []) chain.root = 'ef'.repeat(32);
      }),
      found: [CHAIN],
    },
    {
      title: 'The earlier checkpoint of another workspace',
      file: told(({ proofs }, { foreign }) => {
        if (proofs.consistency) proofs.consistency.from = contentsOf(foreign).checkpoint.body;
      }),
      found: ['proof-failed @ proofs.json', CHAIN],
    },
    {
      title: 'The earlier binder not named at all',
      file: told(({ proofs }) => {
        proofs.consistency = null;
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'That the ledger says nothing else',
    },
  ],
};

/** The keys of two attachments in the name tree, exchanged before anybody signs. */
function namesExchanged({ unsigned, stranger, evidence, picture }: RealBinder): Buffer {
  const pdf = new Pdf(unsigned);
  const [a, b] = [pdf.attachment(evidence).spec, pdf.attachment(picture).spec];
  const text = pdf
    .text(pdf.names)
    .replace(new RegExp(`\\b(${a}|${b}) 0 R`, 'g'), (_, num) => `${Number(num) === a ? b : a} 0 R`);
  return pdf.update({ [pdf.names]: text }).sign(stranger, { field: 'Preparer' }).bytes;
}

/** An attachment that holds another file under a key that some readers prefer. */
function secondFile({ unsigned, stranger, evidence }: RealBinder): Buffer {
  const pdf = new Pdf(unsigned);
  const { spec } = pdf.attachment(evidence);
  const text = pdf.text(spec).replace('/EF <<', `/EF << /Unix ${pdf.free} 0 R`);
  return pdf
    .update({ [spec]: text, [pdf.free]: embedded(latin('forged')) })
    .sign(stranger, { field: 'Preparer' }).bytes;
}
