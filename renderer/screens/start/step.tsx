import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

/** A step of the door with its heading and the way back. */
export function Back(props: { title: string; onBack: () => void; children: ReactNode }) {
  return (
    <section className="start-card" aria-label={props.title}>
      <div className="section-head">
        <h2>{props.title}</h2>
        <Button variant="subtle" color="gray" onClick={props.onBack}>
          Back
        </Button>
      </div>
      {props.children}
    </section>
  );
}
