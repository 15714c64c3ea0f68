import { ownChain } from '../../db/queries/branches.ts';
import { entriesOf, knownVector, lastEntry, operationsOf } from '../../db/queries/ledger.ts';
import type { Replica } from '../support/replicas.ts';

/** What an author had before them as they wrote, by the hashes of entries, which no name can confuse. */
interface Said {
  /** Of each operation the entries that it replaced. */
  readonly replaced: readonly (readonly string[])[];
  /** The newest entries of every chain that was known there. */
  readonly seen: readonly string[];
}

/** Looks over every author's shoulder, so that afterwards it is known what they meant whatever the names came to mean. */
export class Truth {
  readonly #said = new Map<string, Said>();
  readonly #before = new Map<string, string>();

  /** Everything a copy wrote since it was looked at last; to be asked before it hears of anything else. */
  note(replica: Replica): void {
    const { db } = replica;
    const chain = ownChain(db, replica.writer.id);
    const hashAt = (writer: string, seq: number) => {
      const [row] = entriesOf(db, writer, seq, seq);
      if (row === undefined)
        throw new Error(`${replica.name} names entry ${seq} of ${writer}, which it has not`);
      return row.hash;
    };
    let seen: string[] | null = null;
    for (let row = lastEntry(db, chain); row !== undefined && !this.#said.has(row.hash); ) {
      seen ??= Object.entries(knownVector(db)).map(([writer, seq]) => hashAt(writer, seq));
      const replaced = operationsOf(db, row.writer, row.seq).map(({ parents }) =>
        parents.map(([writer, seq]) => hashAt(writer, seq)),
      );
      this.#said.set(row.hash, { replaced, seen: [...seen, row.prev] });
      this.#before.set(row.hash, row.prev);
      [row] = entriesOf(db, row.writer, row.seq - 1, row.seq - 1) as [typeof row];
    }
  }

  /** Every entry anybody ever wrote. */
  entries(): string[] {
    return [...this.#said.keys()].sort();
  }

  replacedBy(entry: string, index: number): readonly string[] {
    return this.#said.get(entry)?.replaced[index] ?? [];
  }

  /** Everything the author of an entry had seen. */
  seenBy(entry: string): Set<string> {
    const all = new Set<string>();
    for (const newest of this.#said.get(entry)?.seen ?? [])
      for (let at: string | undefined = newest; at !== undefined && !all.has(at); at = this.#before.get(at))
        all.add(at);
    return all;
  }
}
