import { useQuery } from '@tanstack/react-query';
import { plural } from '../../../parts/format.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Scroll } from '../../../parts/scroll.tsx';
import { useApi } from '../../../state/api.tsx';
import { openRecord } from '../open-record.ts';
import { OutcomePill } from './roll-words.tsx';

/** What was decided when this engagement was opened from the last one. */
export function RolledPanel({ engagement }: { engagement: string }) {
  const { orpc } = useApi();
  const rolled = useQuery(orpc.periods.rolled.queryOptions({ input: { engagement } }));
  if (!rolled.data || rolled.data.length === 0) return null;
  return (
    <Panel title={`Rolled forward: ${plural(rolled.data.length, 'decision')} recorded`} flush>
      <Scroll label="Decisions on the last period" className="roll-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col">Outcome</th>
              <th scope="col">Why</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {rolled.data.map((row) => (
              <tr key={`${row.record} ${row.from}`}>
                <td>
                  <button type="button" className="link" onClick={() => openRecord(row.record)}>
                    {row.label}
                  </button>
                </td>
                <td>
                  <OutcomePill outcome={row.outcome} />
                </td>
                <td>{row.decision}</td>
                <td className="quiet">{row.by.name}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}
