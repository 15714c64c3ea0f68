import type { Board } from '../../../../shared/contract/board.ts';

interface Named {
  readonly record: string | null;
  readonly title: string;
}

/** What a rule's actions may belong to, as it is chosen. */
export function placesOf(board: Board): readonly Named[] {
  return [...board.pillars, ...board.phases, ...board.gates, ...board.risks];
}

/** The title of a record that a rule names by its ledger name; what it names by title stays as it is. */
export function titleIn(board: Board): (named: string) => string {
  const all: readonly Named[] = [...board.kpis, ...board.maturity, ...placesOf(board)];
  return (named) => all.find(({ record }) => record === named)?.title ?? named;
}

/** Records to choose from: the title is shown, and where two bear it which of them it is. */
export function choicesOf(rows: readonly Named[]): { value: string; label: string }[] {
  const bearing = Map.groupBy(rows, ({ title }) => title);
  return rows.flatMap(({ record, title }) => {
    const same = bearing.get(title) ?? [];
    const nth =
      same.length < 2 ? '' : ` (${same.findIndex((row) => row.record === record) + 1} of ${same.length})`;
    return record === null ? [] : [{ value: record, label: `${title}${nth}` }];
  });
}

/** The record that a rule names, by its ledger name or by a title that one record only bears. */
export function chosenAmong(rows: readonly Named[], named: string | null): string | null {
  const exact = rows.find(({ record }) => record === named);
  const [one, ...others] = rows.filter(({ title }) => title === named);
  return exact?.record ?? (others.length === 0 ? (one?.record ?? null) : null);
}
