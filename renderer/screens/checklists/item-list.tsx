import { IconNotes, IconPaperclip } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Result } from '../../../shared/domain/results.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { ResultButtons } from '../common/result-buttons.tsx';
import { ConflictPill, ResultPill } from '../common/words.tsx';
import type { Item } from './checklist-work.tsx';
import { SaidBelow } from './plan-notes.tsx';

/** The items in order; the one at the cursor takes the keys. */
export function ItemList(props: {
  rows: readonly Item[];
  cursor: number;
  onCursor: (index: number) => void;
  onResult: (item: Item, result: Result) => void;
  may: boolean;
}) {
  return (
    <>
      <p className="toolbar quiet">
        <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
        <KeyHint keys="Space">done</KeyHint>
        <KeyHint keys={['1', '2', '3', '4']}>result</KeyHint>
        <KeyHint keys="N">note</KeyHint>
        <KeyHint keys="E">evidence</KeyHint>
      </p>
      <ol className="items" aria-label="Items">
        {props.rows.map((item, index) => (
          <ItemLine
            key={item.id}
            item={item}
            at={index === props.cursor}
            may={props.may}
            onCursor={() => props.onCursor(index)}
            onResult={(result) => props.onResult(item, result)}
          />
        ))}
      </ol>
    </>
  );
}

function ItemLine(props: {
  item: Item;
  at: boolean;
  may: boolean;
  onCursor: () => void;
  onResult: (result: Result) => void;
}) {
  const { item, at } = props;
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (at) line.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <li
      ref={line}
      className={at ? 'item at-cursor' : 'item'}
      style={{ paddingInlineStart: 14 + Math.min(item.depth, 4) * 18 }}
    >
      <button
        type="button"
        className="item-text"
        aria-current={at ? 'true' : undefined}
        onClick={props.onCursor}
      >
        <code className="quiet">{item.label}</code>
        <span className="grow">
          {item.text}
          <SaidBelow lines={item.details} />
        </span>
        {item.conflicts.length > 0 && <ConflictPill count={item.conflicts.length} />}
        {item.note !== '' && <IconNotes size={13} className="quiet" role="img" aria-label="Has a note" />}
        {item.evidence.length > 0 && (
          <span className="quiet">
            <IconPaperclip size={12} role="img" aria-label="Evidence" /> {item.evidence.length}
          </span>
        )}
      </button>
      {at ? (
        <ResultButtons
          compact
          value={item.result}
          label={`Result of item ${item.label}`}
          disabled={!props.may}
          onChoose={props.onResult}
        />
      ) : (
        <ResultPill result={item.result} />
      )}
    </li>
  );
}
