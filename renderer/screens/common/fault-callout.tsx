import { sentenceFor } from '../../state/faults.ts';

/** What went wrong with what was just asked for, where it was asked; nothing while nothing did. */
export function FaultCallout({ error, remedy }: { error: unknown; remedy?: string }) {
  if (error === null) return null;
  const said = sentenceFor(error);
  return (
    <div className="callout callout-bad" role="alert">
      <strong>{said.happened}</strong>
      <div className="quiet">{remedy ?? said.remedy}</div>
    </div>
  );
}
