import type { Checkpoint, LedgerExtract } from '../../../shared/domain/binder.ts';
import type { Chains, Meant, NamedHeads, Place } from './chains.ts';
import type { Findings } from './findings.ts';
import { EntryForm, hashOrNone, type KnownEntry } from './ledger-entries.ts';

type Seal = LedgerExtract['seals'][number];

/** What is known of a writer's history by a seal: the hashes that lead from its signed end to the entry before it. */
interface Path {
  readonly seal: Seal;
  /** By number the hashes of the entries that are here, and of the one before the segment. */
  readonly hashes: ReadonlyMap<number, string>;
}

/**
 * Where each entry and each segment stands. Numbers alone do not tell it of a device that went on twice: every segment
 * from where its histories part on has to be here, each signed, and lead from the first entry that a history has of its
 * own. So no history can be taken for another, and no two be joined. Names are read as their authors meant them.
 */
export class Placing {
  readonly chains: Chains;
  readonly #extract: LedgerExtract;
  /** By writer, number and hash where an entry of a writer with several histories stands. */
  readonly #placeOf = new Map<string, Place>();
  readonly #chainOf = new Map<Seal, string>();
  readonly #unplaced: Seal[] = [];

  constructor(extract: LedgerExtract, chains: Chains) {
    this.#extract = extract;
    this.chains = chains;
    for (const base of new Set(extract.writers.map(({ id }) => chains.baseOf(id))))
      if (chains.isForked(base)) this.#place(base);
  }

  /** The segments that are here, as their authors signed them. */
  get seals(): readonly Seal[] {
    return this.#extract.seals;
  }

  /** The chain in which a segment ends. */
  chainOf(seal: Seal): string {
    return this.#chainOf.get(seal) ?? seal.header.writer;
  }

  /** A hashed form with the chain it stands in, and the places that its author meant by their names. */
  formOf(entry: Readonly<Record<string, unknown>>): EntryForm | null {
    const { data: form } = EntryForm.safeParse(entry);
    if (form === undefined || this.chains.branches.size === 0) return form ?? null;
    const at = this.#found(form.writer, form.seq, hashOrNone(form, entry)) ?? form;
    const ops = form.ops.map((op) => ({
      ...op,
      parents: op.parents.map(([writer, seq]): [string, number] => {
        const place = this.meantAt(at, { writer, seq });
        return typeof place === 'string' ? [writer, seq] : [place.writer, place.seq];
      }),
    }));
    return { ...form, writer: at.writer, ops };
  }

