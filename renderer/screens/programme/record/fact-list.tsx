import type { ProgrammeFactRow } from '../../../../shared/contract/programme.ts';
import { day, moment } from '../../../parts/format.ts';
import { Pill, type Tone } from '../../../parts/pill.tsx';

/** Words that stand for good about a record, newest first: who said what, and until when. */
export function AttestationList({ facts }: { facts: readonly ProgrammeFactRow[] }) {
  const said = facts.filter(({ kind }) => kind === 'attestation');
  if (said.length === 0) return null;
  return (
    <ul className="list-plain">
      {said.map((fact) => (
        <li key={fact.id} className="sign-off">
          <div className="grow">
            <strong>{fact.by.name}</strong>
            <span className="quiet">
              {` · ${moment(fact.at)}`}
              {typeof fact.body.until === 'string' && ` · until ${day(fact.body.until)}`}
            </span>
            <div className="said">{String(fact.body.statement ?? '')}</div>
          </div>
          <Met met={fact.body.met === true} />
        </li>
      ))}
    </ul>
  );
}

/** Whether something is met: in a shape and a word. */
export function Met({ met }: { met: boolean | null }) {
  if (met === null)
    return (
      <Pill tone="none" shape="○">
        Not known yet
      </Pill>
    );
  return met ? <Pill tone="good">Met</Pill> : <Pill tone="bad">Not met</Pill>;
}

const STATE_WORDS: Readonly<Record<string, { word: string; tone: Tone; shape: string }>> = {
  holds: { word: 'Holds', tone: 'good', shape: '✓' },
  expiring: { word: 'Expires soon', tone: 'warn', shape: '▲' },
  expired: { word: 'Expired', tone: 'bad', shape: '●' },
  withdrawn: { word: 'Withdrawn', tone: 'plain', shape: '↩' },
  void: { word: 'Counts nothing', tone: 'bad', shape: '✕' },
};

/** How an acceptance stands. */
export function AcceptanceState({ state }: { state: keyof typeof STATE_WORDS }) {
  const { word, tone, shape } = STATE_WORDS[state] ?? { word: state, tone: 'plain' as const, shape: '–' };
  return (
    <Pill tone={tone} shape={shape}>
      {word}
    </Pill>
  );
}
