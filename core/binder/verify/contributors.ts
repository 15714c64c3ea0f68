import type { Manifest } from '../../../shared/domain/binder.ts';
import { deriveId } from '../../../shared/domain/identity.ts';
import type { SignedValues } from '../../../shared/domain/sign-off.ts';
import { withheldIn } from './agreement.ts';
import { sha256 } from './ledger-entries.ts';
import type { LedgerValues, Written } from './ledger-values.ts';
import { checksIn, DATES, isAdded, isBegun, isRemoved, recordOf, wordOf } from './recompute.ts';

const CHECK_FIELDS = ['result', 'method', 'note'] as const;
const EVIDENCE_FIELDS = ['title', ...DATES, 'files', 'deleted'] as const;

/** Whoever has a value inside what is signed, or took something out of it. */
export interface Contributions {
  readonly written: readonly Written[];
  /** False where withheld evidence is tied to it, or was: whose that is, is not told. */
  readonly certain: boolean;
}

/**
 * Whose values stand in a check, by the entries that are here: its own fields, what ties evidence to it or took it off,
 * and the evidence itself. A value that is redacted has an author all the same.
 */
export class Contributors {
  readonly #ledger: LedgerValues;
  readonly #withheld: ReadonlySet<string>;
  readonly #ties: ReadonlyMap<
    string,
    readonly { readonly record: string; readonly evidence: string | null }[]
  >;

  constructor(ledger: LedgerValues, manifest: Manifest) {
    this.#ledger = ledger;
    this.#withheld = withheldIn(manifest);
    const ties = [...ledger.ids('link')].flatMap((id) => {
      const record = `link:${id}`;
      const heads = ledger.heads(record, 'state').filter(({ hidden }) => !hidden);
      const [one] = heads;
      const [check, evidence] = [wordOf(one?.value, 'assessment'), wordOf(one?.value, 'evidence')];
      if (typeof check !== 'string' || typeof evidence !== 'string') return [];
      const on = heads.some(({ value }) => wordOf(value, 'on') === true);
      return [{ record, check, evidence: on ? evidence : null }];
    });
    this.#ties = Map.groupBy(ties, ({ check }) => check);
  }

  /** Of a whole checklist those of each item. */
  to(values: SignedValues): Contributions {
    const each = checksIn(values).map((check) => this.toCheck(recordOf(check)));
    return {
      written: each.flatMap(({ written }) => written),
      certain: each.every(({ certain }) => certain),
    };
  }

  toCheck(check: string): Contributions {
    if (!isBegun(check, this.#ledger)) return { written: [], certain: true };
    const written = CHECK_FIELDS.flatMap((field) => this.#ledger.heads(`assessment:${check}`, field));
    for (const { record, evidence } of this.#ties.get(check) ?? []) {
      written.push(...this.#ledger.heads(record, 'state'));
      if (evidence === null) continue;
      const isThere = isAdded(evidence, this.#ledger) && !isRemoved(evidence, this.#ledger);
      const fields = isThere ? EVIDENCE_FIELDS : ['deleted'];
      for (const field of fields) written.push(...this.#ledger.heads(`evidence:${evidence}`, field));
    }
    return { written, certain: ![...this.#withheld].some((id) => this.#isTied(id, check)) };
  }

  #isTied(evidence: string, check: string): boolean {
    const record = `link:${deriveId(sha256, 'link', evidence, check)}`;
    return this.#ledger.written(record, 'state').length > 0;
  }
}
