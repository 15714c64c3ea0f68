import { useRef } from 'react';
import type { ChecklistView } from '../../../shared/contract/work.ts';
import { day } from '../../parts/format.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { ConflictBox } from '../common/conflict-box.tsx';
import { EvidenceBeside } from '../common/evidence-beside.tsx';
import { NoteField } from '../common/note-field.tsx';
import { SignedNotice } from '../common/signed-notice.tsx';
import { ResultPill } from '../common/words.tsx';
import type { Item } from './checklist-work.tsx';
import { SaidLines } from './plan-notes.tsx';

/** The item in front: its note and its evidence. */
export function ItemPanel(props: {
  item: Item;
  checklist: ChecklistView;
  save: (note: string) => Promise<unknown>;
}) {
  const { item, checklist } = props;
  const note = useRef<HTMLTextAreaElement>(null);
  useSingleKeys({ n: () => note.current?.focus() });
  const { assess } = checklist.may;
  return (
    <aside className="dossier dossier-narrow" aria-label={`Item ${item.label}`}>
      <div className="dossier-body">
        <div className="dossier-claim">
          <p className="quiet mono">Item {item.label}</p>
          <h2 className="item-title">{item.text}</h2>
          <div className="row-acts dossier-pills">
            <ResultPill result={item.result} />
            {item.owner && <span className="quiet">owner {item.owner}</span>}
            {item.due && <span className="quiet">due {day(item.due)}</span>}
            {item.checkedInSource !== null && (
              <span className="quiet">{item.checkedInSource ? 'ticked' : 'not ticked'} in the plan</span>
            )}
          </div>
          {item.details.length > 0 && (
            <div className="item-details">
              <SaidLines lines={item.details} label="What the plan says below it" />
            </div>
          )}
          {item.conflicts.map((conflict, i) => (
            <ConflictBox key={conflict.field} conflict={conflict} may={assess.allowed} keys={i === 0} />
          ))}
          {assess.allowed ? (
            <SignedNotice signOffs={checklist.signOffs} />
          ) : (
            <p className="quiet">{assess.because}</p>
          )}
          <NoteField
            draftKey={`${item.assessment} note`}
            label="Note"
            stored={item.note}
            disabled={!assess.allowed}
            placeholder="What was looked at, and what was found"
            inputRef={note}
            save={props.save}
          />
          <EvidenceBeside
            evidence={item.evidence}
            signOffs={checklist.signOffs}
            assessment={item.assessment}
            target={{
              control: item.id,
              engagement: checklist.engagement,
              subject: checklist.subject.id,
              label: `item ${item.label}`,
            }}
            because={assess.allowed ? '' : assess.because}
          />
        </div>
      </div>
    </aside>
  );
}
