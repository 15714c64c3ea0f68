import { useRef } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import type { ProgrammeFactRow } from '../../../../shared/contract/programme.ts';
import { kpiWord } from '../../../../shared/domain/programme/kpi.ts';
import { day, moment } from '../../../parts/format.ts';
import { Section } from '../../../parts/panel.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { ProofPart } from '../record/proof-part.tsx';
import { useMay } from '../record/record-acts.ts';
import { type FieldSpec, RecordFields } from '../record/record-fields.tsx';
import { RecordPanel } from '../record/record-panel.tsx';
import { HistoryChart } from './history-chart.tsx';
import { MeasureForm } from './measure-form.tsx';

export type Kpi = Board['kpis'][number];
export type Maturity = Board['maturity'][number];

export function KpiVerdict({ kpi }: { kpi: Kpi }) {
  const word = kpiWord(kpi);
  if (word === null)
    return (
      <Pill tone="none" shape="○">
        {kpi.latest === null ? 'Not measured' : 'No target'}
      </Pill>
    );
  if (word === 'at target') return <Pill tone="good">At target</Pill>;
  return <Pill tone="warn">{word === 'off target' ? 'Off target' : 'Was at target'}</Pill>;
}

export function ReachedPill({ maturity }: { maturity: Maturity }) {
  if (maturity.reached === null)
    return (
      <Pill tone="none" shape="○">
        Not rated
      </Pill>
    );
  return maturity.reached ? <Pill tone="good">Reached</Pill> : <Pill tone="warn">Below</Pill>;
}

const KPI_FIELDS: readonly FieldSpec[] = [
  { field: 'unit', label: 'Unit', as: 'line' },
  { field: 'target', label: 'Target', as: 'number' },
  {
    field: 'direction',
    label: 'Better is',
    as: 'choice',
    options: [
      { value: 'up', label: 'Higher' },
      { value: 'down', label: 'Lower' },
    ],
  },
  { field: 'cadence', label: 'How often', as: 'line' },
  { field: 'owner', label: 'Owner', as: 'line' },
  { field: 'title', label: 'Title', as: 'line' },
];

const TREND = {
  better: 'moving the right way',
  worse: 'moving the wrong way',
  same: 'unchanged since the time before',
  unknown: '',
} as const;

/** A KPI: its line against its target, and the place to enter the next value. */
export function KpiPanel({ kpi, onClose }: { kpi: Kpi; onClose: () => void }) {
  const may = useMay();
  const field = useRef<HTMLInputElement>(null);
  useSingleKeys({ m: () => field.current?.focus() });
  const unit = kpi.unit ? ` ${kpi.unit}` : '';
  const finding =
    kpi.latest === null
      ? 'Not measured yet'
      : `${kpi.latest.value}${unit} on ${day(kpi.latest.day)}${kpi.target === null ? '' : `, target ${kpi.target}${unit}`}`;
  return (
    <RecordPanel
      record={kpi.record}
      word="KPI"
      onClose={onClose}
      beside={({ row, proofs }) => (
        <>
          <RecordFields row={row} specs={KPI_FIELDS} may={may.prepare} />
          <ProofPart record={row.record} proofs={proofs} label="this KPI" />
        </>
      )}
    >
      {({ facts }) => (
        <>
          <h2>{kpi.title}</h2>
          <div className="row-acts dossier-pills">
            <KpiVerdict kpi={kpi} />
            {kpi.overdue && <Pill tone="warn">Due</Pill>}
            <span className="quiet">
              {[TREND[kpi.trend], kpi.cadence && `measured ${kpi.cadence}`].filter(Boolean).join(' · ')}
            </span>
          </div>
          <MeasureForm record={kpi.record} label="New value" unit={kpi.unit} inputRef={field} />
          {kpi.points.length > 0 && (
            <HistoryChart
              finding={finding}
              name={kpi.title}
              points={kpi.points}
              target={kpi.target}
              unit={kpi.unit}
            />
          )}
          <Measurements facts={facts} unit={kpi.unit} />
        </>
      )}
    </RecordPanel>
  );
}

const MATURITY_FIELDS: readonly FieldSpec[] = [
  { field: 'current', label: 'At the beginning', as: 'number', min: 0 },
  { field: 'target', label: 'Target', as: 'number', min: 0 },
  { field: 'scale', label: 'Best is', as: 'number', min: 1 },
  { field: 'title', label: 'Title', as: 'line' },
];

/** A dimension of maturity: from where it began to where it should be, with every rating. */
export function MaturityPanel({ maturity, onClose }: { maturity: Maturity; onClose: () => void }) {
  const may = useMay();
  const field = useRef<HTMLInputElement>(null);
  useSingleKeys({ m: () => field.current?.focus() });
  const { current, target, scale } = maturity;
  return (
    <RecordPanel
      record={maturity.record}
      word="Maturity"
      onClose={onClose}
      beside={({ row, proofs }) => (
        <>
          <RecordFields row={row} specs={MATURITY_FIELDS} may={may.prepare} />
          <ProofPart record={row.record} proofs={proofs} label="this dimension" />
        </>
      )}
    >
      {({ facts }) => (
        <>
          <h2>{maturity.title}</h2>
          <div className="row-acts dossier-pills">
            <ReachedPill maturity={maturity} />
            <span className="quiet">
              {current === null ? 'not rated yet' : `${current} now`} · target {target} · of {scale}
            </span>
          </div>
          <MaturityBar maturity={maturity} />
          <MeasureForm record={maturity.record} label="New rating" unit="" max={scale} inputRef={field} />
          {maturity.points.length > 0 && (
            <HistoryChart
              finding={`${current ?? '—'} of ${scale}, target ${target}`}
              name={maturity.title}
              points={maturity.points}
              target={target}
              scale={[0, scale]}
              unit=""
            />
          )}
          <Measurements facts={facts} unit="" />
        </>
      )}
    </RecordPanel>
  );
}

/** The scale with where it stands and where it should be; the words above say the same. */
function MaturityBar({ maturity }: { maturity: Maturity }) {
  const at = (value: number) => `${Math.min(100, (value / maturity.scale) * 100)}%`;
  return (
    <div className="maturity-bar" aria-hidden="true">
      <span className="maturity-fill" style={{ width: at(maturity.current ?? 0) }} />
      <span className="maturity-target" style={{ left: at(maturity.target) }} />
    </div>
  );
}

function Measurements({ facts, unit }: { facts: readonly ProgrammeFactRow[]; unit: string }) {
  const values = facts.filter(({ kind }) => kind === 'measurement');
  if (values.length === 0) return null;
  return (
    <Section title={`Recorded (${values.length})`}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" className="end">
              Value
            </th>
            <th scope="col">Note</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {values.map((fact) => (
            <tr key={fact.id}>
              <td>{day(String(fact.body.day ?? ''))}</td>
              <td className="end">
                {String(fact.body.value)} {unit}
              </td>
              <td>{String(fact.body.note ?? '') || <span className="quiet">–</span>}</td>
              <td className="quiet" title={moment(fact.at)}>
                {fact.by.name}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
