import { baseOf, forkedWriters } from '../../db/queries/branches.ts';
import {
  type EntryRow,
  entryAt,
  operationsOf,
  type SegmentRow,
  segmentOf,
  writers,
} from '../../db/queries/ledger.ts';
import type { OperationRow } from '../../db/queries/operations.ts';
import { devices, memberNames } from '../../db/queries/people.ts';
import { all } from '../../db/sql.ts';
import type {
  Checkpoint,
  CheckpointBody,
  ExtractEntry,
  LedgerExtract,
  Proofs,
} from '../../shared/domain/binder.ts';
import { refuse } from '../../shared/fault.ts';
import { toHex } from '../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../shared/ledger/merkle.ts';
import { chainLeaves } from '../ledger/checkpoint.ts';
import { sha256 } from '../ledger/keys.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { SignedScope } from './scope.ts';
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
    ...scope.assessments.map((row) => `assessment:${row.id}`),
    ...scope.evidence.map((id) => `evidence:${id}`),
    ...scope.signOffs.map((signOff) => `signoff:${signOff.id}`),
    ...scope.links.map((id) => `link:${id}`),
    ...scope.subjects.map(({ id }) => `subject:${id}`),
    ...more,
  ];
  const shown = new Shown(present.db, records, hides);
  for (const place of [...records, ...scope.withheld].flatMap((record) => placesOf(ws.db, record)))
    shown.add(place);
  for (const id of scope.removed) shown.addField(`evidence:${id}`, 'deleted', ws.db);
  // What is added once more is a place of its own: it belongs to the authors as well.
  const told = new Set(shown.places());
  introduce(present, shown);
  const authors = shown.places().filter((place) => !told.has(place));
  demandOneHistory(present.db, authors, 'authors');
  demandOneHistory(present.db, [...told], 'work');
  const entries = shown.places().map((place) => extractEntry(present, place, shown));
  const used = new Set(entries.map((entry) => String(entry.entry.writer)));
  const names = memberNames(present.db);
  return {
    schema: 'bindery.extract/4',
    workspace: ws.workspace,
    engagement,
    writers: writers(present.db)
      .filter((writer) => used.has(writer.id))
      .map(({ id, member, device, incarnation }) => ({
        id,
        member,
        memberName: names.get(member) ?? member,
        device,
        incarnation,
      })),
    signed: scope.signed,
    texts: signedTexts(ws.db, scope.signed),
    signOffs: scope.signOffs,
    entries,
    ...shown.sealed((place) => formAt(present, place)),
  };
}

const ANEW = {
  work: 'Add and sign what belongs into it anew in another engagement, from another device.',
  authors:
    'Every binder with the same people needs what that device wrote, since it tells who they are. Begin a new workspace on another device, and add and sign there what belongs into the binder.',
};

/** A binder names entries by writer and number, and its proofs can show one history of each writer. */
function demandOneHistory(
  db: OpenWorkspace['db'],
  places: readonly Place[],
  tellOf: keyof typeof ANEW,
): void {
  const forked = new Map(forkedWriters(db).map(({ writer, device }) => [writer, device]));
  const id = places.map(({ writer }) => forked.get(baseOf(db, writer))).find((one) => one !== undefined);
  if (id === undefined) return;
  const device = devices(db).find((one) => one.id === id)?.name ?? id;
  refuse({
    code: 'conflict',
    detail: `The device ${device} wrote two histories under the same numbers. Both count here, but a binder cannot prove what that device wrote.`,
    remedy: ANEW[tellOf],
  });
}

/** Two extracts of one ledger as one. An entry that both have stands once, with every value that either shows. */
export function mergedExtract(one: LedgerExtract, other: LedgerExtract): LedgerExtract {
  const known = new Map(one.entries.map((entry) => [placeOf(entry.entry), entry]));
  for (const entry of other.entries) {
    const values = known.get(placeOf(entry.entry))?.values ?? [];
    known.set(placeOf(entry.entry), {
      ...entry,
      values: entry.values.map((value, i) => value ?? values[i] ?? null),
    });
  }
  const writersOfOne = new Set(one.writers.map(({ id }) => id));
  const between = new Map([...one.between, ...other.between].map((form) => [placeOf(form), form]));
  for (const place of known.keys()) between.delete(place);
  const seals = new Map([...one.seals, ...other.seals].map((seal) => [sealPlace(seal), seal]));
  return {
    ...one,
    writers: [...one.writers, ...other.writers.filter(({ id }) => !writersOfOne.has(id))],
    entries: inOrder(known),
    seals: inOrder(seals),
    between: inOrder(between),
  };
}

