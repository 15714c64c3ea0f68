import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconChartLine, IconDownload, IconTable } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { csvOf, fileNameOf } from './chart-export.ts';
import { pictureOfDrawing, pictureOfTiles } from './chart-picture.ts';
import { day, today } from './format.ts';
import { Panel } from './panel.tsx';
import { type LegendEntry, type PictureTile, signPath } from './picture-layout.ts';
import { saveAs } from './save-as.ts';
import { Scroll } from './scroll.tsx';

interface ChartProps {
  /** What the chart shows, said as its finding. */
  readonly finding: string;
  /** Names the files it is saved as; the finding where it is left out. */
  readonly name?: string;
  /** Whose numbers they are, and of which day; a saved picture says it. */
  readonly subject?: string;
  readonly asOf?: string;
  readonly aside?: ReactNode;
  readonly legend?: readonly LegendEntry[];
  /** What only a saved picture needs said, where the screen says it beside the drawing or on a press. */
  readonly notes?: readonly string[];
  /** A chart of many small ones is saved from these instead of from its first drawing. */
  readonly tiles?: readonly PictureTile[];
  readonly chart: ReactNode;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A chart whose title is its finding, with the same numbers as a table one key away; both can be saved. */
export function ChartFrame(props: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const label = asTable ? 'Show as chart' : 'Show as table';
  return (
    <Panel
      title={props.finding}
      aside={
        <>
          {props.aside}
          <SaveMenu {...props} drawing={() => drawing.current?.querySelector('svg') ?? null} />
          <Tooltip label={label}>
            <ActionIcon
              size={22}
              aria-label={`${label}: ${props.finding}`}
              onClick={() => setAsTable(!asTable)}
            >
              {asTable ? <IconChartLine size={14} /> : <IconTable size={14} />}
            </ActionIcon>
          </Tooltip>
        </>
      }
    >
      {asTable && <NumberTable columns={props.columns} rows={props.rows} />}
      <div className={asTable ? 'chart-held' : ''}>
        <div ref={drawing}>{props.chart}</div>
        {props.legend !== undefined && <Legend entries={props.legend} />}
      </div>
    </Panel>
  );
}

function SaveMenu(props: ChartProps & { readonly drawing: () => SVGSVGElement | null }) {
  const { name = props.finding, columns, rows } = props;
  const savePicture = async () => {
    const caption = {
      title: props.finding,
      under: `${props.subject === undefined ? 'As' : `${props.subject}, as`} of ${day(props.asOf ?? today())}`,
      legend: props.legend ?? [],
      notes: props.notes ?? [],
    };
    const svg = props.drawing();
    if (props.tiles !== undefined)
      saveAs(await pictureOfTiles(props.tiles, caption), fileNameOf(name, 'png'));
    else if (svg !== null) saveAs(await pictureOfDrawing(svg, caption), fileNameOf(name, 'png'));
  };
  const saveNumbers = () =>
    saveAs(new Blob([csvOf(columns, rows)], { type: 'text/csv' }), fileNameOf(name, 'csv'));
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={22} aria-label={`Save: ${props.finding}`}>
          <IconDownload size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void savePicture()}>Save as picture (PNG)</Menu.Item>
        <Menu.Item onClick={saveNumbers}>Save numbers (CSV)</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const isDay = (cell: string | number): cell is string =>
  typeof cell === 'string' && /^\d{4}-\d\d-\d\d$/.test(cell);

function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <ul className="chart-legend">
      {entries.map((entry) => (
        <li key={entry.words}>
          <svg width={18} height={14} aria-hidden="true">
            <path
              d={signPath(entry.mark, 0, 7)}
              stroke={entry.ink}
              strokeWidth={entry.mark === 'line' || entry.mark === 'dashed' ? 2 : 1}
              strokeDasharray={entry.mark === 'dashed' ? '4 3' : undefined}
              fill={entry.fill ?? entry.ink}
            />
          </svg>
          {entry.words}
        </li>
      ))}
    </ul>
  );
}

function NumberTable({
  columns,
  rows,
}: {
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}) {
  return (
    <Scroll label="Numbers of the chart" className="chart-table">
      <table className="plain-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {isDay(column) ? day(column) : column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join(' ')}>
              {row.map((cell, i) => (
                <td key={columns[i] ?? i}>{isDay(cell) ? day(cell) : cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
