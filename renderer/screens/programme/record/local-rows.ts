import { useMemo } from 'react';
import type { RowPages } from '../../../parts/row-pages.ts';

/** Rows that are all here already, as a list takes them. */
export function useLocalRows<Row>(rows: readonly Row[]): RowPages<Row> {
  return useMemo(
    () => ({
      total: rows.length,
      error: null,
      rowAt: (index) => rows[index],
      onRange: () => undefined,
      retry: () => undefined,
      find: async (meets) => rows.findIndex(meets),
    }),
    [rows],
  );
}
