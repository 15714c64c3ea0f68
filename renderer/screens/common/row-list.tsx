import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { EmptyState, ErrorState, LoadingRows } from '../../parts/blank.tsx';
import type { RowPages } from '../../parts/row-pages.ts';
import type { KeyMap } from '../../parts/use-keys.ts';
import { sentenceFor } from '../../state/faults.ts';

/** The row that the keys act on, in a list of any length. */
export interface RowCursor<Row> {
  readonly index: number;
  readonly row: Row | undefined;
  readonly show: (index: number) => void;
  /** The keys that move it. */
  readonly keys: KeyMap;
}

/** Moves through the rows; where a record is open beside them it follows, and the cursor begins on it. */
export function useRowCursor<Row>(
  pages: RowPages<Row>,
  open: {
    readonly id: string | null;
    readonly rowId: (row: Row) => string;
    readonly onRow: (row: Row) => void;
  },
): RowCursor<Row> {
  const [index, setIndex] = useState(-1);
  const { total, rowAt } = pages;
  const row = rowAt(index);
  const lost = open.id !== null && total !== null && (!row || open.rowId(row) !== open.id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: sought once for each record and each state of the list
  useEffect(() => {
    if (!lost) return;
    let gone = false;
    const here = (at: number) => gone || at < 0 || setIndex(at);
    pages.find((candidate) => open.rowId(candidate) === open.id).then(here, () => undefined);
    return () => {
      gone = true;
    };
  }, [lost, open.id, rowAt]);
  const show = (to: number) => {
    const within = Math.min((total ?? 0) - 1, Math.max(0, to));
    setIndex(within);
    const next = rowAt(within);
    if (open.id !== null && next) open.onRow(next);
  };
  const next = () => show(index + 1);
  const previous = () => show(index - 1);
  return { index, row, show, keys: { j: next, k: previous, arrowdown: next, arrowup: previous } };
}

/** The body and foot of a long list: loading, failed, empty, or the table and how many there are. */
export function RowList<Row>(props: {
  pages: RowPages<Row>;
  /** What is being loaded, as screen readers say it. */
  label: string;
  empty: ReactNode;
  words: (total: number) => string;
  children: ReactNode;
}) {
  const { pages } = props;
  return (
    <>
      <RowListBody {...props} />
      <div className="list-foot quiet" role="status">
        {pages.total === null ? '' : props.words(pages.total)}
      </div>
    </>
  );
}

function RowListBody<Row>(props: {
  pages: RowPages<Row>;
  label: string;
  empty: ReactNode;
  children: ReactNode;
}) {
  const { total, error, retry } = props.pages;
  if (error !== null) return <ErrorState {...sentenceFor(error)} onRetry={retry} />;
  if (total === null) return <LoadingRows rows={14} label={props.label} />;
  return total === 0 ? props.empty : <div className="fill">{props.children}</div>;
}

/** Everything is filtered away; the way back to all of it. */
export function NothingMatches({ onClear }: { onClear?: () => void }) {
  return (
    <EmptyState title="Nothing matches" text="Nothing in this list meets the search and the filters.">
      {onClear && (
        <Button variant="default" onClick={onClear}>
          Clear the filters
        </Button>
      )}
    </EmptyState>
  );
}
