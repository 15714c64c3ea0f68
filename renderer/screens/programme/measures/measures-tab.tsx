import { Button, Menu } from '@mantine/core';
import { IconChartLine, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import { apartWords } from '../../../../shared/domain/programme/kpi.ts';
import { EmptyState } from '../../../parts/blank.tsx';
import { day } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { glance, go } from '../../../state/place.ts';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { Loaded } from '../../common/loaded.tsx';
import { NewRecord } from '../record/new-record.tsx';
import { useMay } from '../record/record-acts.ts';
import { useBoard } from '../record/use-board.ts';
import {
  type Kpi,
  KpiPanel,
  KpiVerdict,
  type Maturity,
  MaturityPanel,
  ReachedPill,
} from './measure-panels.tsx';

type Line = { readonly id: string; readonly kpi: Kpi } | { readonly id: string; readonly maturity: Maturity };
type Added = 'kpi' | 'maturity';

/** What the programme measures: KPIs with their values, and maturity from where it is to where it should be. */
export function MeasuresTab({ engagement, record }: { engagement: string; record: string | null }) {
  const board = useBoard(engagement);
  return (
    <Loaded query={board} label="Loading the measures" rows={12}>
      {(data) => <MeasureDesk board={data} record={record} />}
    </Loaded>
  );
}

function MeasureDesk({ board, record }: { board: Board; record: string | null }) {
  const may = useMay();
  const [adding, setAdding] = useState<Added | null>(null);
  const lines: readonly Line[] = [
    ...board.kpis.map((kpi) => ({ id: kpi.id, kpi })),
    ...board.maturity.map((maturity) => ({ id: maturity.id, maturity })),
  ];
  const open = lines.find(({ id }) => id === record) ?? lines[0];
  const at = open === undefined ? -1 : lines.indexOf(open);
  const move = (by: number) => {
    const next = lines[Math.min(lines.length - 1, Math.max(0, at + by))];
    if (next) glance('programme', `measures/${next.id}`);
  };
  useSingleKeys({
    j: () => move(1),
    k: () => move(-1),
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    n: () => may.decide && setAdding('kpi'),
  });
  const dialog = <Adding board={board} kind={adding} onClose={() => setAdding(null)} />;
  if (open === undefined)
    return (
      <>
        <EmptyState
          icon={<IconChartLine size={30} stroke={1.4} />}
          title="Nothing is measured yet"
          text="KPIs and maturity dimensions come with a plan or a template, or you name your own: a unit, a target, and how often it is measured."
        >
          <Button disabled={!may.decide} onClick={() => setAdding('kpi')}>
            Add a KPI
          </Button>
          <Button variant="default" disabled={!may.decide} onClick={() => setAdding('maturity')}>
            Add a dimension
          </Button>
        </EmptyState>
        {dialog}
      </>
    );
  const close = () => go('programme', 'board');
  return (
    <div className="with-side has-side">
      <section className="controls-list" aria-label="Measures">
        <div className="toolbar">
          <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
          <span className="spacer" />
          {may.decide && <AddMenu onAdd={setAdding} />}
        </div>
        <div className="gate-list">
          {board.kpis.length > 0 && <h3 className="gate-group">KPIs {board.kpis.length}</h3>}
          <ul className="list-plain" aria-label="KPIs">
            {board.kpis.map((kpi) => (
              <MeasureLine key={kpi.id} id={kpi.id} open={kpi.id === open.id}>
                <KpiWords kpi={kpi} />
              </MeasureLine>
            ))}
          </ul>
          {board.maturity.length > 0 && <h3 className="gate-group">Maturity {board.maturity.length}</h3>}
          <ul className="list-plain" aria-label="Maturity">
            {board.maturity.map((one) => (
              <MeasureLine key={one.id} id={one.id} open={one.id === open.id}>
                <span className="grow">
                  <span className="gate-title">{one.title}</span>
                  <span className="under quiet">
                    {one.current ?? '—'} now, {one.target} is the target, of {one.scale}
                  </span>
                </span>
                <Apart measure={one} />
                <ReachedPill maturity={one} />
              </MeasureLine>
            ))}
          </ul>
        </div>
      </section>
      {'kpi' in open ? (
        <KpiPanel key={open.id} kpi={open.kpi} onClose={close} />
      ) : (
        <MaturityPanel key={open.id} maturity={open.maturity} onClose={close} />
      )}
      {dialog}
    </div>
  );
}

function KpiWords({ kpi }: { kpi: Kpi }) {
  return (
    <span className="grow">
      <span className="gate-title">{kpi.title}</span>
      <span className="under quiet">
        {kpi.latest === null
          ? 'not measured yet'
          : `${kpi.latest.value}${kpi.unit ? ` ${kpi.unit}` : ''} on ${day(kpi.latest.day)}`}
        {kpi.target !== null && `, target ${kpi.target}`}
      </span>
      <span className="row-acts">
        <KpiVerdict kpi={kpi} />
        <Apart measure={kpi} />
        {kpi.overdue && (
          <Pill tone="warn" title="Measured longer ago than its cadence asks, or never">
            Due
          </Pill>
        )}
      </span>
    </span>
  );
}

/** Where people said different values of one day without knowing of each other: how many, and what settles it. */
function Apart({ measure }: { measure: Pick<Kpi, 'apart'> }) {
  const words = apartWords(measure);
  if (words === null) return null;
  return (
    <Pill tone="warn" title={words}>
      {measure.apart.length + 1} values
    </Pill>
  );
}

function MeasureLine(props: { id: string; open: boolean; children: ReactNode }) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (props.open) item.current?.scrollIntoView({ block: 'nearest' });
  }, [props.open]);
  return (
    <li ref={item} className={props.open ? 'gate-line is-open' : 'gate-line'}>
      <button
        type="button"
        aria-current={props.open ? 'true' : undefined}
        onClick={() => glance('programme', `measures/${props.id}`)}
      >
        {props.children}
      </button>
    </li>
  );
}

function AddMenu({ onAdd }: { onAdd: (kind: Added) => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={14} />}>Add</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onAdd('kpi')}>KPI</Menu.Item>
        <Menu.Item onClick={() => onAdd('maturity')}>Maturity dimension</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Adding({ board, kind, onClose }: { board: Board; kind: Added | null; onClose: () => void }) {
  return (
    <NewRecord
      opened={kind !== null}
      engagement={board.engagement.id}
      kind={kind ?? 'kpi'}
      word={kind === 'maturity' ? 'maturity dimension' : 'KPI'}
      fields={
        kind === 'maturity'
          ? []
          : [
              { field: 'unit', label: 'Unit', as: 'line' },
              { field: 'cadence', label: 'How often', as: 'line' },
              { field: 'owner', label: 'Owner', as: 'line' },
            ]
      }
      {...(kind === 'maturity' ? { given: { target: 3, scale: 5 } } : {})}
      onClose={onClose}
      onAdded={(row) => {
        onClose();
        go('programme', `measures/${row.id}`);
      }}
    />
  );
}
