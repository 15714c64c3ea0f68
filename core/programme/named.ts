import { same } from '../../shared/domain/programme/belonging.ts';
import type { ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import type { Rec } from './standing.ts';

/** Whether a record is the one meant by an id, a ledger name or a title. */
export function isNamed({ row }: Pick<Rec<ProgrammeKind>, 'row'>, name: string | null): boolean {
  return name !== null && (row.record === name || row.id === name || same(row.title, name));
}

/** The record meant: by id or ledger name before all titles. */
export function byName<T extends { id: string; record: string; title: string }>(
  all: readonly T[],
  named: string,
): T | null {
  const exact = all.find((one) => one.id === named || one.record === named);
  return exact ?? all.find((one) => same(one.title, named)) ?? null;
}
