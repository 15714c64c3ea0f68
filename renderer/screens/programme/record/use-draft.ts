import { useEffect, useState, useSyncExternalStore } from 'react';
import { drafts } from '../../../state/drafts.ts';
import { sentenceFor } from '../../../state/faults.ts';

/** A short text that saves itself and is never lost: what is typed wins over what arrives. */
export function useDraft(key: string, stored: string, save: (value: string) => Promise<unknown>) {
  const pending = useSyncExternalStore(drafts.subscribe, () => drafts.value(key));
  const state = useSyncExternalStore(drafts.subscribe, () => drafts.state(key));
  const [text, setText] = useState(pending ?? stored);
  const waiting = pending !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a newly stored text may replace what is shown
  useEffect(() => {
    if (!waiting) setText(stored);
  }, [stored]);
  return {
    value: pending ?? text,
    fault: state?.kind === 'failed' ? `Not saved: ${sentenceFor(state.error).happened}` : null,
    type(value: string) {
      setText(value);
      drafts.type(key, value, save);
    },
    leave: () => void drafts.flush(key),
  };
}