type Seal = LedgerExtract['seals'][number];
type Form = LedgerExtract['between'][number];

const textOf = ({ writer, seq }: Place): string => `${writer}:${String(seq).padStart(12, '0')}`;
const placeOf = (form: Form): string => textOf({ writer: String(form.writer), seq: Number(form.seq) });
const sealPlace = ({ header }: Seal): string => textOf({ writer: header.writer, seq: header.from });

const inOrder = <T>(byPlace: ReadonlyMap<string, T>): T[] =>
  [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);

interface Place {
  readonly writer: string;
  readonly seq: number;
}

/** What an extract shows: entries, and of which records and fields the values. */
class Shown {
  readonly #db: OpenWorkspace['db'];
  readonly #records: ReadonlySet<string>;
  readonly #hides: (record: string, field: string) => boolean;
  readonly #fields = new Set<string>();
  readonly #places = new Map<string, Place>();
  readonly #segments = new Map<string, SegmentRow>();

  constructor(
    db: OpenWorkspace['db'],
    records: readonly string[],
    hides: (record: string, field: string) => boolean,
  ) {
    this.#db = db;
    this.#hides = hides;
    this.#records = new Set(records);
  }

  /** Takes an entry in that its author sealed. What a crash left open waits for its author, and proves nothing yet. */
  add({ writer, seq }: Place): void {
    const segment = segmentOf(this.#db, writer, seq);
    if (segment === undefined) return;
    this.#segments.set(textOf({ writer, seq: segment.fromSeq }), segment);
    this.#places.set(textOf({ writer, seq }), { writer, seq });
  }

  /** Takes in every value that a field of a record ever had. */
  addField(record: string, field: string, from = this.#db): void {
    this.#fields.add(`${record} ${field}`);
    for (const place of placesOf(from, record, field)) this.add(place);
  }

  has({ record, field }: { readonly record: string; readonly field: string }): boolean {
    if (this.#hides(record, field)) return false;
    return this.#records.has(record) || this.#fields.has(`${record} ${field}`);
  }

  places(): Place[] {
    return inOrder(this.#places);
  }

  /** The segments as they were signed, and what leads from the entries to their ends. */
  sealed(formOf: (place: Place) => Form): Pick<LedgerExtract, 'seals' | 'between'> {
    const between: Form[] = [];
    const segments = inOrder(this.#segments);
    for (const { writer, fromSeq, count } of segments) {
      let leading = false;
      for (let seq = fromSeq; seq < fromSeq + count; seq += 1) {
        if (this.#places.has(textOf({ writer, seq }))) leading = true;
        else if (leading) between.push(formOf({ writer, seq }));
      }
    }
    return { seals: segments.map(({ header, signature }) => ({ header, signature })), between };
  }
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
      for (const field of ['name', 'key', 'role']) shown.addField(`member:${id}`, field);
    }
    wanted = new Set(
      shown.places().flatMap(({ writer }) => {
        const id = member.get(writer);
        return id === undefined || known.has(id) ? [] : [id];
      }),
    );
  }
}

function placesOf(db: OpenWorkspace['db'], record: string, field: string | null = null): Place[] {
  return all<Place>(
    db,
    `SELECT DISTINCT o.writer, o.seq FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE o.record = ?1 AND (?2 IS NULL OR o.field = ?2)`,
    record,
    field,
  );
}

/** An entry as it was hashed, without its values. */
function formAt(ws: OpenWorkspace, { writer, seq }: Place): Form {
  const row = entryAt(ws.db, writer, seq);
  if (row === undefined) throw new Error(`entry ${seq} of ${writer} vanished while it was read`);
  return formOf(ws, row, operationsOf(ws.db, writer, seq));
}

function formOf(ws: OpenWorkspace, row: EntryRow, ops: readonly OperationRow[]): Form {
  return {
    v: 1,
    workspace: ws.workspace,
    writer: row.writer,
    seq: row.seq,
    prev: row.prev,
    time: row.time,
    action: row.action,
    ops: ops.map(({ record, field, parents, hash }) => ({ record, field, parents, hash })),
  };
}

/** An entry with the values that the extract shows; of the others their hashes stand. */
function extractEntry(ws: OpenWorkspace, { writer, seq }: Place, shown: Shown): ExtractEntry {
  const row = entryAt(ws.db, writer, seq);
  if (row === undefined) throw new Error(`entry ${seq} of ${writer} vanished while it was read`);
  const ops = operationsOf(ws.db, writer, seq);
  return {
    entry: formOf(ws, row, ops),
    hash: row.hash,
    values: ops.map((op) => (op.salt !== null && shown.has(op) ? { salt: op.salt, value: op.value } : null)),
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
