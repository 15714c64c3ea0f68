import { Popover } from '@mantine/core';
import { Line, LineChart, ResponsiveContainer, YAxis } from 'recharts';
import type { Board } from '../../../../shared/contract/board.ts';
import { isEmptyScope, NOTHING_YET } from '../../../../shared/domain/programme/status.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { dated, day, percent, plural } from '../../../parts/format.ts';
import type { PictureTile } from '../../../parts/picture-layout.ts';
import { Pill } from '../../../parts/pill.tsx';
import { openRecord } from '../open-record.ts';
import { ofBoard } from './of-board.ts';

type Pillar = Board['overall'];
const TONES = { red: 'bad', amber: 'warn', green: 'good' } as const;

/** Every pillar with its colour, its share and its trend; the colour opens the rules that made it. */
export function PillarTiles({ board }: { board: Board }) {
  const rows = [board.overall, ...board.pillars];
  const weeks = board.overall.trend.map((point) => point.day);
  return (
    <ChartFrame
      finding={board.summaries.readiness}
      name="Readiness by pillar"
      {...ofBoard(board)}
      legend={LEGEND}
      tiles={rows.map(tileOf)}
      columns={[...COLUMNS, ...weeks]}
      rows={rows.map(numbersOf(weeks))}
      chart={
        <ul className="pillar-tiles" aria-label="Readiness by pillar">
          {rows.map((pillar) => (
            <li
              key={pillar.id}
              className={`pillar-tile pillar-${pillar.share === null ? 'empty' : pillar.rag}`}
            >
              <Tile pillar={pillar} />
            </li>
          ))}
        </ul>
      }
    />
  );
}

const share = (value: number | null) => (value === null ? '—' : percent(value, 1));
const hundredths = (value: number | null) => (value === null ? '' : Math.round(value * 1000) / 10);
const stateOf = (pillar: Pillar) => (isEmptyScope(pillar) ? NOTHING_YET : pillar.rag);

const footOf = (pillar: Pillar) =>
  [
    pillar.owner,
    pillar.due === null ? '' : `due ${day(pillar.due)}`,
    pillar.proofs === 0 ? '' : plural(pillar.proofs, 'proof'),
  ]
    .filter((part) => part !== '')
    .join(' · ');

const plannedOf = ({ planned }: Pillar) => (planned === null ? '' : ` of ${percent(planned, 1)} planned`);

const tileOf = (pillar: Pillar): PictureTile => ({
  name: pillar.title,
  value: share(pillar.share),
  state: stateOf(pillar),
  tone: isEmptyScope(pillar) ? 'none' : TONES[pillar.rag],
  foot: [`${share(pillar.planned)} planned`, footOf(pillar)].filter((part) => part !== '').join(' · '),
  line: pillar.trend.map((point) => point.share),
  scale: [0, 1],
});

const LEGEND = [
  { mark: 'line', ink: 'var(--accent)', words: 'ready, week by week, from 0 to 100 %' },
] as const;

const COLUMNS = ['Pillar', 'State', 'Ready, %', 'Planned, %', 'Owner', 'Due', 'Proofs'];

const numbersOf = (weeks: readonly string[]) => (pillar: Pillar) => [
  pillar.title,
  stateOf(pillar),
  hundredths(pillar.share),
  hundredths(pillar.planned),
  pillar.owner,
  pillar.due ?? '',
  pillar.proofs,
  ...weeks.map((week) => hundredths(pillar.trend.find((point) => point.day === week)?.share ?? null)),
];

function Tile({ pillar }: { pillar: Pillar }) {
  return (
    <>
      <span className="pillar-head">
        <span className="pillar-title">{pillar.title}</span>
        <Why pillar={pillar} />
      </span>
      <span className="pillar-share">
        {share(pillar.share)}
        <span className="quiet">{plannedOf(pillar)}</span>
      </span>
      <Trend pillar={pillar} />
      <span className="quiet pillar-foot">{footOf(pillar)}</span>
    </>
  );
}

/** The pill of the status; pressed, it says which stated rules fired. */
function Why({ pillar }: { pillar: Pillar }) {
  if (isEmptyScope(pillar)) return <Pill tone="none">{NOTHING_YET}</Pill>;
  return (
    <Popover width={380} position="bottom-end" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="pill-button" aria-label={`${pillar.title} is ${pillar.rag}: why?`}>
          <Pill tone={TONES[pillar.rag]}>{pillar.rag}</Pill>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <p className="why-title">{`Why ${pillar.title} is ${pillar.rag}`}</p>
        {pillar.why.length === 0 && <p className="quiet">No rule for red or amber fired.</p>}
        <ul className="list-plain">
          {pillar.why.map((reason) => (
            <li key={`${reason.rule} ${reason.because}`} className="line">
              <Pill tone={TONES[reason.rag]}>{reason.rag}</Pill>
              <Reason because={reason.because} record={reason.record} />
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

function Reason({ because, record }: { because: string; record: string | null }) {
  if (record === null) return <span className="grow">{dated(because)}</span>;
  return (
    <button type="button" className="link-button grow" onClick={() => openRecord(record)}>
      {dated(because)}
    </button>
  );
}

function Trend({ pillar }: { pillar: Pillar }) {
  if (pillar.trend.length < 2) return <span className="spark" />;
  return (
    <span className="spark" role="img" aria-label={`Share ready over ${pillar.trend.length} weeks`}>
      <ResponsiveContainer width="100%" height={30}>
        <LineChart
          data={[...pillar.trend]}
          margin={{ top: 3, right: 3, bottom: 3, left: 3 }}
          accessibilityLayer={false}
        >
          <YAxis hide domain={[0, 1]} />
          <Line
            dataKey="share"
            stroke="var(--accent)"
            strokeWidth={1.75}
            dot={false}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </span>
  );
}
