import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { pillarOf } from '../../shared/domain/programme/belonging.ts';
import { kindOf } from '../../shared/ledger/entry.ts';
import { byName, theOne } from './named.ts';

/** A record of the programme as far as it says where it belongs. */
export type BelongingRow = Pick<ProgrammeRow, 'id' | 'record' | 'title' | 'body'>;

/** A pillar with the words that others may name it by. */
export interface Pillar {
  readonly row: Pick<ProgrammeRow, 'id' | 'record'>;
  readonly body: { readonly title: string; readonly owner: string };
}

/**
 * Finds the pillar a record belongs to. Records name each other by ledger name, id or title; a title that several bear
 * names none of them. Work changes hands without moving: an owner places a gate, and what the plan gives to that owner
 * (`statedOwners`: by ledger name), nothing else.
 */
export function belongingIn(
  pillars: readonly Pillar[],
  rows: readonly BelongingRow[],
  statedOwners: ReadonlyMap<string, string>,
): (row: BelongingRow) => string | null {
  const names = pillars.map(({ row: { id, record }, body: { title, owner } }) => ({
    id,
    record,
    title,
    owner,
  }));
  const named = (name: string) => {
    const found = theOne(byName(rows, name));
    return found === null ? null : belongingOf(found, statedOwners);
  };
  return (row) => pillarOf(names, belongingOf(row, statedOwners), named);
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** What any record says about where it belongs. */
function belongingOf({ record, body }: BelongingRow, statedOwners: ReadonlyMap<string, string>) {
  return {
    names: wordOf(body.pillar) || wordOf(body.for) || null,
    category: wordOf(body.category),
    owner: kindOf(record) === 'gate' ? wordOf(body.owner) : (statedOwners.get(record) ?? ''),
  };
}
