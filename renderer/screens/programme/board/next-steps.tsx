import type { Board } from '../../../../shared/contract/board.ts';
import { dated, day } from '../../../parts/format.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { Scroll } from '../../../parts/scroll.tsx';
import { openRecord } from '../open-record.ts';

const TONES = { overdue: 'bad', today: 'warn', soon: 'info', open: 'plain' } as const;

/** What the person who is looking should do next, most pressing first. */
export function NextSteps({ board }: { board: Board }) {
  const { next } = board;
  return (
    <Panel title="For you next in this programme" aside={next.length > 0 ? `${next.length}` : undefined}>
      {next.length === 0 && <p className="quiet">Nothing waits for you.</p>}
      <Scroll label="For you next in this programme">
        <ul className="list-plain step-list">
          {next.map((step) => (
            <li key={`${step.what} ${step.record}`}>
              <button type="button" onClick={() => openRecord(step.record)}>
                <Pill tone={TONES[step.urgency]}>{step.urgency}</Pill>
                <span className="grow">
                  {step.what}
                  <span className="quiet under">{dated(step.why)}</span>
                </span>
                {step.due !== null && <span className="step-due quiet">{day(step.due)}</span>}
              </button>
            </li>
          ))}
        </ul>
      </Scroll>
    </Panel>
  );
}
