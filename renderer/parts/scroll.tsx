import type { ReactNode } from 'react';

/** A part that scrolls by itself, and that the keyboard can therefore reach. */
export function Scroll(props: { label: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <section className={props.className ?? 'scroll-small'} tabIndex={0} aria-label={props.label}>
      {props.children}
    </section>
  );
}
