import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalBytes, fromHex, type Json, toHex } from '../../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../../shared/ledger/merkle.ts';
import type { Family } from '../attack.ts';
import { type Contents, signedAnew } from '../contents.ts';
import { REVIEWER } from '../real-binder.ts';
import { rehashed, told } from './contents.ts';

type Entry = Contents['extract']['entries'][number];
type Seal = Contents['extract']['seals'][number];

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Somebody's own ledger key. */
const OWN = generateKeyPairSync('ed25519');
const rawOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-32);

/** Signs a segment with a key of their own, and names that key or leaves the author's named. */
function sealedAnew(seal: Seal, { named = true } = {}): void {
  if (named) seal.header.keyId = toHex(sha256(rawOf(OWN.publicKey))).slice(0, 32);
  seal.signature = sign(null, canonicalBytes(seal.header as unknown as Json), OWN.privateKey).toString('hex');
}

/** What the reviewer wrote: the chain, the sign-off's entry and the segment it stands in. */
function reviewed({ extract }: Contents): { entry: Entry; seal: Seal; writer: string } {
  const signOff = extract.signOffs.find((one) => one.byName === REVIEWER);
  const { writer = '', seq = 0 } = signOff ?? {};
  const entry = extract.entries.find((one) => one.entry.writer === writer && one.entry.seq === seq);
  const seal = extract.seals.find(
    ({ header }) => header.writer === writer && header.from <= seq && seq < header.from + header.count,
  );
  if (!entry || !seal) throw new Error('the reviewer signed nothing');
  return { entry, seal, writer };
}

/** Makes tree, proofs and checkpoint of a chain fit what its entries now are, as one could who holds the whole ledger. */
function treeAnew(contents: Contents, writer: string): void {
  const { extract, proofs, checkpoint } = contents;
  const chain = checkpoint.body.chains.find((one) => one.writer === writer);
  if (!chain) return;
  const hashes = new Map(
    extract.entries.filter(({ entry }) => entry.writer === writer).map((e) => [e.entry.seq, e.hash]),
  );
  chain.size = Math.max(...[...hashes.keys()].map(Number));
  const leaves = Array.from({ length: chain.size }, (_, i) => hashes.get(i + 1) ?? 'ef'.repeat(32));
  const tree = MerkleTree.of(sha256, leaves.map(fromHex));
  Object.assign(chain, { head: leaves.at(-1), root: toHex(tree.root()) });
  for (const proof of proofs.inclusion)
    if (proof.writer === writer) proof.path = tree.inclusionProof(proof.seq - 1).map(toHex);
  proofs.consistency = null;
  contents.checkpoint = signedAnew(checkpoint);
}

/** A sign-off that the reviewer never made, in an entry whose hash, place and checkpoint fit. */
function forgedSignOff(contents: Contents): void {
  const { entry, writer } = reviewed(contents);
  entry.entry.time = '2020-01-01T00:00:00.000Z-0000';
  for (const one of contents.extract.signOffs)
    if (one.byName === REVIEWER) one.at = '2020-01-01T00:00:00.000Z';
  rehashed(entry);
  treeAnew(contents, writer);
}

const entries = (edit: (entry: Entry) => void) => told(({ extract }) => extract.entries.forEach(edit));

/** Puts a value in the place of another in the entries that show that field. */
const shown = (field: string, put: (value: unknown) => unknown) =>
  entries(({ entry, values }) => {
    const ops = entry.ops as { record: string; field: string }[];
    for (const [i, op] of ops.entries()) {
      const value = values[i];
      if (value && op.record.startsWith('member:') && op.field === field) value.value = put(value.value);
    }
  });

const ENTRY = 'author-signature @ ledger entry *';
const SEGMENT = 'author-signature @ ledger segment *';
const NAMED = 'author-name @ member Mallory';

