import { createHash } from 'node:crypto';
import type { ExtractSignOff } from '../../../shared/domain/binder.ts';
import type { SignedAssessment } from '../../../shared/domain/sign-off.ts';
import { type ControlText, textHashOf } from '../../../shared/domain/signed-text.ts';
import type { Family } from '../attack.ts';
import { type Contents, rewriteTwin } from '../contents.ts';
import { latin } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';
import { told } from './contents.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const signOffsOf = ({ extract }: Contents, label: string): ExtractSignOff[] =>
  extract.signOffs.filter((one) => one.label.startsWith(`${label} `));

/** Says of every sign-off of a control that it counts no more, and writes its values anew. */
function voided(contents: Contents, label: string, edit: (values: SignedAssessment) => void): void {
  for (const signOff of signOffsOf(contents, label)) {
    signOff.voided = true;
    const values = contents.extract.signed[signOff.record];
    if (values?.kind === 'assessment') edit(values);
  }
}

/** Writes a file of evidence anew wherever its hash is told, but for the ledger's entries. */
function exchanged(contents: Contents, { evidence }: RealBinder, label: string): void {
  const bytes = latin('user,role\nmallory,owner\n');
  const before = contents.manifest.files.find(({ name }) => name === evidence)?.sha256;
  const after = createHash('sha256').update(bytes).digest('hex');
  contents.evidence.set(evidence, bytes);
  voided(contents, label, (values) => {
    for (const one of values.evidence)
      one.files = one.files.map((hash) => (hash === before ? after : hash)).sort();
  });
}

function unlist({ manifest }: Contents, kind: string, label: string): void {
  manifest.included = manifest.included.filter(
    (one) => one.kind !== kind || !one.label.startsWith(`${label} `),
  );
  manifest.counts.controls = manifest.included.filter((one) => one.kind === 'control').length;
  manifest.counts.evidence = manifest.included.filter((one) => one.kind === 'evidence').length;
}

/** Tells the sign-offs of two controls under each other's name. */
function relabel({ extract }: Contents): void {
  for (const signOff of extract.signOffs)
    signOff.label = signOff.label.replace(/^AC-[12]/, (name) => (name === 'AC-1' ? 'AC-2' : 'AC-1'));
}

/** The manifest's lines of AC-1 and AC-2. */
function twoControls({ manifest }: Contents) {
  const find = (label: string) => manifest.included.find((one) => one.label.startsWith(`${label} `));
  const [first, second] = [find('AC-1'), find('AC-2')];
  if (!first || !second) throw new Error('the manifest lacks a control');
  return { first, second };
}

/** Rewrites the text of a control, and answers its hash from before and after. */
function rewritten(
  { extract }: Contents,
  label: string,
  edit: (text: ControlText) => void,
): [string, string] {
  for (const [hash, text] of Object.entries(extract.texts)) {
    if (!('as' in text) || text.label !== label) continue;
    edit(text);
    return [hash, textHashOf(sha256, text)];
  }
  throw new Error(`there is no text of ${label}`);
}

const weaker = (text: ControlText): void => {
  text.parts = [{ name: 'statement', label: '', title: '', prose: 'Whatever is convenient.', parts: [] }];
};

function dropSignOffs(contents: Contents, which: (one: ExtractSignOff) => boolean): void {
  const { extract, manifest } = contents;
  extract.signOffs = extract.signOffs.filter((one) => !which(one));
  manifest.counts.signOffs = extract.signOffs.length;
  const left = new Set(extract.signOffs.map(({ record }) => record));
  extract.signed = Object.fromEntries(Object.entries(extract.signed).filter(([record]) => left.has(record)));
}

const AC1 = 'sign-off-mismatch @ sign-off AC-1 · Payroll as preparer';
const AC1_REVIEW = 'sign-off-mismatch @ sign-off AC-1 · Payroll as reviewer';
const AC2 = 'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer';
const AC1_TITLED = 'manifest-mismatch @ control AC-1 *';
const AC2_TITLED = 'manifest-mismatch @ control AC-2 *';
const TEXT = 'sign-off-mismatch @ ledger extract';
const RESULTS = 'twin-mismatch @ attachment assessment-results.json';
const MISSED = 'sign-off-mismatch @ ledger entry *';
const MANIFEST = 'manifest-mismatch @ manifest';

