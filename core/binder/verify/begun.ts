import type { LedgerExtract } from '../../../shared/domain/binder.ts';
import type { EntryForm, KnownEntry } from './ledger-entries.ts';
import { wordOf } from './recompute.ts';

interface Files {
  readonly extract: LedgerExtract;
  readonly counting: readonly KnownEntry[];
  readonly bare: readonly EntryForm[];
  /** Entries that count no more, since their author's access had ended before. */
  readonly gone: readonly KnownEntry[];
}

/**
 * The checks that somebody began, by stating what they are of; what is written of one that nobody began is nothing. Where
 * refused work alone began it, and somebody whose work counts took it up, that beginning stands in: the id of a check
 * commits to what it is of, whoever says so.
 */
export class BegunChecks {
  /** Entries that count no more, with nothing but the beginnings that stand in. */
  readonly standIns: readonly KnownEntry[];
  readonly #begun: ReadonlySet<string>;

  constructor({ extract, counting, bare, gone }: Files) {
    const forms = [...counting.map(({ form }) => form), ...bare];
    const begun = new Set(forms.flatMap(beginningsIn));
    const takenUp = new Set([
      ...forms.flatMap(({ ops }) => ops.map(({ record }) => record)),
      ...counting.flatMap(tiedIn),
      ...extract.signOffs.map(({ record }) => `assessment:${record}`),
    ]);
    const standsIn = (record: string): boolean => !begun.has(record) && takenUp.has(record);
    this.standIns = gone.flatMap((one) => {
      const at = one.form.ops.flatMap(({ record, field }, i) =>
        field === 'about' && isCheck(record) && standsIn(record) ? [i] : [],
      );
      return at.length === 0 ? [] : [only(one, at)];
    });
    this.#begun = new Set([...begun, ...this.standIns.flatMap(({ form }) => beginningsIn(form))]);
  }

  /** Whether what is written of a record counts: of anything but checks it does. */
  has(record: string): boolean {
    return !isCheck(record) || this.#begun.has(record);
  }
}

const isCheck = (record: string): boolean => record.startsWith('assessment:');

const beginningsIn = ({ ops }: EntryForm): string[] =>
  ops.flatMap(({ record, field }) => (field === 'about' && isCheck(record) ? [record] : []));

/** The checks that an entry ties evidence to or takes it off. */
function tiedIn({ form, extract }: KnownEntry): string[] {
  return form.ops.flatMap(({ record, field }, i) => {
    const check = wordOf(extract.values[i]?.value, 'assessment');
    return record.startsWith('link:') && field === 'state' && typeof check === 'string'
      ? [`assessment:${check}`]
      : [];
  });
}

/** An entry with some of its operations alone. */
function only({ form, extract, sound }: KnownEntry, at: readonly number[]): KnownEntry {
  return {
    form: { ...form, ops: at.flatMap((i) => form.ops[i] ?? []) },
    extract: { ...extract, values: at.map((i) => extract.values[i] ?? null) },
    sound,
  };
}
