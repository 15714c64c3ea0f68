import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Panel } from './panel.tsx';
import { Scroll } from './scroll.tsx';

/** A chart whose title is its finding, with the same numbers as a table one key away. */
export function ChartFrame(props: {
  finding: string;
  aside?: ReactNode;
  chart: ReactNode;
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}) {
  const [asTable, setAsTable] = useState(false);
  const label = asTable ? 'Show as chart' : 'Show as table';
  return (
    <Panel
      title={props.finding}
      aside={
        <>
          {props.aside}
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
      {asTable ? <NumberTable columns={props.columns} rows={props.rows} /> : props.chart}
    </Panel>
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
            <tr key={String(row[0])}>
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