const RETITLED = { title: 'Handover of the Queen', kind: 'handover', profile: 'reviewer' };

export const CLAIMS: Family = {
  name: 'A dishonest preparer who says what the ledger’s entries answer',
  about:
    'The entries stay as they are; what stands beside them says something else, and the manifest is fitted.',
  attacks: [
    {
      title: 'Every sign-off told as void, and nothing else',
      file: told(({ extract }) => {
        for (const signOff of extract.signOffs) signOff.voided = true;
      }),
      found: [AC1, AC1_REVIEW, AC2],
    },
    {
      title: 'A result changed, and its sign-off told as void',
      file: told((contents) => {
        voided(contents, 'AC-2', (values) =>
          Object.assign(values, { result: 'satisfied', note: 'All is well.' }),
        );
      }),
      found: [AC2],
    },
    {
      title: 'Evidence exchanged that a reviewer accepted, and the sign-offs told as void',
      file: told((contents, binder) => exchanged(contents, binder, 'AC-1')),
      found: [AC1, AC1_REVIEW],
    },
    {
      title: 'Evidence taken from a control, and the sign-offs told as void',
      file: told((contents) => voided(contents, 'AC-1', ({ evidence }) => evidence.splice(0))),
      found: [AC1, AC1_REVIEW],
    },
    {
      title: 'A result changed and told as void, the ledger’s value hidden',
      file: told((contents) => {
        voided(contents, 'AC-2', (values) => Object.assign(values, { result: 'satisfied' }));
        for (const { entry, values } of contents.extract.entries)
          for (const [i, { field }] of (entry.ops as { field: string }[]).entries())
            if (field === 'result') values[i] = null;
      }),
      found: [AC2],
    },
    {
      title: 'Sign-offs under the names of other controls, which the manifest no longer lists',
      file: told((contents) => {
        relabel(contents);
        for (const label of ['AC-1', 'AC-2']) unlist(contents, 'control', label);
      }),
      found: ['manifest-mismatch @ AC-1 · Payroll', 'manifest-mismatch @ AC-2 · Payroll'],
    },
    {
      title: 'Sign-offs under the name of another control, which the manifest names as left out',
      file: told((contents) => {
        const { manifest } = contents;
        for (const one of manifest.included.filter(({ kind }) => kind === 'control'))
          manifest.omitted.push({ ...one, reason: 'profile' });
        manifest.included = manifest.included.filter(({ kind }) => kind !== 'control');
        Object.assign(manifest.counts, { controls: 0, omitted: manifest.omitted.length });
        for (const signOff of signOffsOf(contents, 'AC-1')) signOff.label = 'AC-2 · Payroll';
      }),
      found: [AC2],
    },
    {
      title: 'Two controls under each other’s id in the manifest, their sign-offs under each other’s name',
      file: told((contents) => {
        const { first, second } = twoControls(contents);
        [first.id, second.id] = [second.id, first.id];
        relabel(contents);
      }),
      found: [AC1, AC1_TITLED, AC2_TITLED],
    },
    {
      title: 'Two controls under each other’s name in the manifest, and their sign-offs too',
      file: told((contents) => {
        const { first, second } = twoControls(contents);
        [first.label, second.label] = [second.label, first.label];
        relabel(contents);
      }),
      found: [AC1, AC1_TITLED, AC2_TITLED],
    },
    {
      title: 'Two controls under each other’s title in the manifest',
      file: told((contents) => {
        const { first, second } = twoControls(contents);
        const [one, other] = [first.label.slice(5), second.label.slice(5)];
        [first.label, second.label] = [`AC-1 ${other}`, `AC-2 ${one}`];
      }),
      found: [AC1_TITLED, AC2_TITLED],
    },
    {
      title: 'The same, with their texts under each other’s hash',
      file: told((contents) => {
        const { first, second } = twoControls(contents);
        [first.label, second.label] = [second.label, first.label];
        relabel(contents);
        const { extract } = contents;
        const [a, b] = Object.entries(extract.texts);
        if (a && b) extract.texts = { [a[0]]: b[1], [b[0]]: a[1] };
      }),
      found: [TEXT, AC1, AC2],
    },
    {
      title: 'What a control asks for, rewritten in its text',
      file: told((contents) => rewritten(contents, 'AC-2', weaker)),
      found: [TEXT, AC2],
    },
    {
      title: 'What a control asks for, rewritten in its text and in the values that were signed',
      file: told((contents) => {
        const { extract } = contents;
        const [before, after] = rewritten(contents, 'AC-2', weaker);
        extract.texts = Object.fromEntries(
          Object.entries(extract.texts).map(([hash, text]) => [hash === before ? after : hash, text]),
        );
        for (const values of Object.values(extract.signed))
          if (values.textHash === before) values.textHash = after;
      }),
      found: [AC2],
    },
    {
      title: 'The same, and the sign-off told as void',
      file: told((contents) => {
        const { extract } = contents;
        const [before, after] = rewritten(contents, 'AC-2', weaker);
        extract.texts = Object.fromEntries(
          Object.entries(extract.texts).map(([hash, text]) => [hash === before ? after : hash, text]),
        );
        voided(contents, 'AC-2', (values) => Object.assign(values, { textHash: after }));
      }),
      found: [AC2],
    },
    {
      title: 'The texts of what was signed off left out',
      file: told(({ extract }) => {
        extract.texts = {};
      }),
      found: [AC1, AC2],
    },
    {
      title: 'A sign-off told as one of another subject',
      file: told(({ extract }) => {
        for (const signOff of extract.signOffs) signOff.label = signOff.label.replace('Payroll', 'Stores');
      }),
      found: ['sign-off-mismatch @ sign-off AC-2 · Stores as preparer'],
    },
    {
      title: 'The extract in the form that held no texts',
      file: told(({ extract }) => {
        const { texts: _, ...rest } = extract;
        Object.assign(extract, rest, { schema: 'bindery.extract/2' });
      }),
      found: ['ledger-unreadable @ attachment ledger-extract.json'],
      told: 'does not show the texts of what was signed off',
    },
    {
      title: 'A review left out of the list of sign-offs',
      file: told((contents) => dropSignOffs(contents, ({ capacity }) => capacity === 'reviewer')),
      found: [MISSED],
    },
    {
      title: 'Every sign-off left out, with what was signed',
      file: told((contents) => dropSignOffs(contents, () => true)),
      found: [MISSED],
    },
    {
      title: 'A sign-off listed twice',
      file: told(({ extract, manifest }) => {
        extract.signOffs.push(...extract.signOffs);
        manifest.counts.signOffs = extract.signOffs.length;
      }),
      found: [AC1, AC2],
    },
    {
      title: 'A control left out of the manifest in silence',
      file: told((contents) => unlist(contents, 'control', 'AC-2')),
      found: ['manifest-mismatch @ control *', 'manifest-mismatch @ AC-2 · Payroll'],
    },
    {
      title: 'Evidence left out of the manifest in silence, its file embedded',
      file: told((contents) => {
        for (const { kind, label } of contents.manifest.included.slice())
          if (kind === 'evidence') unlist(contents, 'evidence', label.slice(0, label.indexOf(' ')));
      }),
      found: ['manifest-mismatch @ evidence E-*', 'manifest-mismatch @ attachment * access.csv'],
    },
    {
      title: 'Evidence said to be left out, its file embedded',
      file: told(({ manifest }) => {
        const gone = manifest.included.filter(({ kind }) => kind === 'evidence');
        manifest.included = manifest.included.filter(({ kind }) => kind !== 'evidence');
        for (const one of gone) manifest.omitted.push({ ...one, reason: 'not-applicable' });
        Object.assign(manifest.counts, { evidence: 0, omitted: manifest.omitted.length });
      }),
      found: ['manifest-mismatch @ attachment * access.csv'],
    },
    {
      title: 'The check of a control told as one of nothing, its sign-offs as over values that never were',
      file: told((contents) => {
        const [signOff] = signOffsOf(contents, 'AC-1');
        if (!signOff) throw new Error('there is no sign-off of AC-1');
        const { record: id } = signOff;
        contents.manifest.omitted.push({
          kind: 'check',
          id,
          label: 'A check by Mallory',
          reason: 'unfounded',
        });
        contents.manifest.counts.omitted += 1;
        voided(contents, 'AC-1', (values) =>
          Object.assign(values, { result: 'not-reviewed', method: null, note: '', evidence: [] }),
        );
        for (const one of signOffsOf(contents, 'AC-1')) one.unfounded = true;
      }),
      found: ['manifest-mismatch @ AC-1 Policy', 'twin-mismatch @ attachment assessment-results.json'],
    },
    {
      title: 'A control said to be here and left out at once',
      file: told(({ manifest }) => {
        const [one] = manifest.included.filter(({ kind }) => kind === 'control');
        if (one) manifest.omitted.push({ ...one, reason: 'not-applicable' });
        manifest.counts.omitted = manifest.omitted.length;
      }),
      found: [MANIFEST],
    },
    {
      title: 'Evidence under another name',
      file: told(({ manifest }) => {
        for (const one of manifest.included) if (one.kind === 'evidence') one.label += ', approved';
      }),
      found: ['manifest-mismatch @ evidence *'],
    },
    {
      title: 'Counts of evidence',
      file: told(({ manifest }) => {
        manifest.counts.evidence = 99;
      }),
      found: [MANIFEST],
    },
    {
      title: 'Another day than that of its checkpoint',
      file: told(({ manifest }) => {
        manifest.at = '2020-01-01T00:00:00.000Z';
      }),
      found: [MANIFEST],
    },
    {
      title: 'A further volume that stands somewhere else on the reader’s disk',
      file: told(({ manifest }) => {
        const [sha256, hash] = ['a'.repeat(64), 'b'.repeat(64)];
        const there = { volume: 2, file: '../../etc/passwd', bytes: 1, sha256, manifest: hash, files: [] };
        manifest.volumes = [there];
      }),
      found: [MANIFEST],
    },
    {
      title: 'Evidence told as a file of another kind, so that nothing of it is asked',
      file: told(({ manifest }, { evidence }) => {
        for (const file of manifest.files)
          if (file.name === evidence) Object.assign(file, { role: 'packet' });
        manifest.counts.files -= 1;
      }),
      found: ['manifest-mismatch @ attachment * access.csv'],
    },
    {
      title: 'A control that nobody signed off under a made-up name, in the results for other programs too',
      file: told((contents, binder) => {
        const one = contents.manifest.included.find(({ label }) => label === 'CM-1 Baseline');
        if (one) one.label = 'CM-1 The board approves every payment';
        rewriteTwin(contents, binder, 'assessment-results.json', (text) =>
          text.replaceAll('Baseline', 'The board approves every payment'),
        );
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'is the composer’s word: AC-2(1) Automated accounts; CM-1 The board approves every payment',
    },
    {
      title: 'Another title, kind and profile',
      file: told(({ manifest }) => {
        Object.assign(manifest, RETITLED);
      }),
      found: [RESULTS],
    },
    {
      title: 'Another title, kind and profile, in the results for other programs too',
      file: told((contents, binder) => {
        const { manifest } = contents;
        const { title } = manifest;
        rewriteTwin(contents, binder, 'assessment-results.json', (text) =>
          text.replaceAll(title, RETITLED.title).replace('"value":"full"', '"value":"reviewer"'),
        );
        Object.assign(manifest, RETITLED);
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'stated by the composer, not proven',
    },
  ],
};
