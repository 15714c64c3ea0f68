import { entryAt, operationsOf, writers } from '../../db/queries/ledger.ts';
import { memberNames } from '../../db/queries/people.ts';
import { all } from '../../db/sql.ts';
import type {
  Checkpoint,
  CheckpointBody,
  ExtractEntry,
  LedgerExtract,
  Proofs,
} from '../../shared/domain/binder.ts';
import { toHex } from '../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../shared/ledger/merkle.ts';
import { chainLeaves } from '../ledger/checkpoint.ts';
import { sha256 } from '../ledger/keys.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { SignedScope } from './scope.ts';

/** The entries that carry results, evidence and sign-offs in scope, each with its values and its place; `more` names further records. */
export function ledgerExtract(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  more: readonly string[] = [],
): LedgerExtract {
  const records = [
    ...scope.assessments.map((row) => `assessment:${row.id}`),
    ...scope.evidence.map((id) => `evidence:${id}`),
    ...scope.signOffs.map((signOff) => `signoff:${signOff.id}`),
    ...scope.links.map((id) => `link:${id}`),
    ...more,
  ];
  const entries = entriesTouching(ws, records);
  const used = new Set(entries.map((entry) => String(entry.entry.writer)));
  const names = memberNames(ws.db);
  return {
    schema: 'bindery.extract/1',
    workspace: ws.workspace,
    engagement,
    writers: writers(ws.db)
      .filter((writer) => used.has(writer.id))
      .map(({ id, member, device, incarnation }) => ({
        id,
        member,
        memberName: names.get(member) ?? member,
        device,
        incarnation,
      })),
    signed: scope.signed,
    signOffs: scope.signOffs,
    entries,
  };
}

/** Two extracts of one ledger as one. An entry that both have stands once, with every value that either shows. */
export function mergedExtract(one: LedgerExtract, other: LedgerExtract): LedgerExtract {
  const place = ({ entry }: ExtractEntry) => `${entry.writer}:${String(entry.seq).padStart(12, '0')}`;
  const known = new Map(one.entries.map((entry) => [place(entry), entry]));
  for (const entry of other.entries) {
    const values = known.get(place(entry))?.values ?? [];
    known.set(place(entry), { ...entry, values: entry.values.map((value, i) => value ?? values[i] ?? null) });
  }
  const writersOfOne = new Set(one.writers.map(({ id }) => id));
  return {
    ...one,
    writers: [...one.writers, ...other.writers.filter(({ id }) => !writersOfOne.has(id))],
    entries: [...known.keys()].sort().flatMap((key) => known.get(key) ?? []),
  };
}

function entriesTouching(ws: OpenWorkspace, records: readonly string[]): ExtractEntry[] {
  const places = new Map<string, { writer: string; seq: number }>();
  for (const record of records) {
    const rows = all<{ writer: string; seq: number }>(
      ws.db,
      `SELECT DISTINCT o.writer, o.seq FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied' WHERE o.record = ?`,
      record,
    );
    for (const row of rows) places.set(`${row.writer}:${String(row.seq).padStart(12, '0')}`, row);
  }
  const inScope = new Set(records);
  return [...places.keys()].sort().flatMap((key) => {
    const place = places.get(key);
    return place === undefined ? [] : [extractEntry(ws, place.writer, place.seq, inScope)];
  });
}

/** An entry as it was hashed. Values of records outside the binder's scope stay out; their hashes stand. */
function extractEntry(
  ws: OpenWorkspace,
  writer: string,
  seq: number,
  inScope: ReadonlySet<string>,
): ExtractEntry {
  const row = entryAt(ws.db, writer, seq);
  if (row === undefined) throw new Error(`entry ${seq} of ${writer} vanished while it was read`);
  const ops = operationsOf(ws.db, writer, seq);
  return {
    entry: {
      v: 1,
      workspace: ws.workspace,
      writer,
      seq,
      prev: row.prev,
      time: row.time,
      action: row.action,
      ops: ops.map(({ record, field, parents, hash }) => ({ record, field, parents, hash })),
    },
    hash: row.hash,
    values: ops.map((op) =>
      op.salt !== null && inScope.has(op.record) ? { salt: op.salt, value: op.value } : null,
    ),
  };
}

/** Inclusion of every extracted entry in the checkpoint, and consistency with the last exported binder's. */
export function ledgerProofs(
  ws: OpenWorkspace,
  extract: LedgerExtract,
  checkpoint: Checkpoint,
  last: CheckpointBody | null,
): Proofs {
  const trees = new Map(
    checkpoint.body.chains.map((chain) => [chain.writer, treeOf(ws, chain.writer, chain.size)]),
  );
  const inclusion = extract.entries.map(({ entry }) => {
    const writer = String(entry.writer);
    const seq = Number(entry.seq);
    const path = trees.get(writer)?.inclusionProof(seq - 1) ?? [];
    return { writer, seq, path: path.map(toHex) };
  });
  return {
    schema: 'bindery.proofs/1',
    inclusion,
    consistency: last === null ? null : { from: last, chains: consistencyOf(trees, last, checkpoint.body) },
  };
}

function treeOf(ws: OpenWorkspace, writer: string, size: number): MerkleTree {
  return MerkleTree.of(sha256, chainLeaves(ws, writer).slice(0, size));
}

function consistencyOf(trees: ReadonlyMap<string, MerkleTree>, from: CheckpointBody, to: CheckpointBody) {
  return from.chains.flatMap((old) => {
    const now = to.chains.find((chain) => chain.writer === old.writer);
    const tree = trees.get(old.writer);
    if (now === undefined || tree === undefined) return [];
    return [
      { writer: old.writer, from: old.size, to: now.size, path: tree.consistencyProof(old.size).map(toHex) },
    ];
  });
}
