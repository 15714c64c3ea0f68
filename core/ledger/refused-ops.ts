import { kindOf, type Operation } from '../../shared/ledger/entry.ts';
import { SignOffFactValue } from '../../shared/ledger/fields.ts';

/**
 * The records that are asked anew for an entry that does not count: the checks that it begins, since others may have
 * taken them up, and what the sign-offs in it are of, since whoever signed after it names it.
 */
export function leaningOnRefused(ops: readonly Pick<Operation, 'record' | 'field' | 'value'>[]): string[] {
  return ops.flatMap(({ record, field, value }) => {
    if (kindOf(record) === 'assessment' && field === 'about') return [record];
    const fact = kindOf(record) === 'signoff' ? SignOffFactValue.safeParse(value).data : undefined;
    if (fact === undefined) return [];
    return [fact.kind === 'assessment' ? `assessment:${fact.record}` : `checklist-work:${fact.record}`];
  });
}
