import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import { dated, day } from '../../../parts/format.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { openRecord } from '../open-record.ts';

const TONES = { overdue: 'bad', today: 'warn', soon: 'info', open: 'plain' } as const;

/** As many as stand beside a chart without being cut. */
const FIRST = 5;

/** What the person who is looking should do next, most pressing first. */
export function NextSteps({ board }: { board: Board }) {
  const { next } = board;
  const [all, setAll] = useState(false);
  const shown = all ? next : next.slice(0, FIRST);
  return (
    <Panel title="For you next in this programme" aside={next.length > 0 ? `${next.length}` : undefined}>
      {next.length === 0 && <p className="quiet">Nothing waits for you.</p>}
      <ul className="list-plain step-list">
        {shown.map((step) => (
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
      {next.length > FIRST && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${next.length}`}
        </Button>
      )}
    </Panel>
  );
}
