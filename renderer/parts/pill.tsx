import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';

export type { Tone } from './tone.ts';

/** Each tone has a shape of its own, so that it reads without colour. */
const SHAPES: Readonly<Record<Tone, string>> = {
  good: '✓',
  warn: '▲',
  bad: '●',
  info: '◆',
  plain: '–',
  none: '○',
};

/** A short status word with its shape. */
export function Pill(props: { tone: Tone; children: ReactNode; shape?: string; title?: string | undefined }) {
  return (
    <span className={`pill pill-${props.tone}`} title={props.title}>
      <span aria-hidden="true" className="pill-shape">
        {props.shape ?? SHAPES[props.tone]}
      </span>
      <span className="pill-words">{props.children}</span>
    </span>
  );
}
