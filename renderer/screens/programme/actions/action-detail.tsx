import { ActionIcon, Button, MultiSelect } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Board } from '../../../../shared/contract/board.ts';
import type { ProgrammeView } from '../../../../shared/contract/programme.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Section } from '../../../parts/panel.tsx';
import { openRecord } from '../open-record.ts';
import { ACTION_OPTIONS, ActionState, Due } from '../record/programme-words.tsx';
import { ProofPart } from '../record/proof-part.tsx';
import { useMay, useSetField } from '../record/record-acts.ts';
import { type FieldSpec, RecordFields } from '../record/record-fields.tsx';
import { RecordPanel } from '../record/record-panel.tsx';

/** One action: whose, by when, what it serves, and what it waits for. */
export function ActionDetail({ id, board, onClose }: { id: string; board: Board; onClose: () => void }) {
  const action = board.actions.find((one) => one.id === id);
  if (action !== undefined && !isOwnAction(action)) return <ItemOfPlan action={action} onClose={onClose} />;
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

/** Whether it is a record of the programme; items of a plan's checklists are actions too, worked on their checklist. */
export function isOwnAction(action: Board['actions'][number]): boolean {
  return action.record.startsWith('action:');
}

function ItemOfPlan({ action, onClose }: { action: Board['actions'][number]; onClose: () => void }) {
  return (
    <aside className="dossier" aria-label="Item of a checklist">
      <header className="dossier-head">
        <p className="quiet">Item of a checklist · from the plan</p>
        <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
        <ActionIcon aria-label="Close the item" onClick={onClose}>
          <IconX size={15} />
        </ActionIcon>
      </header>
      <div className="dossier-body dossier-one">
        <div className="dossier-claim">
          <h2>{action.title}</h2>
          <div className="row-acts dossier-pills">
            <ActionState state={action.state} />
            <Due due={action.due} overdue={action.overdue} />
            {action.owner && <span className="quiet">{action.owner}</span>}
          </div>
          <p>It is done when its checklist says so, with a note and evidence there.</p>
          <Button mt="sm" onClick={() => openRecord(action.record)}>
            Open it on its checklist
          </Button>
        </div>
      </div>
    </aside>
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
