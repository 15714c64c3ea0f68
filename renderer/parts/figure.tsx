import type { ReactNode } from 'react';

/** One number that matters, what it counts, and the line that explains it. */
export function Figure(props: {
  label: string;
  value: ReactNode;
  detail: ReactNode;
  tone?: 'good' | 'warn' | 'bad' | undefined;
  onOpen?: (() => void) | undefined;
}) {
  const body = (
    <>
      <span className="figure-label">{props.label}</span>
      <span className={`figure-value ${props.tone ? `ink-${props.tone}` : ''}`}>{props.value}</span>
      <span className="figure-detail">{props.detail}</span>
    </>
  );
  if (!props.onOpen) return <div className="figure">{body}</div>;
  return (
    <button type="button" className="figure figure-open" onClick={props.onOpen}>
      {body}
    </button>
  );
}
