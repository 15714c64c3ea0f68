import type { QueueRow } from '../../../shared/contract/work.ts';
import { Panel } from '../../parts/panel.tsx';
import { WordDiff } from '../../parts/word-diff.tsx';
import { fieldWord, valueWord } from '../common/value-words.ts';

/** What differs from what this member last signed or returned. */
export function ChangesSince({ row }: { row: QueueRow }) {
  if (row.changed.length === 0) return null;
  return (
    <Panel title="What changed since you last looked" className="changes">
      <dl className="facts">
        {row.changed.map((change) => (
          <div key={change.field} className="change">
            <dt>{fieldWord(change.field)}</dt>
            <dd>
              <WordDiff before={valueWord(change.before)} after={valueWord(change.after)} />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