export const AUTHORS: Family = {
  name: 'A dishonest preparer who tells others’ work as somebody else’s',
  about:
    'The entries are taken from the ledger, and who wrote them is told otherwise. The preparer may be a member, but has nobody else’s key.',
  attacks: [
    {
      title: 'A name put to everybody’s sign-offs',
      file: told(({ extract }) => {
        for (const writer of extract.writers) writer.memberName = 'Mallory';
        for (const one of extract.signOffs) one.byName = 'Mallory';
      }),
      found: [NAMED],
    },
    {
      title: 'The reviewer’s sign-off under the preparer’s name, who is a member too',
      file: told(({ extract }) => {
        for (const writer of extract.writers) writer.memberName = 'Ada';
        for (const one of extract.signOffs) one.byName = 'Ada';
      }),
      found: ['author-name @ member Ada'],
    },
    {
      title: 'The reviewer’s sign-off as another member’s',
      file: told((contents) => {
        const { writer } = reviewed(contents);
        const { extract, checkpoint } = contents;
        const { member, memberName } = checkpoint;
        for (const one of extract.writers) if (one.id === writer) Object.assign(one, { member, memberName });
        for (const one of extract.signOffs) Object.assign(one, { by: member, byName: memberName });
      }),
      found: ['author-signature @ ledger writer *', SEGMENT],
    },
    {
      title: 'The reviewer’s sign-off as written by another chain',
      file: told((contents) => {
        const { entry, writer } = reviewed(contents);
        const own = contents.extract.writers.find(({ id }) => id !== writer);
        entry.entry.writer = own?.id;
        rehashed(entry);
      }),
      found: [SEGMENT, 'sign-off-mismatch @ sign-off AC-1 · Payroll as reviewer'],
    },
    {
      title: 'A sign-off in the reviewer’s name, with hashes, tree and checkpoint that fit',
      file: told(forgedSignOff),
      found: [ENTRY],
    },
    {
      title: 'The same, and the segment sealed with a key of their own',
      file: told((contents) => {
        forgedSignOff(contents);
        const { entry, seal } = reviewed(contents);
        seal.header.head = entry.hash;
        sealedAnew(seal);
      }),
      found: [ENTRY, SEGMENT],
    },
    {
      title: 'The same, and the reviewer given that key',
      file: told((contents) => {
        forgedSignOff(contents);
        const { entry, seal } = reviewed(contents);
        seal.header.head = entry.hash;
        sealedAnew(seal);
        const ledger = rawOf(OWN.publicKey).toString('base64url');
        for (const one of contents.extract.entries)
          for (const value of one.values)
            if (value && typeof value.value === 'object' && value.value && 'certificate' in value.value)
              Object.assign(value.value, { ledger });
      }),
      found: [ENTRY, SEGMENT, 'entry-mismatch @ ledger entry *'],
    },
    {
      title: 'The seal of the reviewer’s sign-off taken out',
      file: told((contents) => {
        const { seal } = reviewed(contents);
        contents.extract.seals = contents.extract.seals.filter((one) => one !== seal);
      }),
      found: [ENTRY],
    },
    {
      title: 'Every seal taken out',
      file: told(({ extract }) => {
        extract.seals = [];
      }),
      found: [ENTRY, 'author-name @ member Rita', 'author-name @ member Ada'],
    },
    {
      title: 'A seal by somebody else under the author’s name',
      file: told((contents) => sealedAnew(reviewed(contents).seal, { named: false })),
      found: [ENTRY, SEGMENT],
    },
    {
      title: 'A seal that says it goes further',
      file: told((contents) => {
        reviewed(contents).seal.header.count += 1;
      }),
      found: [ENTRY, SEGMENT],
    },
    {
      title: 'The seal of another segment',
      file: told((contents) => {
        const { seal } = reviewed(contents);
        const other = contents.extract.seals.find((one) => one !== seal);
        if (other) seal.signature = other.signature;
      }),
      found: [ENTRY, SEGMENT],
    },
    {
      title: 'Another name in the entry that names the members',
      file: shown('name', () => 'Mallory'),
      found: ['entry-mismatch @ ledger entry *', 'author-name @ member Ada'],
    },
    {
      title: 'Another key in the entry that brings the members’ keys',
      file: shown('key', (value) => ({
        ...(value as object),
        ledger: rawOf(OWN.publicKey).toString('base64url'),
      })),
      found: ['entry-mismatch @ ledger entry *', SEGMENT],
    },
    {
      title: 'The entry that names the members left out, with its proof and its seal',
      file: told((contents) => {
        const { extract, proofs } = contents;
        const names = extract.entries.filter(({ entry }) => entry.action === 'member.add@1');
        const gone = new Set(names.map(({ entry }) => `${entry.writer}:${entry.seq}`));
        extract.entries = extract.entries.filter(({ entry }) => !gone.has(`${entry.writer}:${entry.seq}`));
        proofs.inclusion = proofs.inclusion.filter(({ writer, seq }) => !gone.has(`${writer}:${seq}`));
      }),
      found: ['author-name @ member Rita'],
    },
    {
      title: 'The extract in the form that showed no authors',
      file: told(({ extract }) => {
        for (const key of ['seals', 'between'] as const) delete (extract as Partial<typeof extract>)[key];
        Object.assign(extract, { schema: 'bindery.extract/1' });
      }),
      found: ['ledger-unreadable @ attachment ledger-extract.json'],
    },
  ],
};
