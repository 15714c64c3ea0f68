import { Button, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { OUTCOMES, type RollOutcome } from '../../../../shared/domain/roll-forward.ts';
import { DayField } from '../../../parts/day-field.tsx';
import { count, dated, plural, today } from '../../../parts/format.ts';
import { Panel } from '../../../parts/panel.tsx';
import { showDone, useAct } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { useChoices } from '../../../state/choices.ts';
import { Because } from '../../common/evidence-beside.tsx';
import { FaultCallout } from '../../common/fault-callout.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { ResultPill } from '../../common/words.tsx';
import { useMay } from '../record/record-acts.ts';
import { OUTCOME_WORDS, OutcomePill } from './roll-words.tsx';

interface Decision {
  readonly key: string;
  readonly outcome: RollOutcome;
  readonly decision: string;
}

/** Opens the next period: what would become of each check, and what a person decides instead. */
export function RollPanel({ engagement }: { engagement: string }) {
  const { client } = useApi();
  const may = useMay();
  const [name, setName] = useState('');
  const [from, setFrom] = useState(today());
  const [to, setTo] = useState('');
  const [decisions, setDecisions] = useState<readonly Decision[]>([]);
  const unfinished = decisions.some(({ decision }) => decision.trim() === '');
  const roll = useAct(
    () =>
      client.periods.roll({
        ...{ engagement, from, name: name.trim(), decisions: [...decisions] },
        ...(to === '' ? {} : { to }),
      }),
    {
      done: (opened) => {
        useChoices.setState({ engagement: opened.engagement, subject: null });
        showDone(`${name.trim()} is open. Every outcome is recorded with its reason.`);
      },
      failed: () => undefined,
    },
  );
  const backwards = to !== '' && to < from;
  const ready = name.trim() !== '' && from !== '' && !backwards && !unfinished && may.decide;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !roll.isPending) roll.mutate(undefined);
  };
  return (
    <Panel title="Roll forward into the next period">
      <form className="stack" onSubmit={submit} aria-label="Roll forward">
        <div className="roll-fields">
          <TextInput
            label="Name of the next period"
            className="grow"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <DayField label="From" value={from} onValue={setFrom} />
          <DayField
            label="To"
            value={to}
            error={backwards ? 'Ends before it begins.' : null}
            onValue={setTo}
          />
          <Because because={may.decideBecause}>
            <Button type="submit" disabled={!ready} loading={roll.isPending}>
              Open the next period
            </Button>
          </Because>
        </div>
        {unfinished && <p role="status">Say why for each outcome you decided otherwise.</p>}
        <FaultCallout error={roll.error} />
        {from !== '' && (
          <Preview engagement={engagement} from={from} decisions={decisions} onDecide={setDecisions} />
        )}
      </form>
    </Panel>
  );
}

const PAGE = 25;

function Preview(props: {
  engagement: string;
  from: string;
  decisions: readonly Decision[];
  onDecide: (decisions: readonly Decision[]) => void;
}) {
  const { orpc } = useApi();
  const [outcome, setOutcome] = useState<RollOutcome | null>(null);
  const [offset, setOffset] = useState(0);
  const input = {
    ...{ engagement: props.engagement, from: props.from, offset, limit: PAGE },
    ...(outcome === null ? {} : { outcome }),
  };
  const preview = useQuery(
    orpc.periods.previewRoll.queryOptions({ input, placeholderData: keepPreviousData }),
  );
  const show = (one: RollOutcome | null) => {
    setOutcome(one);
    setOffset(0);
  };
  return (
    <Loaded query={preview} label="Looking at what would become of each check" rows={5}>
      {(data) => (
        <>
          <div className="row-acts" role="toolbar" aria-label="Outcome">
            {OUTCOMES.map((one) => (
              <button
                key={one}
                type="button"
                className="chip"
                aria-pressed={outcome === one}
                onClick={() => show(outcome === one ? null : one)}
              >
                <OutcomePill outcome={one} /> {count(data.counts[one])}
              </button>
            ))}
          </div>
          {data.rows.length === 0 ? (
            <p className="quiet">No check has this outcome.</p>
          ) : (
            <div className="roll-rows">
              <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">Check</th>
                    <th scope="col">Result</th>
                    <th scope="col">Outcome</th>
                    <th scope="col">Because</th>
                  </tr>
                </thead>
                <tbody>
                  {data.rows.map((row) => (
                    <Row
                      key={row.key}
                      row={row}
                      decided={props.decisions.find(({ key }) => key === row.key)}
                      onDecide={(decision) =>
                        props.onDecide([
                          ...props.decisions.filter(({ key }) => key !== row.key),
                          ...(decision === null ? [] : [decision]),
                        ])
                      }
                    />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <Pages total={data.total} offset={offset} onOffset={setOffset} />
        </>
      )}
    </Loaded>
  );
}

type PreviewRow = {
  readonly key: string;
  readonly label: string;
  readonly title: string;
  readonly subject: string;
  readonly result: Parameters<typeof ResultPill>[0]['result'];
  readonly outcome: RollOutcome;
  readonly because: string;
};

function Row(props: {
  row: PreviewRow;
  decided: Decision | undefined;
  onDecide: (decision: Decision | null) => void;
}) {
  const { row, decided } = props;
  const label = `${row.label} ${row.subject}`.trim();
  const choose = (value: string) => {
    const outcome = OUTCOMES.find((one) => one === value);
    props.onDecide(
      outcome === undefined || outcome === row.outcome
        ? null
        : { key: row.key, outcome, decision: decided?.decision ?? '' },
    );
  };
  return (
    <tr className={decided ? 'is-open' : ''}>
      <td>
        <code>{row.label}</code> {row.title} <span className="quiet">· {row.subject}</span>
      </td>
      <td>
        <ResultPill result={row.result} />
      </td>
      <td>
        <select
          className="outcome-choice"
          aria-label={`Outcome of ${label}`}
          value={decided?.outcome ?? row.outcome}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {OUTCOMES.map((one) => (
            <option key={one} value={one}>
              {OUTCOME_WORDS[one].shape} {OUTCOME_WORDS[one].word}
              {one === row.outcome ? ' (proposed)' : ''}
            </option>
          ))}
        </select>
      </td>
      <td>
        {decided ? (
          <TextInput
            aria-label={`Why for ${label}`}
            placeholder="Why you decide otherwise"
            value={decided.decision}
            onChange={(event) => props.onDecide({ ...decided, decision: event.currentTarget.value })}
          />
        ) : (
          <span className="quiet">{dated(row.because)}</span>
        )}
      </td>
    </tr>
  );
}

function Pages(props: { total: number; offset: number; onOffset: (offset: number) => void }) {
  const { total, offset } = props;
  if (total <= PAGE) return <p className="quiet">{plural(total, 'check')}</p>;
  return (
    <div className="row-acts">
      <span className="quiet">
        {count(offset + 1)}–{count(Math.min(total, offset + PAGE))} of {plural(total, 'check')}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        disabled={offset === 0}
        onClick={() => props.onOffset(offset - PAGE)}
      >
        Earlier
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        disabled={offset + PAGE >= total}
        onClick={() => props.onOffset(offset + PAGE)}
      >
        Further
      </Button>
    </div>
  );
}
