import type { Tone } from './pill.tsx';

export interface StackPart {
  readonly label: string;
  readonly value: number;
  readonly tone: Tone | 'empty';
}

/** Parts of a whole as one bar; its words are its text alternative. */
export function StackBar({ parts, label }: { parts: readonly StackPart[]; label: string }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  const words = parts.filter((p) => p.value > 0).map((p) => `${p.value} ${p.label}`);
  return (
    <span
      className="stack-bar"
      role="img"
      aria-label={`${label}: ${words.join(', ') || 'nothing yet'}`}
      title={words.join(', ')}
    >
      {parts.map(
        (part) =>
          part.value > 0 && (
            <span
              key={part.label}
              className={`stack-${part.tone}`}
              style={{ width: `${(part.value / total) * 100}%` }}
            />
          ),
      )}
    </span>
  );
}
