import { createHash } from 'node:crypto';
import type { CheckpointBody, CheckpointChain } from '../../../shared/domain/binder.ts';
import { canonicalBytes } from '../../../shared/ledger/canonical.ts';

/** Names one entry: the chain it stands in, and its number there. */
export interface Place {
  readonly writer: string;
  readonly seq: number;
}

/** Of each chain that an author names the newest entry they named, by number and hash. */
export type NamedHeads = Readonly<Record<string, readonly [seq: number, hash: string]>>;

/** What an author could have meant by a name: one place, or it cannot be told. */
export type Meant = Place | 'unknown' | 'either';

/**
 * The chains that a checkpoint names. Where a device went on twice, what both histories share has its writer's name, and
 * each goes on under a name of its own. Read anew here, not taken from the ledger's code.
 */
export class Chains {
  readonly #chains: ReadonlyMap<string, CheckpointChain>;
  /** The branches of each writer that wrote several histories. */
  readonly branches: ReadonlyMap<string, readonly CheckpointChain[]>;

  constructor({ chains }: Pick<CheckpointBody, 'chains'>) {
    this.#chains = new Map(chains.map((chain) => [chain.writer, chain]));
    this.branches = Map.groupBy(
      chains.filter(({ branch }) => branch !== undefined),
      ({ branch }) => branch?.of ?? '',
    );
  }

  get(id: string): CheckpointChain | undefined {
    return this.#chains.get(id);
  }

  /** The writer that signs and numbers what stands in a chain. */
  baseOf(id: string): string {
    return this.#chains.get(id)?.branch?.of ?? id;
  }

  isForked(base: string): boolean {
    return this.branches.has(base);
  }

  /** Whether a name is one of a chain here, or of a writer whose histories have nothing in common. */
  knows(id: string): boolean {
    return this.#chains.has(id) || this.branches.has(id);
  }

  /** The number of the last entry that all histories of a writer share. */
  shared(base: string): number {
    return this.#chains.get(base)?.size ?? 0;
  }

  /** What leads to a place: of each chain on the way how far, the one it stands in first. */
  lineTo({ writer, seq }: Place): Place[] {
    const line: Place[] = [];
    const passed = new Set<string>();
    let upTo = seq;
    for (let id = writer; !passed.has(id); ) {
      passed.add(id);
      const branch = this.#chains.get(id)?.branch;
      if (upTo > (branch?.after ?? 0)) line.push({ writer: id, seq: upTo });
      if (branch === undefined) break;
      upTo = Math.min(upTo, branch.after);
      id = branch.stem;
    }
    return line.length === 0 ? [{ writer, seq }] : line;
  }

  /** The place with a number on the way to another. */
  onLine(end: Place, seq: number): Place {
    const found = this.lineTo(end).findLast((step) => seq <= step.seq);
    return { writer: found?.writer ?? end.writer, seq };
  }

  /** Whether one place is another or stands before it in its history. */
  leadsTo(one: Place, end: Place): boolean {
    if (one.writer === end.writer) return one.seq <= end.seq;
    return this.lineTo(end).some(({ writer, seq }) => writer === one.writer && one.seq <= seq);
  }

  /**
   * What an author meant by a name, which may have been one history to them and be two here: by the hash they stated, found
   * by `placeOf`. By their own they mean the one they went on from.
   */
  meant(
    { writer, seq }: Place,
    at: Place,
    heads: NamedHeads,
    placeOf: (base: string, seq: number, hash: string) => Place | null,
  ): Meant {
    const base = this.baseOf(writer);
    if (!this.isForked(base)) return { writer, seq };
    const own = writer === this.baseOf(at.writer) || this.lineTo(at).some((step) => step.writer === writer);
    if (own && seq <= at.seq) return this.onLine(at, seq);
    if (seq <= this.shared(base)) return { writer: base, seq };
    const stated = Object.hasOwn(heads, writer) ? heads[writer] : undefined;
    if (stated !== undefined && stated[0] >= seq) {
      const end = placeOf(base, ...stated);
      return end === null ? 'unknown' : this.onLine(end, seq);
    }
    const chain = this.#chains.get(writer);
    if (chain === undefined) return 'either';
    if (seq <= chain.size) return this.onLine({ writer, seq: chain.size }, seq);
    return this.#isSplit(writer) ? 'either' : 'unknown';
  }

  /** A vector as the chains are called here; what could be several histories covers all of them, or what is certain. */
  vector(
    said: Readonly<Record<string, number>>,
    mean: (name: Place) => Meant,
    unsaid: 'certain' | 'all',
  ): Readonly<Record<string, number>> {
    if (this.branches.size === 0) return said;
    const found: Record<string, number> = {};
    const cover = ({ writer, seq }: Place) => {
      found[writer] = Math.max(found[writer] ?? 0, seq);
    };
    for (const [writer, seq] of Object.entries(said)) {
      const place = mean({ writer, seq });
      if (place === 'unknown') cover({ writer, seq });
      else if (place !== 'either') this.lineTo(place).forEach(cover);
      else {
        this.lineTo({ writer, seq: this.#chains.get(writer)?.size ?? 0 }).forEach(cover);
        if (unsaid === 'all') for (const one of this.#beyond(writer, seq)) cover(one);
      }
    }
    return found;
  }

  #isSplit(id: string): boolean {
    return (this.branches.get(this.baseOf(id)) ?? []).some(({ branch }) => branch?.stem === id);
  }

  #beyond(id: string, seq: number, passed: ReadonlySet<string> = new Set()): Place[] {
    if (passed.has(id)) return [];
    const next = (this.branches.get(this.baseOf(id)) ?? []).filter(({ branch }) => branch?.stem === id);
    return next
      .filter(({ branch }) => (branch?.after ?? seq) < seq)
      .flatMap(({ writer }) => [{ writer, seq }, ...this.#beyond(writer, seq, new Set([...passed, id]))]);
  }

  /** In what the chains of a writer contradict each other; null where they do not. */
  *flaws(): Generator<{ readonly chain: string; readonly message: string }> {
    for (const [base, branches] of this.branches) {
      for (const { writer, size, branch } of branches) {
        if (branch === undefined) continue;
        const { after, first, stem } = branch;
        const from = this.#chains.get(stem);
        const joins = from === undefined ? stem === base && after === 0 : from.size === after;
        const named = createHash('sha256')
          .update(canonicalBytes(['branch', base, first]))
          .digest('hex');
        if (
          named.slice(0, 32) !== writer ||
          size <= after ||
          !joins ||
          this.baseOf(stem) !== base ||
          this.baseOf(base) !== base
        )
          yield {
            chain: writer,
            message: 'A history of a device is told otherwise than its name stands for.',
          };
        else if (branches.filter((one) => one.branch?.stem === stem).length < 2)
          yield {
            chain: writer,
            message: 'A device is said to have gone on twice, and one of the two histories is missing.',
          };
      }
    }
  }
}
