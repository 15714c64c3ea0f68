import type { ReactNode } from 'react';

/** `none` is for what has not begun: it keeps its shape and word, without a ground of its own. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain' | 'none';

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
      {props.children}
    </span>
  );
}
