import { create } from 'zustand';
import type { Result, Status } from '../../../shared/domain/results.ts';
import { count, plural } from '../../parts/format.ts';
import type { TableSort } from '../../parts/table-sort.ts';

/** How the list of controls is looked at; kept while other screens are in front. */
export interface ControlFilters {
  readonly text: string;
  readonly group: string | null;
  readonly result: readonly Result[];
  readonly status: readonly Status[];
  readonly only: 'no-evidence' | 'conflict' | 'voided' | 'stale' | null;
  readonly hideWithdrawn: boolean;
  readonly sort: TableSort;
}

export const ANY: ControlFilters = {
  text: '',
  group: null,
  result: [],
  status: [],
  only: null,
  hideWithdrawn: false,
  sort: { column: 'order', descending: false },
};

export const useControlFilters = create<ControlFilters>(() => ANY);

export function isFiltered(filters: ControlFilters): boolean {
  const { text, group, result, status, only, hideWithdrawn } = filters;
  return text !== '' || group !== null || result.length + status.length > 0 || only !== null || hideWithdrawn;
}

const SORTS = ['order', 'label', 'title', 'result', 'status', 'evidence'] as const;

/** How many there are, withdrawn ones apart as in the counts of the families: `131 controls, 16 withdrawn`. */
export function controlWords(total: number, withdrawn: number): string {
  const standing = plural(Math.max(0, total - withdrawn), 'control');
  return withdrawn === 0 ? standing : `${standing}, ${count(withdrawn)} withdrawn`;
}

/** The filters as the input of `controls.list`. */
export function controlQuery(
  filters: ControlFilters,
  scope: { engagement?: string | undefined; subject?: string | undefined; framework?: string | undefined },
) {
  return {
    ...scope,
    ...(filters.text.trim() ? { text: filters.text.trim() } : {}),
    ...(filters.group ? { group: filters.group } : {}),
    ...(filters.result.length > 0 ? { result: [...filters.result] } : {}),
    ...(filters.status.length > 0 ? { status: [...filters.status] } : {}),
    ...(filters.only ? { only: filters.only } : {}),
    ...(filters.hideWithdrawn ? { withdrawn: false } : {}),
    sort: SORTS.find((s) => s === filters.sort.column) ?? 'order',
    descending: filters.sort.descending,
  };
}