  /** What the author of a place meant by a name. */
  meantAt(at: Place, name: Place): Meant {
    if (!this.chains.isForked(this.chains.baseOf(name.writer))) return name;
    return this.chains.meant(name, at, this.#sealOver(at)?.header.heads ?? {}, this.#found);
  }

  /** What the author of a segment meant by a name in its header. */
  meantBy(seal: Seal, name: Place, heads: NamedHeads = seal.header.heads ?? {}): Meant {
    const { from, count } = seal.header;
    const end = { writer: this.chainOf(seal), seq: from + count - 1 };
    return this.chains.meant(name, end, heads, this.#found);
  }

  /** A vector that somebody wrote at a place, as the chains are called here. It covers every history it could mean. */
  vectorAt(at: Place, vector: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    return this.chains.vector(vector, (name) => this.meantAt(at, name), 'all');
  }

  /** The newest administrative entries that the author of an entry knew, and all of their own history before it. */
  knownAt(at: Place): Readonly<Record<string, number>> {
    const seal = this.#sealOver(at);
    if (seal === undefined) return {};
    if (this.chains.branches.size === 0) return seal.header.admin;
    const { [seal.header.writer]: _own, ...others } = seal.header.admin;
    const known = { ...this.chains.vector(others, (name) => this.meantBy(seal, name), 'all') };
    for (const { writer, seq } of this.chains.lineTo(at)) {
      if (writer === at.writer) delete known[writer];
      else known[writer] = seq;
    }
    return known;
  }

  /** The place of what somebody names by number and hash; null where nothing here tells. */
  readonly pointed = ([writer, seq, hash]: readonly [string, number, string]): Place | null => {
    const base = this.chains.baseOf(writer);
    if (!this.chains.isForked(base)) return { writer, seq };
    if (seq <= this.chains.shared(base)) return { writer: base, seq };
    return this.#found(base, seq, hash);
  };

  /** The first of the segments here that an entry stands in. */
  #sealOver(at: Place): Seal | undefined {
    const base = this.chains.baseOf(at.writer);
    return this.#sealsOf(base).find((seal) => {
      const { from, count } = seal.header;
      const end = { writer: this.chainOf(seal), seq: from + count - 1 };
      return from <= at.seq && this.chains.leadsTo(at, end);
    });
  }

  readonly #seals = new Map<string, Seal[]>();
  #sealsOf(base: string): readonly Seal[] {
    const known = this.#seals.get(base);
    if (known !== undefined) return known;
    const own = this.#extract.seals.filter(({ header }) => header.writer === base);
    own.sort((a, b) => a.header.from - b.header.from || a.header.count - b.header.count);
    this.#seals.set(base, own);
    return own;
  }

  readonly #found = (base: string, seq: number, hash: string): Place | null => {
    if (!this.chains.isForked(base)) return { writer: base, seq };
    return this.#placeOf.get(`${base}:${seq}:${hash}`) ?? null;
  };

  #place(base: string): void {
    const paths = pathsOf(base, this.#sealsOf(base), this.#extract);
    const firsts = new Map(
      (this.chains.branches.get(base) ?? []).map(({ writer, branch }) => [
        `${(branch?.after ?? 0) + 1}:${branch?.first ?? ''}`,
        writer,
      ]),
    );
    const begun = new Map<Path, ReadonlyMap<string, number>>();
    const through = new Map<string, Path[]>();
    // What leads to a segment begins before it does.
    for (const path of paths.sort((a, b) => a.seal.header.from - b.seal.header.from)) {
      const found = new Map<string, number>();
      const before = path.seal.header.from - 1;
      for (const earlier of through.get(`${before}:${path.seal.header.previous}`) ?? [])
        for (const [branch, at] of begun.get(earlier) ?? []) if (at <= before) found.set(branch, at);
      for (const [seq, hash] of path.hashes) {
        const node = `${seq}:${hash}`;
        const branch = firsts.get(node);
        if (branch !== undefined) found.set(branch, seq);
        if (seq > before) through.set(node, [...(through.get(node) ?? []), path]);
      }
      begun.set(path, found);
    }
    for (const [{ seal, hashes }, found] of begun) {
      const end = this.#chainIn(base, found, lastOf(seal));
      if (end === null) {
        this.#unplaced.push(seal);
        continue;
      }
      this.#chainOf.set(seal, end);
      for (const [seq, hash] of hashes)
        this.#placeOf.set(
          `${base}:${seq}:${hash}`,
          this.chains.onLine({ writer: end, seq: lastOf(seal) }, seq),
        );
    }
  }

  /** The chain that a number stands in, by the beginnings that lead there; null where these do not fit together. */
  #chainIn(base: string, found: ReadonlyMap<string, number>, seq: number): string | null {
    const [last] = [...found].reduce((a, b) => (b[1] > a[1] ? b : a), [base, 0] as readonly [string, number]);
    const size = last === base ? this.chains.shared(base) : (this.chains.get(last)?.size ?? 0);
    const line = new Set(this.chains.lineTo({ writer: last, seq }).map(({ writer }) => writer));
    line.delete(base);
    const fits = line.size === found.size && [...found.keys()].every((branch) => line.has(branch));
    return fits && seq <= size ? last : null;
  }

  /** Of each writer with several histories each is shown to be its own, and each segment to belong to one of them. */
  check({ body }: Checkpoint, entries: ReadonlyMap<string, KnownEntry>, findings: Findings): void {
    for (const { chain, message } of this.chains.flaws())
      findings.add('proof-failed', `ledger chain ${chain.slice(0, 8)}`, message);
    for (const { header } of this.#unplaced) {
      const message =
        'Its device went on twice, and nothing here shows to which of its histories this segment of the ledger belongs.';
      findings.add('author-signature', `ledger segment ${header.writer.slice(0, 8)}:${header.from}`, message);
    }
    const writers = new Set(this.#extract.writers.map(({ id }) => this.chains.baseOf(id)));
    for (const { writer, branch } of body.chains) {
      if (branch === undefined || !writers.has(branch.of)) continue;
      if (this.#found(branch.of, branch.after + 1, branch.first)?.writer === writer) continue;
      const message = 'Nothing here shows that its device wrote this history.';
      findings.add('author-signature', `ledger chain ${writer.slice(0, 8)}`, message);
    }
    this.#checkNamed(findings);
    this.#checkReached(entries, findings);
    this.#checkOne(body, entries, findings);
  }

  /** What authors name of others is in the checkpoint, and of a writer with several histories it is told which. */
  #checkNamed(findings: Findings): void {
    const told = new Set(this.#extract.writers.map(({ id }) => id));
    for (const seal of this.#extract.seals) {
      const { header } = seal;
      const where = `ledger segment ${header.writer.slice(0, 8)}:${header.from}`;
      for (const writer of [...Object.keys(header.heads ?? {}), ...Object.keys(header.admin)]) {
        if (this.chains.knows(writer)) continue;
        const message = 'Its author had seen a part of the ledger that the checkpoint does not name.';
        findings.add('proof-failed', where, message);
      }
      for (const [writer, head] of Object.entries(header.heads ?? {})) {
        if (!told.has(this.chains.baseOf(writer)) || this.pointed([writer, ...head]) !== null) continue;
        const message =
          'Its author named an entry of a device that went on twice, and nothing here shows in which history.';
        findings.add('proof-failed', where, message);
      }
    }
  }

  /** No chain was cut back before what an author had seen of it; of a forked one its hashes tell. */
  #checkReached(entries: ReadonlyMap<string, KnownEntry>, findings: Findings): void {
    const seals = this.#extract.seals.map(({ header: { writer, from, heads = {}, admin } }) => {
      const named = [
        ...Object.entries(heads).map(([id, [seq]]) => [id, seq] as const),
        ...Object.entries(admin),
      ];
      return { where: `ledger segment ${writer.slice(0, 8)}:${from}`, named };
    });
    const parents = [...entries.values()].map(({ form: { writer, seq, ops } }) => {
      return { where: `ledger entry ${writer.slice(0, 8)}:${seq}`, named: ops.flatMap((op) => op.parents) };
    });
    for (const { where, named } of [...seals, ...parents]) {
      const isBeyond = ([id, seq]: readonly [string, number]): boolean =>
        !this.chains.isForked(this.chains.baseOf(id)) && seq > (this.chains.get(id)?.size ?? seq);
      if (!named.some(isBeyond)) continue;
      const message = 'Its author had seen more of the ledger than the checkpoint names.';
      findings.add('proof-failed', where, message);
    }
  }

  /** At each number of a chain stands one thing, by whatever tells of it. */
  #checkOne(
    { chains }: Checkpoint['body'],
    entries: ReadonlyMap<string, KnownEntry>,
    findings: Findings,
  ): void {
    const known = new Map<string, string>();
    const note = ({ writer, seq }: Place, hash: string): void => {
      if (seq === 0) return;
      const key = `${writer}:${seq}`;
      const before = known.get(key) ?? hash;
      known.set(key, before);
      if (before === hash) return;
      const message = 'Two histories of one device stand here as one.';
      findings.add('proof-failed', `ledger entry ${writer.slice(0, 8)}:${seq}`, message);
    };
    for (const { writer, size, head, branch } of chains) {
      note(this.chains.onLine({ writer, seq: size }, size), head);
      if (branch !== undefined) note({ writer, seq: branch.after + 1 }, branch.first);
    }
    for (const seal of this.#extract.seals) {
      const { from, count, previous, head, heads = {} } = seal.header;
      const end = { writer: this.chainOf(seal), seq: from + count - 1 };
      note(end, head);
      note(this.chains.onLine(end, from - 1), previous);
      for (const [writer, [seq, hash]] of Object.entries(heads)) {
        const place = this.pointed([writer, seq, hash]);
        if (place !== null) note(place, hash);
      }
    }
    for (const { form, extract } of entries.values()) {
      note(form, extract.hash);
      note(this.chains.onLine(form, form.seq - 1), form.prev);
    }
  }
}

const lastOf = ({ header }: Seal): number => header.from + header.count - 1;

/** By each seal of a writer the hashes that lead back from its end, as far as the forms are here. */
function pathsOf(base: string, seals: readonly Seal[], extract: LedgerExtract): Path[] {
  const prev = new Map<string, string>();
  for (const one of [...extract.entries.map(({ entry }) => entry), ...extract.between]) {
    const { data: form } = EntryForm.safeParse(one);
    if (form?.writer === base) prev.set(`${form.seq}:${hashOrNone(form, one)}`, form.prev);
  }
  return seals.map((seal) => {
    const { from, previous, head } = seal.header;
    const hashes = new Map([[from - 1, previous]]);
    let hash: string | undefined = head;
    for (let seq = lastOf(seal); seq >= from && hash !== undefined; seq -= 1) {
      hashes.set(seq, hash);
      hash = prev.get(`${seq}:${hash}`);
    }
    return { seal, hashes };
  });
}
