import { keepPreviousData, type QueryFunction, type QueryKey, useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';

export const PAGE_ROWS = 200;

export interface RowPages<Row> {
  /** Null until the first page is here. */
  readonly total: number | null;
  readonly error: unknown;
  readonly rowAt: (index: number) => Row | undefined;
  /** Told by the table: which rows are in sight. */
  readonly onRange: (first: number, last: number) => void;
  readonly retry: () => void;
}

/** One page of a list as a query. */
interface PageQuery<Row> {
  readonly queryKey: QueryKey;
  readonly queryFn: QueryFunction<{ total: number; rows: Row[] }>;
}

/** The rows of a long list, of which only the pages in sight are asked for. */
export function useRowPages<Row>(
  pageQuery: (offset: number, limit: number) => PageQuery<Row>,
): RowPages<Row> {
  const [pages, setPages] = useState<readonly number[]>([0]);
  const results = useQueries({
    queries: pages.map((page) => ({
      ...pagesOnly(pageQuery(page * PAGE_ROWS, PAGE_ROWS)),
      // Only the first page may show what stood there before: elsewhere it would be other rows.
      ...(page === 0 ? { placeholderData: keepPreviousData<{ total: number; rows: Row[] }> } : {}),
      staleTime: 30_000,
    })),
  });
  const byPage = new Map(pages.map((page, i) => [page, results[i]?.data]));
  const total = byPage.get(0)?.total ?? null;
  const onRange = useCallback((first: number, last: number) => {
    const wanted = pagesFor(first, last);
    setPages((now) => (now.join() === wanted.join() ? now : wanted));
  }, []);
  // The signature stands for "any page changed": results are new objects at every render.
  const signature = results.map((r) => r.dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const rowAt = useMemo(
    () => (index: number) => byPage.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS],
    [signature, pages, total],
  );
  return {
    total,
    rowAt,
    onRange,
    error: total === null ? (results.find((r) => r.error)?.error ?? null) : null,
    retry: () => {
      for (const result of results) void result.refetch();
    },
  };
}

/** Only what names and fetches the page; how long it is kept is this table's own matter. */
function pagesOnly<Row>({ queryKey, queryFn }: PageQuery<Row>): PageQuery<Row> {
  return { queryKey, queryFn };
}

/** The pages that hold these rows, and always the first: it knows how many there are. */
export function pagesFor(first: number, last: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS);
  const to = Math.floor(Math.max(0, last) / PAGE_ROWS);
  const inSight = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return from === 0 ? inSight : [0, ...inSight];
}
