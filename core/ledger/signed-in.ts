import { kindOf, type Operation } from '../../shared/ledger/entry.ts';
import { SignOffFactValue } from '../../shared/ledger/fields.ts';

/**
 * The records that the sign-offs in an entry are of, also in one that does not count: whoever signed after it names it,
 * and whether that name stands for anything is asked anew.
 */
export function signedIn(ops: readonly Pick<Operation, 'record' | 'value'>[]): string[] {
  return ops.flatMap(({ record, value }) => {
    const fact = kindOf(record) === 'signoff' ? SignOffFactValue.safeParse(value).data : undefined;
    if (fact === undefined) return [];
    return [fact.kind === 'assessment' ? `assessment:${fact.record}` : `checklist-work:${fact.record}`];
  });
}
