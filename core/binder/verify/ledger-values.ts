import type { Json } from '../../../shared/ledger/canonical.ts';
import { fieldState, type Head } from '../../../shared/ledger/merge.ts';
import type { EntryForm, KnownEntry } from './ledger-entries.ts';

/** What an entry of the extract wrote into a field. */
export interface Written extends Head {
  /** Whether only the hash of the value is here. */
  readonly hidden: boolean;
}

/** What a field holds by the embedded entries: nothing, something that is not shown, or a value. */
export type Held = { readonly value: Json } | 'nothing' | 'hidden';

/**
 * The records of the extract as its entries leave them: a value stands that no later operation names as replaced. A bare
 * form counts as well: what it wrote is there, and not shown.
 */
export class LedgerValues {
  readonly #written = new Map<string, Written[]>();
  readonly #replaced = new Map<string, Set<string>>();
  readonly #records = new Set<string>();
  readonly #counts: (record: string) => boolean;

  /** `counts` says of a record whether what is written of it counts at all. */
  constructor(
    entries: Iterable<KnownEntry>,
    bare: Iterable<EntryForm> = [],
    counts: (record: string) => boolean = () => true,
  ) {
    this.#counts = counts;
    for (const { form, extract } of entries) {
      this.#take(form, extract.values);
      for (const { record } of form.ops) if (counts(record)) this.#records.add(record);
    }
    for (const form of bare) this.#take(form, []);
  }

  #take(form: EntryForm, values: KnownEntry['extract']['values']): void {
    const { writer, seq, time } = form;
    for (const [i, { record, field, parents }] of form.ops.entries()) {
      if (!this.#counts(record)) continue;
      const key = `${record} ${field}`;
      const shown = values[i] ?? null;
      const one = { writer, seq, time, value: (shown?.value ?? null) as Json, hidden: shown === null };
      const written = this.#written.get(key);
      if (written) written.push(one);
      else this.#written.set(key, [one]);
      if (parents.length === 0) continue;
      const replaced = this.#replaced.get(key) ?? new Set();
      for (const [by, at] of parents) replaced.add(`${by}:${at}`);
      this.#replaced.set(key, replaced);
    }
  }

  /** Records of a kind that some entry writes, by their ids. */
  *ids(kind: string): Generator<string> {
    for (const record of this.#records)
      if (record.startsWith(`${kind}:`)) yield record.slice(kind.length + 1);
  }

  /** Everything that was ever written into a field, as far as it is here. */
  written(record: string, field: string): readonly Written[] {
    return this.#written.get(`${record} ${field}`) ?? [];
  }

  /** The values that stand, several where nobody has decided between them. */
  heads(record: string, field: string): readonly Written[] {
    const replaced = this.#replaced.get(`${record} ${field}`);
    return this.written(record, field).filter(({ writer, seq }) => !replaced?.has(`${writer}:${seq}`));
  }

  /** The value that is displayed. */
  held(record: string, field: string): Held {
    const heads = this.heads(record, field);
    if (heads.some(({ hidden }) => hidden)) return 'hidden';
    const state = fieldState(heads);
    return state === null ? 'nothing' : { value: state.value };
  }
}
