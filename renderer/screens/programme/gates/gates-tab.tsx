import { Button, Menu } from '@mantine/core';
import { IconFlag, IconPlus } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import { decides } from '../../../../shared/domain/programme/decisive.ts';
import { EmptyState } from '../../../parts/blank.tsx';
import { dated, day } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { glance, go } from '../../../state/place.ts';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { Because } from '../../common/evidence-beside.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { NewRecord } from '../record/new-record.tsx';
import { Due, PhaseState, VerdictMark } from '../record/programme-words.tsx';
import { useMay } from '../record/record-acts.ts';
import { useBoard } from '../record/use-board.ts';
import { type GateLine, gateLines, lineOf } from './gate-lists.ts';
import { CriterionPanel, GatePanel, MilestonePanel, PhasePanel } from './gate-panels.tsx';

/** What a programme has to reach: phases with their exit criteria, gates, milestones, and how each is decided. */
export function GatesTab({ engagement, record }: { engagement: string; record: string | null }) {
  const board = useBoard(engagement);
  return (
    <Loaded query={board} label="Loading gates and phases" rows={12}>
      {(data) => <GateDesk board={data} record={record} />}
    </Loaded>
  );
}

const ADDED = ['phase', 'gate', 'milestone', 'criterion'] as const;
type Added = (typeof ADDED)[number];

function GateDesk({ board, record }: { board: Board; record: string | null }) {
  const may = useMay();
  const lines = useMemo(() => gateLines(board), [board]);
  const [adding, setAdding] = useState<Added | null>(null);
  const open = record === null ? lines[0] : (lineOf(lines, record) ?? lines[0]);
  const at = open === undefined ? -1 : lines.indexOf(open);
  const move = (by: number) => {
    const next = lines[Math.min(lines.length - 1, Math.max(0, at + by))];
    if (next) glance('programme', `gates/${next.id}`);
  };
  useSingleKeys({
    j: () => move(1),
    k: () => move(-1),
    arrowdown: () => move(1),
    arrowup: () => move(-1),
  });
  if (open === undefined)
    return (
      <>
        <EmptyState
          icon={<IconFlag size={30} stroke={1.4} />}
          title="No gates and no phases yet"
          text="They come with a readiness plan or a template. A gate holds criteria that are decided from the records or attested by a named person."
        >
          <Button disabled={!may.decide} onClick={() => setAdding('gate')}>
            Add a gate
          </Button>
          <Button variant="default" onClick={() => setAdding('phase')}>
            Add a phase
          </Button>
        </EmptyState>
        <Adding board={board} kind={adding} onClose={() => setAdding(null)} />
      </>
    );
  return (
    <div className="with-side has-side">
      <section className="controls-list" aria-label="Gates and phases">
        <div className="toolbar">
          <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
          <span className="spacer" />
          <AddMenu onAdd={setAdding} />
        </div>
        <div className="gate-list">
          <Group title="Phases" kind="phase" lines={lines} open={open} />
          <Group title="Gates" kind="gate" lines={lines} open={open} />
          <Group title="Milestones" kind="milestone" lines={lines} open={open} />
          <Group title="Other criteria" kind="criterion" lines={lines} open={open} />
        </div>
      </section>
      <OpenLine key={open.id} line={open} board={board} record={record} />
      <Adding board={board} kind={adding} onClose={() => setAdding(null)} />
    </div>
  );
}

function OpenLine({ line, board, record }: { line: GateLine; board: Board; record: string | null }) {
  const close = () => go('programme', 'board');
  if (line.kind === 'phase')
    return <PhasePanel phase={line.phase} board={board} open={record} onClose={close} />;
  if (line.kind === 'gate') return <GatePanel gate={line.gate} board={board} open={record} onClose={close} />;
  if (line.kind === 'milestone')
    return <MilestonePanel milestone={line.milestone} board={board} onClose={close} />;
  return <CriterionPanel criterion={line.criterion} board={board} onClose={close} />;
}

