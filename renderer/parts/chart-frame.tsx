import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconChartLine, IconDownload, IconTable } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { csvOf, fileNameOf, pngOf } from './chart-export.ts';
import { Panel } from './panel.tsx';
import { saveAs } from './save-as.ts';
import { Scroll } from './scroll.tsx';

interface ChartProps {
  /** What the chart shows, said as its finding. */
  readonly finding: string;
  /** Names the files it is saved as; the finding where it is left out. */
  readonly name?: string;
  readonly aside?: ReactNode;
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
      {asTable ? (
        <NumberTable columns={props.columns} rows={props.rows} />
      ) : (
        <div ref={drawing}>{props.chart}</div>
      )}
    </Panel>
  );
}

function SaveMenu(props: ChartProps & { readonly drawing: () => SVGSVGElement | null }) {
  const { name = props.finding, columns, rows } = props;
  const savePicture = async () => {
    const svg = props.drawing();
    if (svg !== null) saveAs(await pngOf(svg), fileNameOf(name, 'png'));
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
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join(' ')}>
              {row.map((cell, i) => (
                <td key={columns[i] ?? i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
