import { type EntryRow, entryAt, fieldHistory, writers } from '../../db/queries/ledger.ts';
import { memberNames } from '../../db/queries/people.ts';
import {
  type Checkpoint,
  type CheckpointBody,
  chainPlace,
  type ExtractEntry,
  type LedgerExtract,
  type Proofs,
} from '../../shared/domain/binder.ts';
import { REVOKED } from '../../shared/ledger/authority.ts';
import { canonicalText, type Json, toHex } from '../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../shared/ledger/merkle.ts';
import { chainLeaves } from '../ledger/checkpoint.ts';
import { sha256 } from '../ledger/keys.ts';
import { Salted, type SaltedOperation } from '../ledger/salted.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { chainNow, isContinued } from './earlier.ts';
import { Histories } from './histories.ts';
import type { SignedScope } from './scope.ts';
import { inOrder, type Place, placesOf, Shown, sealText, textOf } from './shown.ts';
import { signedTexts } from './signed-texts.ts';

/** What an extract tells beside the engagement's own records. */
export interface ExtractMore {
  /** Further records. */
  readonly records?: readonly string[];
  /** The ledger with its seals, where `ws` is a reading of an earlier day. */
  readonly present?: OpenWorkspace;
  /** Whether the values of a field are redacted: their hashes stand for them. */
  readonly hides?: (record: string, field: string) => boolean;
}

/**
 * The entries that carry results, evidence and sign-offs in scope, each with its values and its place, also what took
 * evidence off or removed it, since that tells why a sign-off counts no more; and what proves who wrote them: the keys and names of their authors, and the segments as their authors signed them.
 */
export function ledgerExtract(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  { records: more = [], present = ws, hides = () => false }: ExtractMore = {},
): LedgerExtract {
  const records = [
    ...new Set(
      [...scope.assessments.map(({ id }) => id), ...scope.refused.checks].map((id) => `assessment:${id}`),
    ),
    ...scope.evidence.map((id) => `evidence:${id}`),
    ...scope.signOffs.map((signOff) => `signoff:${signOff.id}`),
    ...scope.links.map((id) => `link:${id}`),
    ...scope.former.map(({ id }) => `signoff:${id}`),
    ...scope.refused.links.map(({ id }) => `link:${id}`),
    ...scope.subjects.map(({ id }) => `subject:${id}`),
    ...more,
  ];
  const shown = new Shown(present.db, records, hides);
  for (const place of [...records, ...scope.withheld].flatMap((record) => placesOf(ws.db, record)))
    shown.add(place);
  for (const { writer, seq } of [...scope.former, ...scope.refused.places]) shown.add({ writer, seq });
  for (const id of scope.removed) shown.addField(`evidence:${id}`, 'deleted', ws.db);
  const histories = new Histories(present.db);
  // What tells histories apart has authors of its own.
  for (let before = -1; before !== shown.size; ) {
    before = shown.size;
    introduce(present, shown);
    histories.tellApart(shown);
  }
  const known = writers(present.db);
  const baseOf = new Map(known.map(({ id, base }) => [id, base]));
  const salted = new Salted(present.db);
  const form = (place: Place) => formAt(present, salted, place, baseOf);
  const entries = shown.places().map((place) => extractEntry(present, salted, place, shown, baseOf));
  const { seals, between } = shown.sealed(form, histories.isForked);
  const chains = entries.map((entry) => chainPlace(entry).writer);
  const used = new Set([...chains, ...seals.map(({ header }) => header.writer)]);
  const names = memberNames(present.db);
  return {
    schema: 'bindery.extract/4',
    workspace: ws.workspace,
    engagement,
    writers: known
      .filter((writer) => used.has(writer.id))
      .map(({ id, member, device, incarnation }) => ({
        id,
        member,
        memberName: names.get(member) ?? everNamed(present, member),
        device,
        incarnation,
      })),
    signed: scope.signed,
    texts: signedTexts(ws.db, scope.signed),
    signOffs: scope.signOffs,
    entries,
    seals,
    between,
  };
}

/** Two extracts of one ledger as one. An entry that both have stands once, with every value that either shows. */
export function mergedExtract(one: LedgerExtract, other: LedgerExtract): LedgerExtract {
  const known = new Map(one.entries.map((entry) => [textOf(chainPlace(entry)), entry]));
  for (const entry of other.entries) {
    const place = textOf(chainPlace(entry));
    const values = known.get(place)?.values ?? [];
    known.set(place, { ...entry, values: entry.values.map((value, i) => value ?? values[i] ?? null) });
  }
  const writersOfOne = new Set(one.writers.map(({ id }) => id));
  const between = new Map([...one.between, ...other.between].map((form) => [formText(form), form]));
  for (const { entry } of known.values()) between.delete(formText(entry));
  const seals = new Map([...one.seals, ...other.seals].map((seal) => [sealText(seal), seal]));
  return {
    ...one,
    writers: [...one.writers, ...other.writers.filter(({ id }) => !writersOfOne.has(id))],
    entries: inOrder(known),
    seals: inOrder(seals),
    between: inOrder(between),
  };
}

type Form = LedgerExtract['between'][number];