function AddMenu({ onAdd }: { onAdd: (kind: Added) => void }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  useSingleKeys({ n: () => setOpen(true) }, may.prepare);
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-end" disabled={!may.prepare}>
      <Because because={may.prepareBecause}>
        <Menu.Target>
          <Button leftSection={<IconPlus size={14} />} disabled={!may.prepare}>
            Add
            <KeyHint keys="N" />
          </Button>
        </Menu.Target>
      </Because>
      <Menu.Dropdown>
        {ADDED.map((kind) => (
          <Menu.Item key={kind} disabled={decides(kind, 'title') && !may.decide} onClick={() => onAdd(kind)}>
            {kind === 'criterion' ? 'Success criterion' : `${kind[0]?.toUpperCase()}${kind.slice(1)}`}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const ASKED = {
  phase: [
    { field: 'from', label: 'From', as: 'day' },
    { field: 'to', label: 'To', as: 'day' },
  ],
  gate: [
    { field: 'owner', label: 'Owner', as: 'line' },
    { field: 'due', label: 'Due', as: 'day' },
  ],
  milestone: [{ field: 'due', label: 'Due', as: 'day' }],
  criterion: [],
} as const;

function Adding({ board, kind, onClose }: { board: Board; kind: Added | null; onClose: () => void }) {
  return (
    <NewRecord
      opened={kind !== null}
      engagement={board.engagement.id}
      kind={kind ?? 'gate'}
      word={kind ?? 'gate'}
      fields={ASKED[kind ?? 'gate']}
      {...(kind === 'criterion' ? { given: { kind: 'success' } } : {})}
      onClose={onClose}
      onAdded={(row) => {
        onClose();
        go('programme', `gates/${row.id}`);
      }}
    />
  );
}

function Group(props: {
  title: string;
  kind: GateLine['kind'];
  lines: readonly GateLine[];
  open: GateLine | undefined;
}) {
  const lines = props.lines.filter((line) => line.kind === props.kind);
  if (lines.length === 0) return null;
  return (
    <section aria-label={props.title}>
      <h3 className="gate-group">
        {props.title} <span className="quiet">{lines.length}</span>
      </h3>
      <ul className="list-plain">
        {lines.map((line) => (
          <Line key={line.id} line={line} open={line === props.open} />
        ))}
      </ul>
    </section>
  );
}

function Line({ line, open }: { line: GateLine; open: boolean }) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (open) item.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <li ref={item} className={open ? 'gate-line is-open' : 'gate-line'}>
      <button
        type="button"
        aria-current={open ? 'true' : undefined}
        onClick={() => glance('programme', `gates/${line.id}`)}
      >
        <LineWords line={line} />
      </button>
    </li>
  );
}

function LineWords({ line }: { line: GateLine }) {
  if (line.kind === 'phase') {
    const { phase } = line;
    return (
      <>
        <VerdictMark verdict={phase.exit.verdict} />
        <span className="grow">
          <span className="gate-title">{phase.title}</span>
          <span className="under quiet">
            {phase.from || phase.to ? `${day(phase.from)} – ${day(phase.to)}` : 'no dates'}
          </span>
          <PhaseState phase={phase} />
        </span>
      </>
    );
  }
  if (line.kind === 'gate') {
    const { gate } = line;
    return (
      <>
        <VerdictMark verdict={gate.verdict} />
        <span className="grow">
          <span className="gate-title">{gate.title}</span>
          <span className="under quiet">{dated(gate.because)}</span>
        </span>
        {gate.due && <span className="quiet">{day(gate.due)}</span>}
      </>
    );
  }
  if (line.kind === 'milestone') {
    const { milestone } = line;
    return (
      <>
        <Pill tone={milestone.state === 'done' ? 'good' : milestone.state === 'late' ? 'bad' : 'none'}>
          {milestone.state === 'done' ? 'Reached' : milestone.state === 'late' ? 'Late' : 'Ahead'}
        </Pill>
        <span className="grow gate-title">{milestone.title}</span>
        <Due due={milestone.due} overdue={milestone.state === 'late'} />
      </>
    );
  }
  const { criterion } = line;
  const verdict = criterion.met === null ? 'unknown' : criterion.met ? 'met' : 'not-met';
  return (
    <>
      <VerdictMark verdict={verdict} />
      <span className="grow gate-title">{criterion.title}</span>
    </>
  );
}
