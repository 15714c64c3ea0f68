import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type {
  Checkpoint,
  CheckpointBody,
  ExtractEntry,
  LedgerExtract,
  Proofs,
} from '../../../../../shared/domain/binder.ts';
import { type SignedValues, signOffDigest } from '../../../../../shared/domain/sign-off.ts';
import {
  canonicalBytes,
  concatBytes,
  fromHex,
  type Json,
  toHex,
} from '../../../../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../../../../shared/ledger/merkle.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
export const hashOf = (bytes: Uint8Array): string => toHex(sha256(bytes));

export const WORKSPACE = 'workspace-1';
export const ENGAGEMENT = 'engagement-1';
const WRITER = 'a1'.repeat(16);
const SIZE = 11;

export interface LedgerModel {
  extract: LedgerExtract;
  proofs: Proofs;
  checkpoint: Checkpoint;
}

/** A chain of eleven entries, of which three are in the extract: an evidence, an assessment and its sign-off. */
export function ledgerModel(evidenceHash: string): LedgerModel {
  const signed: SignedValues = {
    kind: 'assessment',
    engagement: ENGAGEMENT,
    target: 'control-1',
    textHash: 'ab'.repeat(32),
    subject: 'Payroll',
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
        files: [evidenceHash],
      },
    ],
  };
  const digest = signOffDigest(sha256, signed);
  const record = 'record-1';
  const claim = { kind: 'assessment', record, capacity: 'preparer', verdict: 'signed', digest };
  const values: Json[] = Array.from({ length: SIZE }, (_, i) => ({ step: i }));
  values[9] = claim;
  const { entries, tree, head } = chain(values);
  const inExtract = [3, 9, 10].map((i) => entries[i]).filter((entry) => entry !== undefined);
  return {
    extract: {
      schema: 'bindery.extract/1',
      workspace: WORKSPACE,
      engagement: ENGAGEMENT,
      writers: [{ id: WRITER, member: 'member-1', memberName: 'Ada', device: 'd', incarnation: '1' }],
      signed: { [record]: signed },
      signOffs: [
        {
          id: 'so-9',
          kind: 'assessment',
          record,
          label: 'AC-2 · Payroll',
          capacity: 'preparer',
          verdict: 'signed',
          by: 'member-1',
          byName: 'Ada',
          at: '2026-01-03T10:00:09.000Z',
          digest,
          voided: false,
          writer: WRITER,
          seq: 10,
        },
      ],
      entries: inExtract,
    },
    proofs: proofsFor(tree, [4, 10, 11]),
    checkpoint: checkpointOf(SIZE, head, toHex(tree.root())),
  };
}

function chain(values: readonly Json[]): { entries: ExtractEntry[]; tree: MerkleTree; head: string } {
  const tree = new MerkleTree(sha256);
  let prev = '0'.repeat(64);
  const entries = values.map((value, i) => {
    const salt = hashOf(Buffer.of(i)).slice(0, 32);
    const op = {
      record: `${i === 9 ? 'signoff' : 'assessment'}:so-${i}`,
      field: 'value',
      parents: [],
      hash: hashOf(concatBytes(fromHex(salt), canonicalBytes(value))),
    };
    const entry = {
      v: 1,
      workspace: WORKSPACE,
      writer: WRITER,
      seq: i + 1,
      prev,
      time: `2026-01-03T10:00:${String(i).padStart(2, '0')}.000Z-0000`,
      action: 'a@1',
      ops: [op],
    };
    const hash = hashOf(concatBytes(fromHex(prev), canonicalBytes(entry)));
    tree.append(fromHex(hash));
    prev = hash;
    return { entry, hash, values: [i === 3 ? null : { salt, value }] };
  });
  return { entries, tree, head: prev };
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
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    body,
    member: 'member-1',
    memberName: 'Ada',
    publicKey: raw.toString('base64url'),
    signature: sign(null, canonicalBytes(body), privateKey).toString('base64url'),
  };
}
