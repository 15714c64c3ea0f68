import { MultiSelect } from '@mantine/core';
import type { Board } from '../../../../shared/contract/board.ts';
import type { ProgrammeView } from '../../../../shared/contract/programme.ts';
import { Section } from '../../../parts/panel.tsx';
import { ACTION_OPTIONS, ActionState, Due } from '../record/programme-words.tsx';
import { ProofPart } from '../record/proof-part.tsx';
import { useMay, useSetField } from '../record/record-acts.ts';
import { type FieldSpec, RecordFields } from '../record/record-fields.tsx';
import { RecordPanel } from '../record/record-panel.tsx';

/** One action: whose, by when, what it serves, and what it waits for. */
export function ActionDetail({ id, board, onClose }: { id: string; board: Board; onClose: () => void }) {
  return (
    <RecordPanel
      record={`action:${id}`}
      word="Action"
      onClose={onClose}
      beside={(view) => <ProofPart record={view.row.record} proofs={view.proofs} label="this action" keys />}
    >
      {(view) => <Claim view={view} board={board} />}
    </RecordPanel>
  );
}

/** Everything an action can serve, by its ledger name. */
function servedBy(board: Board) {
  const group = (label: string, rows: readonly { record: string | null; title: string }[]) => ({
    group: label,
    items: rows.flatMap(({ record, title }) => (record === null ? [] : [{ value: record, label: title }])),
  });
  return [
    group('Pillars', board.pillars),
    group('Phases', board.phases),
    group('Gates', board.gates),
    group('Risks', board.risks),
  ].filter(({ items }) => items.length > 0);
}

function Claim({ view, board }: { view: ProgrammeView; board: Board }) {
  const may = useMay();
  const { row } = view;
  const action = board.actions.find((one) => one.record === row.record);
  const flat = servedBy(board).flatMap(({ group, items }) =>
    items.map(({ value, label }) => ({ value, label: `${group.slice(0, -1)}: ${label}` })),
  );
  const fields: readonly FieldSpec[] = [
    { field: 'state', label: 'State', as: 'choice', options: ACTION_OPTIONS },
    { field: 'owner', label: 'Owner', as: 'line' },
    { field: 'due', label: 'Due', as: 'day' },
    { field: 'for', label: 'Serves', as: 'choice', options: flat, clearable: true },
    { field: 'title', label: 'Title', as: 'line' },
    { field: 'blocked', label: 'What else blocks it', as: 'text' },
  ];
  return (
    <>
      <h2>{row.title}</h2>
      {action && (
        <div className="row-acts dossier-pills">
          <ActionState state={action.state} />
          <Due due={action.due} overdue={action.overdue} />
        </div>
      )}
      <RecordFields row={row} specs={fields} may={may.prepare} />
      <WaitsFor view={view} board={board} />
    </>
  );
}

function WaitsFor({ view, board }: { view: ProgrammeView; board: Board }) {
  const may = useMay();
  const set = useSetField(view.row);
  const { blockedBy } = view.row.body;
  const value = Array.isArray(blockedBy) ? blockedBy.map(String) : [];
  const others = board.actions.filter(({ id }) => id !== view.row.id);
  const behind = board.actions.filter(({ blockedBy: by }) => by.some(({ id }) => id === view.row.id));
  return (
    <Section title="What waits for what">
      <MultiSelect
        label="Waits for"
        placeholder={value.length === 0 ? 'Nothing' : ''}
        searchable
        disabled={!may.prepare}
        data={others.map(({ id, title }) => ({ value: id, label: title }))}
        value={value}
        onChange={(ids) => set('What it waits for', { blockedBy: ids })}
      />
      {behind.length > 0 && (
        <p className="quiet">Waiting for this one: {behind.map(({ title }) => title).join(', ')}.</p>
      )}
    </Section>
  );
}
