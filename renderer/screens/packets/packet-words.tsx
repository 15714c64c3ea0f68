import type { PacketRow, PacketSectionView } from '../../../shared/contract/packets.ts';
import { Pill, type Tone } from '../../parts/pill.tsx';

interface Word {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: string;
}

const STATES: Readonly<Record<PacketRow['state'], Word>> = {
  open: { word: 'Something is missing', tone: 'warn', shape: '▲' },
  complete: { word: 'Ready to finalise', tone: 'info', shape: '▶' },
  final: { word: 'Final', tone: 'good', shape: '✓' },
  changed: { word: 'Changed after it was final', tone: 'bad', shape: '✕' },
};

const SECTIONS: Readonly<Record<PacketSectionView['state'], Word>> = {
  filled: { word: 'Filled', tone: 'good', shape: '✓' },
  missing: { word: 'Missing', tone: 'bad', shape: '●' },
  waived: { word: 'Waived', tone: 'warn', shape: '◇' },
  empty: { word: 'Left out', tone: 'none', shape: '○' },
};

export function PacketStatePill({ state }: { state: PacketRow['state'] }) {
  const { word, tone, shape } = STATES[state];
  return (
    <Pill tone={tone} shape={shape}>
      {word}
    </Pill>
  );
}

export function SectionStatePill({ state }: { state: PacketSectionView['state'] }) {
  const { word, tone, shape } = SECTIONS[state];
  return (
    <Pill tone={tone} shape={shape}>
      {word}
    </Pill>
  );
}

export function SectionStateMark({ state }: { state: PacketSectionView['state'] }) {
  const { word, tone, shape } = SECTIONS[state];
  return (
    <span className={`pill pill-${tone} pill-only`} role="img" aria-label={word} title={word}>
      {shape}
    </span>
  );
}

/** Whether the customer's word is asked for, and whether it is there. */
export function CustomerWord({ customer }: { customer: PacketRow['customer'] }) {
  if (customer === 'not-needed') return <span className="quiet">not asked for</span>;
  return customer === 'captured' ? (
    <Pill tone="good">Captured</Pill>
  ) : (
    <Pill tone="none" shape="○">
      Awaited
    </Pill>
  );
}

/** How a section was filled, in words. */
export function filledBy(section: PacketSectionView): string {
  const parts = [
    section.data.length > 0 ? 'from the records' : '',
    section.evidence.length > 0 ? 'with attached evidence' : '',
    section.text !== '' || Object.values(section.values).some((value) => value !== '') ? 'by hand' : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Filled ${parts.join(', ')}`;
}
