import { Popover } from '@mantine/core';
import { Line, LineChart, ResponsiveContainer, YAxis } from 'recharts';
import type { Board } from '../../../../shared/contract/board.ts';
import { day, percent, plural } from '../../../parts/format.ts';
import { Pill } from '../../../parts/pill.tsx';
import { openRecord } from '../open-record.ts';

type Pillar = Board['overall'];
const TONES = { red: 'bad', amber: 'warn', green: 'good' } as const;

/** Every pillar with its colour, its share and its trend; the colour opens the rules that made it. */
export function PillarTiles({ board }: { board: Board }) {
  return (
    <ul className="pillar-tiles" aria-label={board.summaries.readiness}>
      {[board.overall, ...board.pillars].map((pillar) => (
        <li key={pillar.id} className={`pillar-tile pillar-${pillar.share === null ? 'empty' : pillar.rag}`}>
          <Tile pillar={pillar} />
        </li>
      ))}
    </ul>
  );
}

function Tile({ pillar }: { pillar: Pillar }) {
  const foot = [
    pillar.owner,
    pillar.due === null ? '' : `due ${day(pillar.due)}`,
    plural(pillar.proofs, 'proof'),
  ].filter((part) => part !== '');
  return (
    <>
      <span className="pillar-head">
        <span className="pillar-title" title={pillar.title}>
          {pillar.title}
        </span>
        <Why pillar={pillar} />
      </span>
      <span className="pillar-share">
        {pillar.share === null ? '—' : percent(pillar.share, 1)}
        <span className="quiet">
          {pillar.planned === null ? '' : ` of ${percent(pillar.planned, 1)} planned`}
        </span>
      </span>
      <Trend pillar={pillar} />
      <span className="quiet pillar-foot" title={foot.join(' · ')}>
        {foot.join(' · ')}
      </span>
    </>
  );
}

/** The pill of the status; pressed, it says which stated rules fired. */
function Why({ pillar }: { pillar: Pillar }) {
  if (pillar.share === null && pillar.why.length === 0) return <Pill tone="none">nothing yet</Pill>;
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
  if (record === null) return <span className="grow">{because}</span>;
  return (
    <button type="button" className="link-button grow" onClick={() => openRecord(record)}>
      {because}
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
