import type { Board } from '../../../../shared/contract/board.ts';
import type { ProgrammeView } from '../../../../shared/contract/programme.ts';
import { Acceptances } from '../record/acceptances.tsx';
import { SEVERITY_OPTIONS, SeverityPill, StandingPill } from '../record/programme-words.tsx';
import { ProofPart } from '../record/proof-part.tsx';
import { useMay } from '../record/record-acts.ts';
import { type FieldSpec, RecordFields } from '../record/record-fields.tsx';
import { RecordPanel } from '../record/record-panel.tsx';

const rating = (words: readonly string[]) =>
  words.map((word, index) => ({ value: String(index + 1), label: `${index + 1} — ${word}` }));

const RATED: readonly FieldSpec[] = [
  { field: 'severity', label: 'Severity', as: 'choice', options: SEVERITY_OPTIONS, clearable: true },
  {
    field: 'likelihood',
    label: 'Likelihood',
    as: 'choice',
    options: rating(['rare', 'unlikely', 'possible', 'likely', 'almost certain']),
    clearable: true,
  },
  {
    field: 'impact',
    label: 'Impact',
    as: 'choice',
    options: rating(['slight', 'minor', 'serious', 'major', 'severe']),
    clearable: true,
  },
  {
    field: 'state',
    label: 'State',
    as: 'choice',
    options: [
      { value: 'open', label: 'Open' },
      { value: 'mitigating', label: 'Mitigating' },
      { value: 'closed', label: 'Closed' },
    ],
  },
  { field: 'owner', label: 'Owner', as: 'line' },
  { field: 'due', label: 'Due', as: 'day' },
  { field: 'category', label: 'Category', as: 'line' },
];

const WRITTEN: readonly FieldSpec[] = [
  { field: 'remediation', label: 'Remediation', as: 'text' },
  { field: 'exit', label: 'Exit criteria', as: 'text' },
  { field: 'title', label: 'Title', as: 'line' },
];

/** One risk: how bad, whose, by when, what is done about it, and who accepted it. */
export function RiskDetail({ id, board, onClose }: { id: string; board: Board; onClose: () => void }) {
  return (
    <RecordPanel
      record={`risk:${id}`}
      word="Risk"
      onClose={onClose}
      beside={(view) => <ProofPart record={view.row.record} proofs={view.proofs} label="this risk" keys />}
    >
      {(view) => <Claim view={view} board={board} />}
    </RecordPanel>
  );
}

function Claim({ view, board }: { view: ProgrammeView; board: Board }) {
  const may = useMay();
  const { row } = view;
  const standing = board.risks.find((one) => one.record === row.record);
  const pillars = board.pillars.flatMap(({ record, title }) =>
    record === null ? [] : [{ value: record, label: title }],
  );
  const pillar: FieldSpec = {
    field: 'pillar',
    label: 'Pillar',
    as: 'choice',
    options: pillars,
    clearable: true,
  };
  return (
    <>
      <h2>{row.title}</h2>
      {standing && (
        <div className="row-acts dossier-pills">
          <SeverityPill severity={standing.severity} computed={standing.severityComputed} />
          <StandingPill standing={standing.standing} />
          {standing.overdue && <span className="ink-bad">● overdue</span>}
          {standing.score !== null && (
            <span className="quiet">
              likelihood {standing.likelihood} × impact {standing.impact} = {standing.score}
            </span>
          )}
        </div>
      )}
      <RecordFields row={row} specs={pillars.length > 0 ? [...RATED, pillar] : RATED} may={may.prepare} />
      <RecordFields row={row} specs={WRITTEN} may={may.prepare} />
      <Acceptances record={row.record} kind="risk-acceptance" board={board} keys />
    </>
  );
}
