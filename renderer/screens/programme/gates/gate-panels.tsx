import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import { dated, day } from '../../../parts/format.ts';
import { Section } from '../../../parts/panel.tsx';
import { go } from '../../../state/place.ts';
import { AttestationList } from '../record/fact-list.tsx';
import { NewRecord } from '../record/new-record.tsx';
import { Due, PhaseState, VerdictPill } from '../record/programme-words.tsx';
import { ProofPart } from '../record/proof-part.tsx';
import { useMay } from '../record/record-acts.ts';
import { type FieldSpec, RecordFields } from '../record/record-fields.tsx';
import { RecordPanel } from '../record/record-panel.tsx';
import { CriterionList } from './criterion-list.tsx';

interface PanelProps {
  readonly board: Board;
  /** The record the screen was opened with: a criterion of it begins unfolded. */
  readonly open: string | null;
  readonly onClose: () => void;
}

const TITLE: FieldSpec = { field: 'title', label: 'Title', as: 'line' };
const PHASE_FIELDS: readonly FieldSpec[] = [
  { field: 'from', label: 'From', as: 'day' },
  { field: 'to', label: 'To', as: 'day' },
  { field: 'done', label: 'Done on', as: 'day' },
  { field: 'scope', label: 'Scope, one line each', as: 'lines' },
  TITLE,
];

/** A phase: its dates and scope, and what it takes to leave it. */
export function PhasePanel({ phase, ...props }: PanelProps & { phase: Board['phases'][number] }) {
  const may = useMay();
  const { board } = props;
  const milestones = board.milestones.filter(
    ({ phase: of }) => of !== null && [phase.id, phase.record, phase.title].includes(of),
  );
  return (
    <RecordPanel
      record={phase.record}
      word="Phase"
      onClose={props.onClose}
      beside={({ row }) => (
        <>
          <RecordFields row={row} specs={PHASE_FIELDS} may={may.prepare} />
          {milestones.length > 0 && (
            <Section title="Milestones">
              <ul className="list-plain">
                {milestones.map((one) => (
                  <li key={one.id} className="line">
                    <button
                      type="button"
                      className="link-row grow"
                      onClick={() => go('programme', `gates/${one.id}`)}
                    >
                      {one.title}
                    </button>
                    <Due due={one.due} overdue={one.state === 'late'} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
    >
      {({ facts }) => (
        <>
          <h2>{phase.title}</h2>
          <div className="row-acts dossier-pills">
            <PhaseState phase={phase} />
            <VerdictPill verdict={phase.exit.verdict} />
            <span className="quiet">{dated(phase.exit.because)}</span>
          </div>
          <Section title="Exit criteria" aside={<AddCriterion of={phase.record} kind="exit" {...props} />}>
            <CriterionList
              key={props.open}
              criteria={phase.exit.criteria}
              board={board}
              opened={props.open}
            />
          </Section>
          <AttestationList facts={facts} />
        </>
      )}
    </RecordPanel>
  );
}

/** A gate: what it asks, how each of it is decided, and what that comes to. */
export function GatePanel({ gate, ...props }: PanelProps & { gate: Board['gates'][number] }) {
  const may = useMay();
  const { board } = props;
  const phases = board.phases.map(({ record, title }) => ({ value: record, label: title }));
  const fields: readonly FieldSpec[] = [
    { field: 'owner', label: 'Owner', as: 'line' },
    { field: 'due', label: 'Due', as: 'day' },
    { field: 'phase', label: 'Ends the phase', as: 'choice', options: phases, clearable: true },
    TITLE,
  ];
  return (
    <RecordPanel
      record={gate.record}
      word="Gate"
      onClose={props.onClose}
      beside={(view) => (
        <>
          <RecordFields row={view.row} specs={fields} may={may.prepare} />
          <ProofPart record={view.row.record} proofs={view.proofs} label="this gate" />
        </>
      )}
    >
      {() => (
        <>
          <h2>{gate.title}</h2>
          <div className="row-acts dossier-pills">
            <VerdictPill verdict={gate.verdict} />
            <span className="quiet">
              {dated(gate.because)}
              {gate.phase && ` · at the end of ${gate.phase}`}
              {gate.due && ` · due ${day(gate.due)}`}
            </span>
          </div>
          <Section title="Criteria" aside={<AddCriterion of={gate.record} kind="acceptance" {...props} />}>
            <CriterionList key={props.open} criteria={gate.criteria} board={board} opened={props.open} />
          </Section>
        </>
      )}
    </RecordPanel>
  );
}

/** A milestone: when it is due and when it was reached. */
export function MilestonePanel(props: {
  milestone: Board['milestones'][number];
  board: Board;
  onClose: () => void;
}) {
  const may = useMay();
  const { milestone, board } = props;
  const phases = board.phases.map(({ record, title }) => ({ value: record, label: title }));
  const fields: readonly FieldSpec[] = [
    { field: 'due', label: 'Due', as: 'day' },
    { field: 'done', label: 'Reached on', as: 'day' },
    { field: 'phase', label: 'Phase', as: 'choice', options: phases, clearable: true },
    TITLE,
  ];
  return (
    <RecordPanel record={milestone.record} word="Milestone" onClose={props.onClose}>
      {(view) => (
        <>
          <h2>{milestone.title}</h2>
          <div className="row-acts dossier-pills">
            <Due due={milestone.due} overdue={milestone.state === 'late'} />
          </div>
          <RecordFields row={view.row} specs={fields} may={may.prepare} />
          <ProofPart record={view.row.record} proofs={view.proofs} label="this milestone" />
        </>
      )}
    </RecordPanel>
  );
}

/** A criterion of no gate or phase: a success criterion, a threshold, a definition of done. */
export function CriterionPanel(props: {
  criterion: Board['criteria'][number];
  board: Board;
  onClose: () => void;
}) {
  const may = useMay();
  const { criterion, board } = props;
  return (
    <RecordPanel
      record={criterion.record}
      word="Criterion"
      onClose={props.onClose}
      beside={({ row }) => <RecordFields row={row} specs={[TITLE]} may={may.prepare} />}
    >
      {() => (
        <>
          <h2>{criterion.title}</h2>
          <CriterionList criteria={[criterion]} board={board} opened={criterion.id} />
        </>
      )}
    </RecordPanel>
  );
}

function AddCriterion(props: { of: string; kind: 'exit' | 'acceptance'; board: Board }) {
  const may = useMay();
  const [adding, setAdding] = useState(false);
  if (!may.decide) return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={13} />}
        onClick={() => setAdding(true)}
      >
        Add criterion
      </Button>
      <NewRecord
        opened={adding}
        engagement={props.board.engagement.id}
        kind="criterion"
        word="criterion"
        fields={[]}
        given={{ for: props.of, kind: props.kind }}
        onClose={() => setAdding(false)}
        onAdded={(row) => {
          setAdding(false);
          go('programme', `gates/${row.id}`);
        }}
      />
    </>
  );
}
