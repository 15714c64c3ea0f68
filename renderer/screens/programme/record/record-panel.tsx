import { ActionIcon } from '@mantine/core';
import { IconTrash, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ProgrammeView } from '../../../../shared/contract/programme.ts';
import { takesReview } from '../../../../shared/domain/programme/decisive.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Section } from '../../../parts/panel.tsx';
import { useApi } from '../../../state/api.tsx';
import { ConflictBox } from '../../common/conflict-box.tsx';
import { HistoryList } from '../../common/history-list.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { withoutEmptyLabels } from './plan-lines.ts';
import { useMay, useRemove } from './record-acts.ts';

/** One record of the programme beside its list: the claim at the left, what shows it at the right. */
export function RecordPanel(props: {
  /** Its ledger name. */
  record: string;
  /** What it is, in a word: *Risk*. */
  word: string;
  onClose: () => void;
  children: (view: ProgrammeView) => ReactNode;
  /** What stands beside it; without it the panel is one column. */
  beside?: (view: ProgrammeView) => ReactNode;
}) {
  const { orpc } = useApi();
  const view = useQuery(orpc.programme.get.queryOptions({ input: { record: props.record } }));
  return (
    <aside className="dossier" aria-label={props.word}>
      <Loaded query={view} label={`Loading the ${props.word.toLowerCase()}`} rows={8}>
        {(data) => (
          <>
            <Head view={data} word={props.word} onClose={props.onClose} />
            <div className={props.beside ? 'dossier-body' : 'dossier-body dossier-one'}>
              <div className="dossier-claim">
                <Conflicts view={data} />
                {props.children(data)}
                <FromPlan view={data} />
                {!props.beside && <History view={data} />}
              </div>
              {props.beside && (
                <div className="dossier-beside">
                  {props.beside(data)}
                  <History view={data} />
                </div>
              )}
            </div>
          </>
        )}
      </Loaded>
    </aside>
  );
}

function Head({ view, word, onClose }: { view: ProgrammeView; word: string; onClose: () => void }) {
  const { row } = view;
  const may = useMay();
  const remove = useRemove(row, onClose);
  const setting = { kind: row.kind, field: 'deleted', value: true, own: view.own };
  const mayRemove = takesReview(setting, false) ? may.decide : may.prepare;
  return (
    <header className="dossier-head">
      <p className="quiet">
        {word}
        {row.section !== '' && ` · ${row.section}`}
        {row.planned ? ' · from the plan' : ' · added here'}
      </p>
      <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
      {mayRemove && !row.planned && (
        <ActionIcon
          aria-label={`Remove this ${word.toLowerCase()}`}
          loading={remove.isPending}
          onClick={() => remove.mutate(undefined)}
        >
          <IconTrash size={15} />
        </ActionIcon>
      )}
      <ActionIcon aria-label={`Close the ${word.toLowerCase()}`} onClick={onClose}>
        <IconX size={15} />
      </ActionIcon>
    </header>
  );
}

function Conflicts({ view }: { view: ProgrammeView }) {
  const may = useMay();
  return view.conflicts.map((conflict, i) => (
    <ConflictBox key={conflict.field} conflict={conflict} may={may.prepare} keys={i === 0} />
  ));
}

/** What the plan says about it that has no field of its own. */
function FromPlan({ view }: { view: ProgrammeView }) {
  const notes = withoutEmptyLabels(view.row.notes);
  if (notes.length === 0) return null;
  return (
    <Section title="From the plan">
      <ul className="plan-notes">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Section>
  );
}

function History({ view }: { view: ProgrammeView }) {
  return (
    <Section title="History">
      <HistoryList history={view.history} />
    </Section>
  );
}
