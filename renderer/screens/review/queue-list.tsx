import { useEffect, useRef } from 'react';
import type { QueueRow } from '../../../shared/contract/work.ts';
import { Pill } from '../../parts/pill.tsx';
import { ResultMark } from '../common/words.tsx';

/** What waits, each with the one word that says why it matters. */
export function QueueList(props: {
  rows: readonly QueueRow[];
  current: string | null;
  onOpen: (row: QueueRow) => void;
}) {
  return (
    <ul className="queue-list">
      {props.rows.map((row) => (
        <QueueLine
          key={row.record}
          row={row}
          at={row.record === props.current}
          onOpen={() => props.onOpen(row)}
        />
      ))}
    </ul>
  );
}

function QueueLine({ row, at, onOpen }: { row: QueueRow; at: boolean; onOpen: () => void }) {
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (at) line.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <li ref={line}>
      <button
        type="button"
        className={at ? 'queue-row at-cursor' : 'queue-row'}
        aria-current={at ? 'true' : undefined}
        onClick={onOpen}
      >
        <span className="queue-about">
          <code>{row.kind === 'checklist' ? 'list' : row.label}</code>
          <span className="quiet cut grow">
            {row.subject}
            {row.preparedBy && ` · ${row.preparedBy}`}
          </span>
          <Why row={row} />
        </span>
        <span className="queue-title">{row.title}</span>
      </button>
    </li>
  );
}

function Why({ row }: { row: QueueRow }) {
  if (row.voided) {
    return (
      <Pill tone="bad" shape="✕">
        void
      </Pill>
    );
  }
  if (row.openNotes > 0)
    return <Pill tone="warn">{row.openNotes === 1 ? '1 note' : `${row.openNotes} notes`}</Pill>;
  if (row.changed.length > 0) return <Pill tone="warn">changed</Pill>;
  return row.result && <ResultMark result={row.result} />;
}
