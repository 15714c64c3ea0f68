import type { BinderDiff, BinderDiffRow } from '../../../shared/domain/binder-diff.ts';
import { count, plural } from '../../parts/format.ts';

/** Rows on the screen; the page that is downloaded holds all of them. */
const MOST = 100;

const CHANGES = { added: 'new', removed: 'gone', changed: 'changed' } as const;

/** What differs between two binders, each with what stood before and what stands now. */
export function DifferenceTable({ diff }: { diff: BinderDiff }) {
  const { rows } = diff;
  return (
    <section className="stack" aria-label="What differs" role="status">
      <p>
        {rows.length === 0
          ? 'By what is embedded in them, the two differ in nothing.'
          : `${plural(rows.length, 'difference')} by what is embedded in them. Before: ${diff.before.file}. After: ${diff.after.file}.`}
      </p>
      {rows.length > 0 && (
        <table className="plain-table difference-table">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST).map((row) => (
              <Difference key={`${row.part} ${row.id} ${row.change}`} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > MOST && (
        <p className="quiet">{count(rows.length - MOST)} more stand on the page that is downloaded.</p>
      )}
    </section>
  );
}

function Difference({ row }: { row: BinderDiffRow }) {
  return (
    <tr>
      <td>
        <strong>{row.label}</strong>
        <div className="quiet">
          {row.part}, {CHANGES[row.change]}
        </div>
      </td>
      <td>{row.before ?? <span className="quiet">was not there</span>}</td>
      <td>{row.after ?? <span className="quiet">is not there</span>}</td>
    </tr>
  );
}
