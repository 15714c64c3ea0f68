import type { HistoryRow } from '../../../shared/contract/frameworks.ts';
import { dated, moment } from '../../parts/format.ts';

/** Who changed what and when, newest first. */
export function HistoryList({ history }: { history: readonly HistoryRow[] }) {
  if (history.length === 0) return <p className="quiet">Nothing was changed here yet.</p>;
  return (
    <ol className="list-plain history">
      {history.map((row) => (
        <li key={`${row.writer} ${row.seq} ${row.action}`}>
          <div>{dated(row.summary)}</div>
          <div className="quiet">
            {moment(row.at)} · {row.by.name} on {row.device}
          </div>
        </li>
      ))}
    </ol>
  );
}
