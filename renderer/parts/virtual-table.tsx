// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold rows that are placed one by one
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid keeps the focus and names the active row
import { type Cell, createColumnHelper, FlexRender, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
} from 'react';
import type { TableSort } from './table-sort.ts';
import { usePrinting } from './use-printing.ts';

/** A column of a table: its width is a CSS grid track. */
export interface Column<Row> {
  readonly id: string;
  readonly header: ReactNode;
  readonly width: string;
  readonly align?: 'end';
  readonly sortable?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly total: number;
  readonly rowAt: (index: number) => Row | undefined;
  readonly rowId: (row: Row) => string;
  readonly onRange?: (first: number, last: number) => void;
  readonly rowHeight?: number;
  /** The row the keys act on. */
  readonly cursor: number;
  readonly onCursor: (index: number) => void;
  readonly onOpen?: (row: Row, index: number) => void;
  readonly selected?: ReadonlySet<string>;
  readonly openId?: string | null;
  readonly sort?: TableSort;
  readonly onSort?: (sort: TableSort) => void;
  readonly rowClass?: (row: Row) => string;
}

const features = tableFeatures({});

/** A grid of any length: only the rows in sight exist. Arrow keys move, Enter opens. */
export function VirtualTable<Row extends object>(props: VirtualTableProps<Row>) {
  const { rowHeight = 31, total, cursor, rowAt, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: 34,
  });
  const inSight = virtual.getVirtualItems();
  const first = inSight[0]?.index ?? 0;
  const last = inSight.at(-1)?.index ?? 0;
  const printing = usePrinting();
  const items = printing ? everyLoaded(total, rowAt, rowHeight) : inSight;
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  const moved = useRef(cursor);
  useEffect(() => {
    if (moved.current !== cursor && cursor >= 0) virtual.scrollToIndex(cursor);
    moved.current = cursor;
  }, [cursor, virtual]);
  const template = props.columns.map((c) => c.width).join(' ');
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-multiselectable={props.selected ? true : undefined}
      aria-activedescendant={cursor >= first && cursor <= last ? `${gridId}-${cursor}` : undefined}
      tabIndex={0}
      className="vtable"
      onKeyDown={(event) => moveByKey(event, props, virtual.scrollRect?.height ?? 400)}
    >
      <HeadRow columns={props.columns} template={template} sort={props.sort} onSort={props.onSort} />
      <div role="rowgroup" className="vtable-body" style={{ height: virtual.getTotalSize() }}>
        <BodyRows {...props} items={items} gridId={gridId} template={template} rowAt={rowAt} />
      </div>
      {printing && items.length < total && (
        <p className="print-only quiet">
          {items.length} of {total} rows. Narrow the list to print all of it; a binder holds everything.
        </p>
      )}
    </div>
  );
}

/** On paper every row that is here stands, since nobody can scroll to it. */
function everyLoaded<Row>(
  total: number,
  rowAt: (index: number) => Row | undefined,
  size: number,
): VirtualItem[] {
  const indices = Array.from({ length: total }, (_, index) => index).filter(
    (index) => rowAt(index) !== undefined,
  );
  return indices.map((index) => ({
    index,
    key: index,
    start: index * size,
    end: (index + 1) * size,
    size,
    lane: 0,
  }));
}

function moveByKey<Row>(event: KeyboardEvent, props: VirtualTableProps<Row>, height: number): void {
  if (event.target !== event.currentTarget) return;
  const page = Math.max(1, Math.floor(height / (props.rowHeight ?? 31)) - 1);
  const steps: Record<string, number> = {
    ArrowDown: props.cursor + 1,
    ArrowUp: props.cursor - 1,
    PageDown: props.cursor + page,
    PageUp: props.cursor - page,
    Home: 0,
    End: props.total - 1,
  };
  const to = steps[event.key];
  const row = props.rowAt(props.cursor);
  if (to !== undefined) props.onCursor(Math.min(props.total - 1, Math.max(0, to)));
  else if (event.key === 'Enter' && row) props.onOpen?.(row, props.cursor);
  else return;
  event.preventDefault();
}

