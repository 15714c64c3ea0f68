import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type {
  Checkpoint,
  CheckpointBody,
  ExtractEntry,
  LedgerExtract,
  Proofs,
} from '../../../../../shared/domain/binder.ts';
import { type SignedValues, signOffDigest } from '../../../../../shared/domain/sign-off.ts';
import { type SignedText, textHashOf } from '../../../../../shared/domain/signed-text.ts';
import {
  canonicalBytes,
  canonicalText,
  concatBytes,
  fromHex,
  type Json,
  toHex,
} from '../../../../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../../../../shared/ledger/merkle.ts';
import type { SegmentHeader } from '../../../../../shared/ledger/segment.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
export const hashOf = (bytes: Uint8Array): string => toHex(sha256(bytes));

/** Ada's ledger key; she founded the workspace. */
const ADA = keyFrom('41');
/** The key that was in the recovery kit of the workspace. */
export const KIT = keyFrom('52');
export const idOf = (...parts: string[]): string => hashOf(canonicalBytes(parts)).slice(0, 32);

export const ENGAGEMENT = 'engagement-1';
export const CONTROL = 'control-1';
const SUBJECT = idOf('subject', ENGAGEMENT, 'Payroll');
/** What the control says, as it is hashed. */
const TEXT: SignedText = {
  as: 'bindery.control-text/1',
  label: 'AC-2',
  title: 'Accounts',
  withdrawn: null,
  severity: null,
  parameters: [],
  parts: [],
};
const TEXT_HASH = textHashOf(sha256, TEXT);
export const WORKSPACE = idOf('workspace', 'nonce', ADA.publicKey);
export const MEMBER = idOf('member', WORKSPACE, ADA.publicKey);
export const WRITER = idOf('writer', WORKSPACE, MEMBER, 'd', '1');
const SIZE = 11;
/** A file of evidence that is tied to nothing. */
export const PICTURE = Buffer.from('\x89PNG not really a picture', 'latin1');

export interface LedgerKey {
  readonly publicKey: string;
  readonly sign: (body: unknown) => Buffer;
}

/** An Ed25519 key from a byte that its seed repeats. */
export function keyFrom(byte: string): LedgerKey {
  const pkcs8 = Buffer.from(`302e020100300506032b657004220420${byte.repeat(32)}`, 'hex');
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    publicKey: raw.toString('base64url'),
    sign: (body) => sign(null, canonicalBytes(body as Json), privateKey),
  };
}

export interface LedgerModel {
  extract: LedgerExtract;
  proofs: Proofs;
  checkpoint: Checkpoint;
}

/** What became of the check that the ledger tells of. */
export interface Course {
  /** Hashes of further files that its evidence has. */
  readonly further?: readonly string[] | undefined;
  /** Its note, as it was changed after the sign-off. */
  readonly later?: string | undefined;
}

/**
 * A chain of eleven entries in two segments, of which four are in the extract: the beginning of the workspace, an
 * evidence, an assessment and its sign-off.
 */
export function ledgerModel(evidenceHash: string, { further = [], later }: Course = {}): LedgerModel {
  const signed: SignedValues = {
    kind: 'assessment',
    engagement: ENGAGEMENT,
    target: CONTROL,
    textHash: TEXT_HASH,
    subject: SUBJECT,
    result: 'satisfied',
    method: 'examine',
    note: 'Seen the ärchive of joiners.',
    evidence: [
      {
        id: 'evidence-1',
        title: 'Access list',
        collected: '2026-01-02',
        expires: null,
        periodFrom: null,
        periodTo: null,
        lastVerified: null,
        files: [evidenceHash, ...further].sort(),
      },
    ],
  };
  const digest = signOffDigest(sha256, signed);
  const record = idOf('assessment', ENGAGEMENT, CONTROL, SUBJECT);
  const told = { kind: 'assessment', record, capacity: 'preparer', verdict: 'signed', note: '', digest };
  const claim = { ...told, signed: structuredClone(signed) as unknown as Json };
  const id = idOf('signoff', WRITER, canonicalText(claim));
  const voided = later !== undefined;
  if (voided) signed.note = later;
  const { entries, tree, head } = chain(
    { record: `signoff:${id}`, field: 'fact', value: claim },
    worked(record, signed),
  );
  const at = (...seqs: number[]) => seqs.flatMap((seq) => entries[seq - 1] ?? []);
  return {
    extract: {
      schema: 'bindery.extract/4',
      workspace: WORKSPACE,
      engagement: ENGAGEMENT,
      writers: [{ id: WRITER, member: MEMBER, memberName: 'Ada', device: 'd', incarnation: '1' }],
      signed: { [record]: signed },
      texts: { [TEXT_HASH]: structuredClone(TEXT) },
      signOffs: [
        {
          id,
          kind: 'assessment',
          record,
          label: 'AC-2 · Payroll',
          capacity: 'preparer',
          verdict: 'signed',
          note: '',
          by: MEMBER,
          byName: 'Ada',
          at: '2026-01-03T10:00:09.000Z',
          digest,
          voided,
          writer: WRITER,
          seq: 10,
        },
      ],
      entries: at(1, 4, 10, 11),
      seals: [sealOf(at(1)), sealOf(entries.slice(1))],
      between: at(5, 6, 7, 8, 9).map(({ entry }) => entry),
    },
    proofs: proofsFor(tree, [1, 4, 10, 11]),
    checkpoint: checkpointOf(SIZE, head, toHex(tree.root())),
  };
}

interface Op {
  readonly record: string;
  readonly field: string;
  readonly value: Json;
}

