import type { RollOutcome } from '../../../../shared/domain/roll-forward.ts';
import { Pill, type Tone } from '../../../parts/pill.tsx';

export const OUTCOME_WORDS: Readonly<Record<RollOutcome, { word: string; tone: Tone; shape: string }>> = {
  carried: { word: 'Carried', tone: 'good', shape: '→' },
  changed: { word: 'Changed', tone: 'info', shape: '◆' },
  're-verify': { word: 'Verify again', tone: 'warn', shape: '↻' },
  stale: { word: 'Stale', tone: 'bad', shape: '●' },
  retired: { word: 'Retired', tone: 'plain', shape: '⊘' },
};

export function OutcomePill({ outcome }: { outcome: RollOutcome }) {
  const { word, tone, shape } = OUTCOME_WORDS[outcome];
  return (
    <Pill tone={tone} shape={shape}>
      {word}
    </Pill>
  );
}
