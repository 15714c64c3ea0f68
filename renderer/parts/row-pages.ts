import {
  keepPreviousData,
  type QueryFunction,
  type QueryKey,
  useQueries,
  useQueryClient,
} from '@tanstack/react-query';
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
  /** Where the first row that meets this stands in the list; -1 where it is not, or further down than anybody scrolls. */
  readonly find: (meets: (row: Row) => boolean) => Promise<number>;
}

/** Pages looked through for a row. */
const PAGES_SOUGHT = 50;

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
    // A page more on either side, so that scrolling does not run into rows that are still on their way.
    const wanted = pagesFor(first - PAGE_ROWS, last + PAGE_ROWS);
    setPages((now) => (now.join() === wanted.join() ? now : wanted));
  }, []);
  // The signature stands for "any page changed": results are new objects at every render.
  const signature = results.map((r) => r.dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const rowAt = useMemo(
    () => (index: number) => byPage.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS],
    [signature, pages, total],
  );
  const queries = useQueryClient();
  const find = async (meets: (row: Row) => boolean) => {
    for (let page = 0; page < PAGES_SOUGHT; page++) {
      const query = pagesOnly(pageQuery(page * PAGE_ROWS, PAGE_ROWS));
      const { rows } = await queries.fetchQuery({ ...query, staleTime: 30_000 });
      const at = rows.findIndex(meets);
      if (at >= 0) return page * PAGE_ROWS + at;
      if (rows.length < PAGE_ROWS) return -1;
    }
    return -1;
  };
  return {
    total,
    rowAt,
    onRange,
    find,
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
