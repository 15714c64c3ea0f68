import type { Board } from '../../../../shared/contract/board.ts';
import { isSetByHand, severityFromScore } from '../../../../shared/domain/programme/risk-score.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { openRecord } from '../open-record.ts';
import { ofBoard } from './of-board.ts';

const CELL = 44;
const GAP = 3;
const LEFT = 34;
const SCALE = [1, 2, 3, 4, 5] as const;
const FILL = {
  P0: 'var(--bad-wash)',
  P1: 'var(--warn-wash)',
  P2: 'var(--raised)',
  P3: 'var(--desk)',
} as const;
const INK = { P0: 'var(--bad)', P1: 'var(--warn)', P2: 'var(--soft)', P3: 'var(--quiet)' } as const;

const LEGEND = (['P0', 'P1', 'P2', 'P3'] as const).map((severity) => ({
  mark: 'square' as const,
  ink: INK[severity],
  fill: FILL[severity],
  words: severity,
}));

/** How a severity is told: one that a person gave against the score says so. */
const severityWords = (risk: Board['risks'][number]) =>
  `${risk.severity ?? 'unrated'}${isSetByHand(risk) ? ', set by hand' : ''}`;

/** Open risks by likelihood and impact; a cell says how many, and opens the first. */
export function HeatMap({ board }: { board: Board }) {
  const { risks, summaries } = board;
  return (
    <ChartFrame
      finding={summaries.risks}
      name="Risks by likelihood and impact"
      {...ofBoard(board)}
      legend={LEGEND}
      notes={notesOf(board)}
      columns={['Risk', 'Severity', 'Likelihood', 'Impact', 'State', 'Owner', 'Due']}
      rows={risks.map((risk) => [
        risk.title,
        severityWords(risk),
        risk.likelihood ?? '',
        risk.impact ?? '',
        risk.standing.state,
        risk.owner,
        risk.due ?? '',
      ])}
      chart={
        <div className="heat">
          <HeatGrid board={board} />
          <SeverityList board={board} />
        </div>
      }
    />
  );
}

/** The numbers and names that the screen says beside the map and in its cells. */
function notesOf({ heat, risks }: Board): string[] {
  const titles = namesOf(risks);
  return [
    ...heat.bySeverity.map(
      (row) =>
        `${row.severity ?? 'unrated'}: ${row.open + row.mitigating} open, ${row.accepted} accepted, ${row.closed} closed`,
    ),
    ...heat.cells.map(
      (cell) =>
        `Likelihood ${cell.likelihood}, impact ${cell.impact}: ${cell.risks.map((id) => titles.get(id) ?? id).join('; ')}`,
    ),
  ];
}

/** The title of each risk with the severity it bears. */
const namesOf = (risks: Board['risks']) =>
  new Map(risks.map((risk) => [risk.id, `${risk.title} (${severityWords(risk)})`]));

function HeatGrid({ board }: { board: Board }) {
  const titles = namesOf(board.risks);
  const cellAt = (likelihood: number, impact: number) =>
    board.heat.cells.find((cell) => cell.likelihood === likelihood && cell.impact === impact);
  const foot = 5 * (CELL + GAP);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing with buttons in it is a group, and no form
    <svg width={LEFT + foot} height={foot + 34} role="group" aria-label={board.summaries.risks}>
      {[...SCALE].reverse().map((likelihood, row) => (
        <g key={likelihood}>
          <text x={LEFT - 8} y={row * (CELL + GAP) + CELL / 2 + 4} textAnchor="end" className="axis-text">
            {likelihood}
          </text>
          {SCALE.map((impact, column) => (
            <HeatCell
              key={impact}
              x={LEFT + column * (CELL + GAP)}
              y={row * (CELL + GAP)}
              severity={cellAt(likelihood, impact)?.severity ?? severityFromScore(likelihood * impact)}
              place={`likelihood ${likelihood}, impact ${impact}`}
              risks={cellAt(likelihood, impact)?.risks ?? []}
              byHand={cellAt(likelihood, impact)?.byHand.length ?? 0}
              titles={titles}
            />
          ))}
        </g>
      ))}
      {SCALE.map((impact, column) => (
        <text
          key={impact}
          x={LEFT + column * (CELL + GAP) + CELL / 2}
          y={foot + 12}
          textAnchor="middle"
          className="axis-text"
        >
          {impact}
        </text>
      ))}
      <text x={LEFT} y={foot + 30} className="axis-text">
        Impact →, likelihood ↑
      </text>
    </svg>
  );
}

function HeatCell(props: {
  x: number;
  y: number;
  severity: keyof typeof FILL;
  place: string;
  risks: readonly string[];
  /** How many of them bear a severity that a person set against the score. */
  byHand: number;
  titles: ReadonlyMap<string, string>;
}) {
  const names = props.risks.map((id) => props.titles.get(id) ?? id);
  const [first] = props.risks;
  return (
    <g>
      <rect
        x={props.x}
        y={props.y}
        width={CELL}
        height={CELL}
        rx={4}
        fill={FILL[props.severity]}
        stroke="var(--line)"
      >
        <title>{`${names.length === 0 ? 'No open risk' : names.join('; ')} (${props.place})`}</title>
      </rect>
      {first !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: a button cannot stand inside a drawing
        <text
          x={props.x + CELL / 2}
          y={props.y + CELL / 2 + (props.byHand > 0 ? 1 : 6)}
          textAnchor="middle"
          fontSize={17}
          fontWeight={600}
          fill={INK[props.severity]}
          role="button"
          tabIndex={0}
          aria-label={`${names.length} at ${props.place}: ${names.join('; ')}`}
          className="heat-count"
          onClick={() => openRecord(`risk:${first}`)}
          onKeyDown={(event) => event.key === 'Enter' && openRecord(`risk:${first}`)}
        >
          {props.risks.length}
        </text>
      )}
      {props.byHand > 0 && (
        <text
          x={props.x + CELL / 2}
          y={props.y + CELL - 8}
          textAnchor="middle"
          fontSize={10}
          fill={INK[props.severity]}
        >
          by hand
        </text>
      )}
    </g>
  );
}

function SeverityList({ board }: { board: Board }) {
  return (
    <table className="plain-table severity-table">
      <thead>
        <tr>
          <th scope="col">Severity</th>
          <th scope="col" className="num">
            Open
          </th>
          <th scope="col" className="num">
            Accepted
          </th>
          <th scope="col" className="num">
            Closed
          </th>
        </tr>
      </thead>
      <tbody>
        {board.heat.bySeverity.map((row) => (
          <tr key={row.severity ?? 'none'}>
            <td>{row.severity ?? 'unrated'}</td>
            <td className="num">{row.open + row.mitigating}</td>
            <td className="num">{row.accepted}</td>
            <td className="num">{row.closed}</td>
          </tr>
        ))}
        {board.heat.unscored.length > 0 && (
          <tr>
            <td colSpan={4} className="quiet">
              {board.heat.unscored.length} without likelihood or impact
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
