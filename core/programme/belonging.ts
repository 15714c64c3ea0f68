import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { pillarOf } from '../../shared/domain/programme/belonging.ts';
import { byName } from './named.ts';

/** A record of the programme as far as it says where it belongs. */
export type BelongingRow = Pick<ProgrammeRow, 'id' | 'record' | 'title' | 'body'>;

/** A pillar with the words that others may name it by. */
export interface Pillar {
  readonly row: Pick<ProgrammeRow, 'id' | 'record'>;
  readonly body: { readonly title: string; readonly owner: string };
}

/**
 * Finds the pillar a record belongs to. Records name each other by ledger name, id or title; where several bear the
 * title, the first is meant.
 */
export function belongingIn(
  pillars: readonly Pillar[],
  rows: readonly BelongingRow[],
): (row: BelongingRow) => string | null {
  const names = pillars.map(({ row: { id, record }, body: { title, owner } }) => ({
    id,
    record,
    title,
    owner,
  }));
  const named = (name: string) => {
    const found = byName(rows, name);
    return found === null ? null : belongingOf(found);
  };
  return (row) => pillarOf(names, belongingOf(row), named);
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** What any record says about where it belongs. */
function belongingOf({ body }: BelongingRow) {
  return {
    names: wordOf(body.pillar) || wordOf(body.for) || null,
    category: wordOf(body.category),
    owner: wordOf(body.owner),
  };
}
