import { type EntryForm, type KnownEntry, positionOf } from './ledger-entries.ts';
import type { Written } from './ledger-values.ts';
import type { Placing } from './placing.ts';

/** How an entry stands to a sign-off: written after it, maybe without knowing of it, or before it. */
export type Order = 'after' | 'apart' | 'before';

type Place = Pick<EntryForm, 'writer' | 'seq'>;

/**
 * What the author of an entry had before them, as far as the file shows it: their own chain, what the values they
 * replaced and the segments they signed name, the sign-offs they had seen, and what the authors of these had.
 */
export class Pasts {
  /** By writer what each of its entries and segments names, in their order. */
  readonly #named = new Map<string, { readonly seq: number; readonly places: readonly Place[] }[]>();
  readonly #known = new Map<string, ReadonlyMap<string, number>>();

  readonly #placing: Placing;

  constructor(entries: ReadonlyMap<string, KnownEntry>, bare: readonly EntryForm[], placing: Placing) {
    this.#placing = placing;
    const signOffs = new Map<string, Place>();
    for (const { form } of entries.values())
      for (const { record } of form.ops) if (record.startsWith('signoff:')) signOffs.set(record, form);
    for (const { form, extract } of entries.values()) {
      const seen = extract.values.flatMap((value) => seenIn(value?.value));
      this.#add(form, [...parentsOf(form), ...seen.flatMap((id) => signOffs.get(`signoff:${id}`) ?? [])]);
    }
    for (const form of bare) this.#add(form, parentsOf(form));
    for (const seal of placing.seals) {
      const { from, count, admin, heads = {} } = seal.header;
      const said = { ...admin };
      for (const [writer, [seq]] of Object.entries(heads)) said[writer] = Math.max(said[writer] ?? 0, seq);
      const known = placing.chains.vector(said, (name) => placing.meantBy(seal, name), 'certain');
      const places = Object.entries(known).map(([writer, seq]) => ({ writer, seq }));
      // A header tells what its author knew when they sealed; a sign-off is sealed at once.
      this.#add({ writer: placing.chainOf(seal), seq: from + count - 1 }, places);
    }
    for (const list of this.#named.values()) list.sort((a, b) => a.seq - b.seq);
  }

  #add({ writer, seq }: Place, places: readonly Place[]): void {
    if (places.length === 0) return;
    const list = this.#named.get(writer) ?? [];
    list.push({ seq, places });
    this.#named.set(writer, list);
  }

  /** How what an entry wrote stands to another entry. The time of somebody else's entry is later than all it knew. */
  order({ writer, seq, time }: Pick<Written, 'writer' | 'seq' | 'time'>, than: EntryForm): Order {
    const [one, other] = [{ writer, seq }, than];
    if (this.follows(other, one)) return 'before';
    if (this.follows(one, other)) return 'after';
    if (seq <= (this.#before(than).get(writer) ?? 0)) return 'before';
    return time > than.time ? 'after' : 'apart';
  }

  /** Whether a place is another or stands later in the same history of its writer. */
  follows(place: Place, earlier: Place): boolean {
    return this.#placing.chains.leadsTo(earlier, place);
  }

  /** Of each chain the newest entry that the author of this one had. */
  #before({ writer, seq }: Place): ReadonlyMap<string, number> {
    const key = positionOf(writer, seq);
    const known = this.#known.get(key);
    if (known) return known;
    const before = new Map<string, number>();
    const next = new Map<string, number>();
    const open: Place[] = [{ writer, seq }];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place.seq <= (before.get(place.writer) ?? 0)) continue;
      before.set(place.writer, place.seq);
      open.push(...this.#placing.chains.lineTo(place).slice(1));
      const named = this.#named.get(place.writer) ?? [];
      let at = next.get(place.writer) ?? 0;
      for (; at < named.length && (named[at]?.seq ?? 0) <= place.seq; at += 1)
        open.push(...(named[at]?.places ?? []));
      next.set(place.writer, at);
    }
    this.#known.set(key, before);
    return before;
  }
}

const parentsOf = ({ ops }: EntryForm): Place[] =>
  ops.flatMap(({ parents }) => parents.map(([writer, seq]) => ({ writer, seq })));

/** The sign-offs that one says it comes after. */
export function seenIn(value: unknown): string[] {
  const after = typeof value === 'object' && value !== null && 'after' in value ? value.after : [];
  return Array.isArray(after) ? after.filter((id): id is string => typeof id === 'string') : [];
}