/** A form by its place; entries of several histories can have one number. */
function formText(form: Form): string {
  const place = textOf({ writer: String(form.writer), seq: Number(form.seq) });
  return `${place} ${canonicalText(form as Json)}`;
}

/**
 * Shows who the authors are, and whoever signs the checkpoint: the keys and the name of each, and by whose right they
 * were given, back to the beginning of the workspace.
 */
function introduce(ws: OpenWorkspace, shown: Shown): void {
  shown.addField(`workspace:${ws.workspace}`, 'genesis');
  const member = new Map(writers(ws.db).map((writer) => [writer.id, writer.member]));
  const known = new Set<string>();
  for (let wanted = new Set([ws.writer.member]); wanted.size > 0; ) {
    for (const id of wanted) {
      known.add(id);
      for (const field of ['name', 'key', 'role']) shown.addEver(`member:${id}`, field);
    }
    wanted = new Set(
      shown.places().flatMap(({ writer }) => {
        const id = member.get(writer);
        return id === undefined || known.has(id) ? [] : [id];
      }),
    );
  }
}

/** The name of somebody whom one added whose access had ended before: they are no member, and wrote all the same. */
function everNamed({ db }: OpenWorkspace, member: string): string {
  const name = fieldHistory(db, `member:${member}`, 'name', REVOKED)[0]?.value;
  return typeof name === 'string' ? name : member;
}

/** The writers whose numbers chains have. */
type Bases = ReadonlyMap<string, string>;

/** An entry as it was hashed, without its values. */
function formAt(ws: OpenWorkspace, salted: Salted, { writer, seq }: Place, bases: Bases): Form {
  const row = entryAt(ws.db, writer, seq);
  if (row === undefined) throw new Error(`entry ${seq} of ${writer} vanished while it was read`);
  return formOf(ws, row, salted.operations(writer, seq), bases);
}

function formOf(ws: OpenWorkspace, row: EntryRow, ops: readonly SaltedOperation[], bases: Bases): Form {
  return {
    v: 1,
    workspace: ws.workspace,
    writer: bases.get(row.writer) ?? row.writer,
    seq: row.seq,
    prev: row.prev,
    time: row.time,
    action: row.action,
    ops: ops.map(({ record, field, named, hash }) => ({ record, field, parents: named, hash })),
  };
}

/** An entry with the values that the extract shows; of the others their hashes stand. */
function extractEntry(
  ws: OpenWorkspace,
  salted: Salted,
  { writer, seq }: Place,
  shown: Shown,
  bases: Bases,
): ExtractEntry {
  const row = entryAt(ws.db, writer, seq);
  if (row === undefined) throw new Error(`entry ${seq} of ${writer} vanished while it was read`);
  const ops = salted.operations(writer, seq);
  return {
    entry: formOf(ws, row, ops, bases),
    hash: row.hash,
    ...(bases.get(writer) === writer ? {} : { chain: writer }),
    values: ops.map((op) => (op.salt !== null && shown.has(op) ? { salt: op.salt, value: op.value } : null)),
  };
}

/** Inclusion of every extracted entry in the checkpoint, and consistency with the newest earlier one that it continues. */
export function ledgerProofs(
  ws: OpenWorkspace,
  extract: LedgerExtract,
  checkpoint: Checkpoint,
  earlier: readonly CheckpointBody[],
): Proofs {
  const trees = new Map(
    checkpoint.body.chains.map((chain) => [chain.writer, treeOf(ws, chain.writer, chain.size)]),
  );
  const inclusion = extract.entries.map((entry) => {
    const { writer, seq } = chainPlace(entry);
    const path = trees.get(writer)?.inclusionProof(seq - 1) ?? [];
    return { writer, seq, path: path.map(toHex) };
  });
  const branches = checkpoint.body.chains.flatMap(({ writer, branch }) => {
    if (branch === undefined || branch.after === 0) return [];
    const path = trees.get(writer)?.consistencyProof(branch.after) ?? [];
    return [{ writer, path: path.map(toHex) }];
  });
  const last = earlier.find((from) => isContinued(ws, trees, from, checkpoint.body));
  return {
    schema: 'bindery.proofs/1',
    inclusion,
    consistency:
      last === undefined ? null : { from: last, chains: consistencyOf(ws, trees, last, checkpoint.body) },
    ...(branches.length === 0 ? {} : { branches }),
  };
}

function treeOf(ws: OpenWorkspace, writer: string, size: number): MerkleTree {
  return MerkleTree.of(sha256, chainLeaves(ws, writer).slice(0, size));
}

/** That each chain goes on: under its own name, or in the history of its writer that what it held belongs to now. */
function consistencyOf(
  ws: OpenWorkspace,
  trees: ReadonlyMap<string, MerkleTree>,
  from: CheckpointBody,
  to: CheckpointBody,
) {
  return from.chains.flatMap((old) => {
    const into = chainNow(ws, old);
    const now = to.chains.find((chain) => chain.writer === into);
    const tree = trees.get(into);
    if (now === undefined || tree === undefined) return [];
    const renamed = into === old.writer ? {} : { into };
    const path = tree.consistencyProof(old.size).map(toHex);
    return [{ writer: old.writer, ...renamed, from: old.size, to: now.size, path }];
  });
}