/** What the founder writes first. */
const BEGINNING: readonly Op[] = [
  {
    record: `workspace:${WORKSPACE}`,
    field: 'genesis',
    value: { nonce: 'nonce', founderKey: ADA.publicKey, recoveryKey: KIT.publicKey },
  },
  { record: `member:${MEMBER}`, field: 'name', value: 'Ada' },
  { record: `member:${MEMBER}`, field: 'key', value: { ledger: ADA.publicKey } },
  { record: `member:${MEMBER}`, field: 'role', value: { role: 'owner', cutoff: {} } },
];

const ACTIONS: Readonly<Record<number, string>> = {
  0: 'workspace.create@1',
  9: 'review.sign@1',
  10: 'evidence.add@1',
};

/** What the last entry writes: the check and its evidence, as they were signed. */
function worked(
  record: string,
  { result, method, note, evidence: [evidence] }: Extract<SignedValues, { kind: 'assessment' }>,
): readonly Op[] {
  const check = `assessment:${record}`;
  const about = { engagement: ENGAGEMENT, target: CONTROL, targetKind: 'control', subject: SUBJECT };
  const { id = '', title = '', collected = null, files = [] } = evidence ?? {};
  return [
    { record: 'assessment:so-10', field: 'value', value: { step: 10 } },
    { record: check, field: 'about', value: about },
    { record: check, field: 'result', value: result },
    { record: check, field: 'method', value: method },
    { record: check, field: 'note', value: note },
    { record: `evidence:${id}`, field: 'title', value: title },
    { record: `evidence:${id}`, field: 'collected', value: collected },
    { record: `evidence:${id}`, field: 'files', value: { files: files.map((hash) => ({ sha256: hash })) } },
    { record: 'evidence:evidence-3', field: 'title', value: 'Screenshot' },
    { record: 'evidence:evidence-3', field: 'files', value: { files: [{ sha256: hashOf(PICTURE) }] } },
    {
      record: `link:${idOf('link', id, record)}`,
      field: 'state',
      value: { evidence: id, assessment: record, on: true },
    },
  ];
}

const opsOf = (i: number, signOff: Op, last: readonly Op[]): readonly Op[] => {
  if (i === 0) return BEGINNING;
  if (i === 9) return [signOff];
  return i === 10 ? last : [{ record: `assessment:so-${i}`, field: 'value', value: { step: i } }];
};

function chain(
  signOff: Op,
  last: readonly Op[],
): { entries: ExtractEntry[]; tree: MerkleTree; head: string } {
  const tree = new MerkleTree(sha256);
  let prev = '0'.repeat(64);
  const entries = Array.from({ length: SIZE }, (_, i) => {
    const ops = opsOf(i, signOff, last).map(({ record, field, value }, at) => {
      const salt = hashOf(Buffer.of(i, at)).slice(0, 32);
      const hash = hashOf(concatBytes(fromHex(salt), canonicalBytes(value)));
      return { op: { record, field, parents: [], hash }, shown: i === 3 ? null : { salt, value } };
    });
    const entry = {
      v: 1,
      workspace: WORKSPACE,
      writer: WRITER,
      seq: i + 1,
      prev,
      time: `2026-01-03T10:00:${String(i).padStart(2, '0')}.000Z-0000`,
      action: ACTIONS[i] ?? 'assess@1',
      ops: ops.map(({ op }) => op),
    };
    const hash = hashOf(concatBytes(fromHex(prev), canonicalBytes(entry)));
    tree.append(fromHex(hash));
    prev = hash;
    return { entry, hash, values: ops.map(({ shown }) => shown) };
  });
  return { entries, tree, head: prev };
}

/** A segment of these entries under the signature of whoever is meant to have written them. */
export function sealOf(
  entries: readonly ExtractEntry[],
  { by = ADA, header: said = {} }: { by?: LedgerKey; header?: Partial<SegmentHeader> } = {},
): LedgerExtract['seals'][number] {
  const header: SegmentHeader = {
    schema: 'bindery.segment/1',
    workspace: WORKSPACE,
    writer: WRITER,
    member: MEMBER,
    device: 'd',
    incarnation: '1',
    keyId: hashOf(Buffer.from(by.publicKey, 'base64url')).slice(0, 32),
    from: Number(entries[0]?.entry.seq),
    count: entries.length,
    previous: String(entries[0]?.entry.prev),
    head: entries.at(-1)?.hash ?? '',
    admin: {},
    receipt: null,
    ...said,
  };
  return { header, signature: by.sign(header).toString('hex') };
}

function proofsFor(tree: MerkleTree, seqs: readonly number[]): Proofs {
  const from = {
    schema: 'bindery.checkpoint/1' as const,
    workspace: WORKSPACE,
    at: '2026-01-01T00:00:00.000Z',
    chains: [{ writer: WRITER, size: 6, head: '00'.repeat(32), root: toHex(tree.root(6)) }],
  };
  const path = tree.consistencyProof(6).map(toHex);
  return {
    schema: 'bindery.proofs/1',
    inclusion: seqs.map((seq) => ({ writer: WRITER, seq, path: tree.inclusionProof(seq - 1).map(toHex) })),
    consistency: { from, chains: [{ writer: WRITER, from: 6, to: SIZE, path }] },
  };
}

function checkpointOf(size: number, head: string, root: string): Checkpoint {
  const body: CheckpointBody = {
    schema: 'bindery.checkpoint/1',
    workspace: WORKSPACE,
    at: '2026-01-04T00:00:00.000Z',
    chains: [{ writer: WRITER, size, head, root }],
  };
  return {
    body,
    member: MEMBER,
    memberName: 'Ada',
    publicKey: ADA.publicKey,
    signature: ADA.sign(body).toString('base64url'),
  };
}
