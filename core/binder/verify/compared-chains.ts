import {
  type Checkpoint,
  type CheckpointChain,
  chainPlace,
  type LedgerComparison,
  type LedgerExtract,
  type Proofs,
} from '../../../shared/domain/binder.ts';
import { Chains } from './chains.ts';

/** What a verified binder carries of its ledger. */
export interface LedgerState {
  readonly extract: LedgerExtract;
  readonly proofs: Proofs;
  readonly checkpoint: Checkpoint;
}

type Compared = LedgerComparison['chains'][number];
/** How one history stands to another: one goes on with the other, they part at a number, or nothing tells. */
type Relation =
  | { readonly proven: 'same' | 'proof' | 'hash-chain' }
  | { readonly parted: number }
  | 'unproven';

/** One history of a writer, with what its binder tells of it. */
interface History {
  readonly chain: CheckpointChain;
  /** Entry hashes by number. Each covers all before it: an entry names the hash of the one before. */
  readonly hashes: ReadonlyMap<number, string>;
  /** Tree roots by size: that of the checkpoint, and those that it is proven to continue. */
  readonly roots: ReadonlyMap<number, string>;
}

/**
 * The histories of every writer that either binder knows, each beside the one it continues or is continued by. A device
 * that went on twice has several: that one of them is known to one binder alone is new, and contradicts nothing.
 */
export function compareHistories(here: LedgerState, there: LedgerState): Compared[] {
  const [own, other] = [historiesOf(here), historiesOf(there)];
  const bases = [...new Set([...own.keys(), ...other.keys()])].sort();
  return bases.flatMap((base) => compareWriter(own.get(base) ?? [], other.get(base) ?? []));
}

function compareWriter(own: readonly History[], other: readonly History[]): Compared[] {
  const pairs = own.flatMap((one) => other.map((two) => ({ one, two, relation: relationOf(one, two) })));
  const rows: Compared[] = [];
  const met = new Set<History>();
  const pair = ({ one, two, relation }: (typeof pairs)[number]): void => {
    met.add(one).add(two);
    rows.push(rowOf(one, two, relation));
  };
  // One that another goes on with is here, whatever else its writer wrote beside it.
  for (const found of pairs)
    if (isProven(found.relation) && !(met.has(found.one) && met.has(found.two))) pair(found);
  for (const found of pairs)
    if (found.relation === 'unproven' && !met.has(found.one) && !met.has(found.two)) pair(found);
  for (const found of pairs) if (!met.has(found.one) && !met.has(found.two)) pair(found);
  for (const one of own) if (!met.has(one)) rows.push(rowOf(one, null, null));
  for (const two of other) if (!met.has(two)) rows.push(rowOf(null, two, null));
  return rows.sort((a, b) => (a.writer < b.writer ? -1 : 1));
}

const isProven = (relation: Relation): boolean => typeof relation === 'object' && 'proven' in relation;

function rowOf(one: History | null, two: History | null, relation: Relation | null): Compared {
  const [own, other] = [one?.chain, two?.chain];
  const named = own?.branch === undefined ? (other ?? own) : own;
  const sizes = { writer: named?.writer ?? '', here: own?.size ?? null, there: other?.size ?? null };
  if (relation === null) return { ...sizes, finding: 'new', at: null };
  if (relation === 'unproven') return { ...sizes, finding: 'unproven', at: null };
  if ('proven' in relation) return { ...sizes, finding: relation.proven, at: null };
  return { ...sizes, finding: 'rewritten', at: relation.parted };
}

function relationOf(one: History, two: History): Relation {
  const parted = partedAt(one, two);
  if (parted !== null) return { parted };
  if (one.chain.size === two.chain.size) return { proven: 'same' };
  const [longer, shorter] = one.chain.size > two.chain.size ? [one, two] : [two, one];
  const { size, head, root } = shorter.chain;
  if (longer.hashes.get(size) === head) return { proven: 'hash-chain' };
  return longer.roots.get(size) === root ? { proven: 'proof' } : 'unproven';
}

/** The first number where the two have different things; null where none is known. */
function partedAt(one: History, two: History): number | null {
  const places = (['hashes', 'roots'] as const).flatMap((known) =>
    [...one[known]].filter(([at, hash]) => (two[known].get(at) ?? hash) !== hash).map(([at]) => at),
  );
  return places.length === 0 ? null : Math.min(...places);
}

/** The histories that a binder tells of, by their writers: what several share is part of each. */
function historiesOf({ extract, proofs, checkpoint }: LedgerState): Map<string, History[]> {
  const chains = new Chains(checkpoint.body);
  const split = new Set(checkpoint.body.chains.map(({ branch }) => branch?.stem));
  const hashes = hashesBy(extract, chains, checkpoint.body.chains);
  const before = new Map(proofs.consistency?.from.chains.map((chain) => [chain.writer, chain]));
  const into = new Map(proofs.consistency?.chains.map((proof) => [proof.writer, proof.into ?? proof.writer]));
  const histories = checkpoint.body.chains
    .filter(({ writer }) => !split.has(writer))
    .map((chain): History => {
      const line = chains.lineTo({ writer: chain.writer, seq: chain.size });
      const known = line.flatMap(({ writer, seq }) =>
        [...(hashes.get(writer) ?? [])].filter(([at]) => at <= seq),
      );
      const roots = new Map([[chain.size, chain.root]]);
      for (const { writer, seq } of line) {
        const stem = chains.get(writer);
        if (stem?.size === seq) roots.set(stem.size, stem.root);
      }
      for (const [name, old] of before) {
        const at = into.get(name) ?? name;
        if (line.some(({ writer, seq }) => writer === at && old.size <= seq)) roots.set(old.size, old.root);
      }
      return { chain, hashes: new Map(known), roots };
    });
  return Map.groupBy(histories, ({ chain }) => chain.branch?.of ?? chain.writer);
}

/** Entry hashes of each chain by their number, as far as the binder tells them. */
function hashesBy(
  { entries }: LedgerExtract,
  chains: Chains,
  states: readonly CheckpointChain[],
): Map<string, Map<number, string>> {
  const known = new Map<string, Map<number, string>>();
  const note = ({ writer, seq }: { readonly writer: string; readonly seq: number }, hash: string): void => {
    if (seq > 0) known.set(writer, (known.get(writer) ?? new Map<number, string>()).set(seq, hash));
  };
  for (const entry of entries) {
    const place = chainPlace(entry);
    note(place, entry.hash);
    note(chains.onLine(place, place.seq - 1), String(entry.entry.prev));
  }
  for (const { writer, size, head, branch } of states) {
    note({ writer, seq: size }, head);
    if (branch !== undefined) note({ writer, seq: branch.after + 1 }, branch.first);
  }
  return known;
}
