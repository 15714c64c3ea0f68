import type { Attach } from './attach.ts';

/** What is being taken in now, with the way to stop it; nothing while nothing is. */
export function AttachStep({ taking }: { taking: Attach }) {
  if (taking.step === null) return null;
  return (
    <p className="attach-step" role="status">
      <span className="grow">{taking.step}…</span>
      <button type="button" className="link" onClick={taking.stop}>
        Stop
      </button>
    </p>
  );
}