function HeadRow<Row>(props: {
  columns: readonly Column<Row>[];
  template: string;
  sort: TableSort | undefined;
  onSort: ((sort: TableSort) => void) | undefined;
}) {
  const { sort, onSort } = props;
  return (
    <div role="rowgroup" className="vtable-head">
      <div role="row" aria-rowindex={1} style={{ gridTemplateColumns: props.template }}>
        {props.columns.map((column) => {
          const active = sort?.column === column.id;
          const descending = active && sort.descending;
          const order = active ? (descending ? 'descending' : 'ascending') : 'none';
          return (
            <div
              key={column.id}
              role="columnheader"
              className={column.align === 'end' ? 'end' : ''}
              aria-sort={column.sortable ? order : undefined}
            >
              {column.sortable && onSort ? (
                <button
                  type="button"
                  onClick={() => onSort({ column: column.id, descending: active && !descending })}
                >
                  {column.header}
                  <span aria-hidden="true">{active ? (descending ? ' ↓' : ' ↑') : ''}</span>
                </button>
              ) : (
                column.header
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface BodyProps<Row> extends VirtualTableProps<Row> {
  readonly items: readonly VirtualItem[];
  readonly gridId: string;
  readonly template: string;
}

interface Slot<Row> {
  readonly item: VirtualItem;
  readonly row: Row;
}

function BodyRows<Row extends object>(props: BodyProps<Row>) {
  const { items, rowAt, columns } = props;
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Slot<Row>>();
    return helper.columns(
      columns.map((c) => helper.display({ id: c.id, cell: (context) => c.cell(context.row.original.row) })),
    );
  }, [columns]);
  const loaded = useMemo(
    () =>
      items.flatMap((item) => {
        const row = rowAt(item.index);
        return row ? [{ item, row }] : [];
      }),
    [items, rowAt],
  );
  const table = useTable({ features, columns: definitions, data: loaded, getRowId: slotId });
  const pick = usePick(props);
  return (
    <>
      {table.getRowModel().rows.map((tableRow) => {
        const { item, row } = tableRow.original;
        const id = props.rowId(row);
        return (
          <BodyRow
            key={tableRow.id}
            cells={tableRow.getAllCells()}
            columns={columns}
            item={item}
            domId={`${props.gridId}-${item.index}`}
            template={props.template}
            atCursor={item.index === props.cursor}
            open={props.openId === id}
            selected={props.selected ? props.selected.has(id) : null}
            className={props.rowClass?.(row) ?? ''}
            onPick={pick}
          />
        );
      })}
      {items
        .filter((item) => rowAt(item.index) === undefined)
        .map((item) => (
          <WaitingRow key={item.index} item={item} />
        ))}
    </>
  );
}

function slotId(slot: Slot<object>): string {
  return String(slot.item.index);
}

/** The same function as long as the table lives, so that rows which did not change are not drawn again. */
function usePick<Row>(props: BodyProps<Row>): (index: number, open: boolean) => void {
  const latest = useRef(props);
  latest.current = props;
  return useCallback((index, open) => {
    const { onCursor, onOpen, rowAt } = latest.current;
    const row = rowAt(index);
    onCursor(index);
    if (open && row) onOpen?.(row, index);
  }, []);
}

interface RowProps<Row> {
  readonly cells: readonly TableCell<Row>[];
  readonly columns: readonly { readonly align?: 'end' }[];
  readonly item: VirtualItem;
  readonly domId: string;
  readonly template: string;
  readonly atCursor: boolean;
  readonly open: boolean;
  /** Null where rows cannot be selected. */
  readonly selected: boolean | null;
  readonly className: string;
  readonly onPick: (index: number, open: boolean) => void;
}

type TableCell<Row> = Cell<typeof features, Slot<Row>, unknown>;

const BodyRow = memo(function BodyRow<Row>(props: RowProps<Row>) {
  const { item, columns } = props;
  const names = ['vtable-row', props.className];
  if (props.atCursor) names.push('at-cursor');
  if (props.open) names.push('is-open');
  if (props.selected) names.push('is-selected');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself handles the keys
    <div
      id={props.domId}
      role="row"
      aria-rowindex={item.index + 2}
      aria-selected={props.selected ?? props.atCursor}
      className={names.join(' ')}
      style={{
        transform: `translateY(${item.start}px)`,
        height: item.size,
        gridTemplateColumns: props.template,
      }}
      onClick={({ target }) =>
        props.onPick(item.index, !(target instanceof Element && target.closest('input, button, label')))
      }
    >
      {props.cells.map((cell, i) => (
        <div key={cell.id} role="gridcell" className={columns[i]?.align === 'end' ? 'end' : ''}>
          <FlexRender cell={cell} />
        </div>
      ))}
    </div>
  );
}) as <Row>(props: RowProps<Row> & { key: string }) => ReactNode;

/** Keeps the place of a row whose page is still on its way. */
function WaitingRow({ item }: { item: VirtualItem }) {
  return (
    <div
      role="row"
      aria-rowindex={item.index + 2}
      className="vtable-row vtable-waiting"
      style={{ transform: `translateY(${item.start}px)`, height: item.size }}
    >
      <div role="gridcell">…</div>
    </div>
  );
}
