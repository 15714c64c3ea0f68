/** By which column a table is ordered. */
export interface TableSort {
  readonly column: string;
  readonly descending: boolean;
}
