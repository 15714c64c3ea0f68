import type { Board } from '../../../../shared/contract/board.ts';
import { phaseWords } from '../../../../shared/domain/programme/roadmap.ts';
import type { Severity } from '../../../../shared/domain/programme/shapes.ts';
import { day } from '../../../parts/format.ts';
import { Pill, type Tone } from '../../../parts/pill.tsx';

type RiskRow = Board['risks'][number];

const SEVERITIES: Readonly<Record<Severity, { tone: Tone; shape: string }>> = {
  P0: { tone: 'bad', shape: '●' },
  P1: { tone: 'warn', shape: '▲' },
  P2: { tone: 'info', shape: '◆' },
  P3: { tone: 'plain', shape: '–' },
};

export const SEVERITY_OPTIONS = [
  { value: 'P0', label: 'P0 — stops everything' },
  { value: 'P1', label: 'P1 — before the gate' },
  { value: 'P2', label: 'P2 — plan it' },
  { value: 'P3', label: 'P3 — watch it' },
] as const;

/** A severity; one that follows from likelihood and impact says so. */
export function SeverityPill({ severity, computed }: { severity: Severity | null; computed: boolean }) {
  if (severity === null)
    return (
      <Pill tone="none" shape="○">
        Unrated
      </Pill>
    );
  const { tone, shape } = SEVERITIES[severity];
  return (
    <Pill
      tone={tone}
      shape={shape}
      title={computed ? 'From likelihood × impact; nobody gave one' : undefined}
    >
      {severity}
      {computed && '*'}
    </Pill>
  );
}

const STANDINGS: Readonly<Record<RiskRow['standing']['state'], { word: string; tone: Tone; shape: string }>> =
  {
    open: { word: 'Open', tone: 'none', shape: '○' },
    mitigating: { word: 'Mitigating', tone: 'info', shape: '▶' },
    accepted: { word: 'Accepted', tone: 'plain', shape: '◇' },
    closed: { word: 'Closed', tone: 'good', shape: '✓' },
  };

/** Where a risk stands; an acceptance that lapsed stays visible. */
export function StandingPill({ standing }: { standing: RiskRow['standing'] }) {
  const { word, tone, shape } = STANDINGS[standing.state];
  if (standing.lapsed !== null)
    return (
      <Pill
        tone="bad"
        title={`Accepted by ${standing.lapsed.by}; that ${standing.lapsed.how === 'expired' ? 'has expired' : 'was withdrawn'}`}
      >
        {`${word}, acceptance ${standing.lapsed.how}`}
      </Pill>
    );
  return (
    <Pill
      tone={tone}
      shape={shape}
      title={
        standing.accepted === null
          ? undefined
          : `By ${standing.accepted.by}${standing.accepted.until === null ? '' : ` until ${day(standing.accepted.until)}`}`
      }
    >
      {word}
    </Pill>
  );
}

/** A due day; one that has passed says so in a shape as well. */
export function Due({ due, overdue }: { due: string | null; overdue: boolean }) {
  if (due === null) return <span className="quiet">–</span>;
  if (!overdue) return <>{day(due)}</>;
  return (
    <span className="ink-bad" title="Overdue">
      <span aria-hidden="true">● </span>
      {day(due)}
      <span className="visually-hidden"> overdue</span>
    </span>
  );
}

const ACTIONS = {
  open: { word: 'Open', tone: 'none', shape: '○' },
  doing: { word: 'Under way', tone: 'info', shape: '▶' },
  done: { word: 'Done', tone: 'good', shape: '✓' },
} as const;

export const ACTION_OPTIONS = (['open', 'doing', 'done'] as const).map((value) => ({
  value,
  label: ACTIONS[value].word,
}));

export function ActionState({ state }: { state: keyof typeof ACTIONS }) {
  const { word, tone, shape } = ACTIONS[state];
  return (
    <Pill tone={tone} shape={shape}>
      {word}
    </Pill>
  );
}

const PHASES: Readonly<
  Record<Board['phases'][number]['state'], { word: string; tone: Tone; shape: string }>
> = {
  'not-started': { word: 'Not started', tone: 'none', shape: '○' },
  'under-way': { word: 'Under way', tone: 'info', shape: '▶' },
  late: { word: 'Late', tone: 'bad', shape: '●' },
  done: { word: 'Done', tone: 'good', shape: '✓' },
  undated: { word: 'No dates', tone: 'none', shape: '○' },
};

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

export function PhaseState({ phase }: { phase: Board['phases'][number] }) {
  const { word, tone, shape } =
    phase.state === 'done' && !phase.exit.met
      ? ({ word: sentence(phaseWords(phase.state, phase.exit.verdict)), tone: 'warn', shape: '●' } as const)
      : PHASES[phase.state];
  return (
    <Pill tone={tone} shape={shape}>
      {phase.state === 'late' ? `${word}, ${phase.slip} days` : word}
    </Pill>
  );
}

const VERDICTS = {
  met: { word: 'Met', tone: 'good', shape: '✓' },
  'not-met': { word: 'Not met', tone: 'bad', shape: '●' },
  unknown: { word: 'Not known yet', tone: 'none', shape: '○' },
} as const;

export function VerdictPill({ verdict }: { verdict: keyof typeof VERDICTS }) {
  const { word, tone, shape } = VERDICTS[verdict];
  return (
    <Pill tone={tone} shape={shape}>
      {word}
    </Pill>
  );
}

/** The same where only its shape fits. */
export function VerdictMark({ verdict }: { verdict: keyof typeof VERDICTS }) {
  const { word, tone, shape } = VERDICTS[verdict];
  return (
    <span className={`pill pill-${tone} pill-only`} role="img" aria-label={word} title={word}>
      {shape}
    </span>
  );
}
