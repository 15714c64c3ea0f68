import { same } from '../../shared/domain/programme/belonging.ts';
import type { Sought } from '../../shared/domain/programme/criterion.ts';
import type { ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import type { Rec } from './standing.ts';

/** Whether a record is the one meant by an id, a ledger name or a title. */
export function isNamed({ row }: Pick<Rec<ProgrammeKind>, 'row'>, name: string | null): boolean {
  return name !== null && (row.record === name || row.id === name || same(row.title, name));
}

/** The record meant: by id or ledger name before all titles; a title that several bear means none of them. */
export function byName<T extends { id: string; record: string; title: string }>(
  all: readonly T[],
  named: string,
): Sought<T> {
  const exact = all.find((one) => one.id === named || one.record === named);
  if (exact !== undefined) return exact;
  const [one, ...others] = all.filter(({ title }) => same(title, named));
  return others.length > 0 ? 'several' : (one ?? null);
}

/** The record meant, where there is just one. */
export function theOne<T>(sought: Sought<T>): T | null {
  return sought === 'several' ? null : sought;
}
