import { type Ref, useSyncExternalStore } from 'react';
import { clock } from '../../parts/format.ts';
import { SavedText, type SaveWord } from '../../parts/saved-text.tsx';
import { type DraftState, drafts } from '../../state/drafts.ts';
import { sentenceFor } from '../../state/faults.ts';

/** A note that saves itself on a pause and on leaving; what was typed survives moving on. */
export function NoteField(props: {
  /** Identifies the field across screens: record and field name. */
  draftKey: string;
  label: string;
  stored: string;
  storedAt?: string | undefined;
  disabled?: boolean;
  placeholder?: string;
  minRows?: number;
  inputRef?: Ref<HTMLTextAreaElement>;
  save: (value: string) => Promise<unknown>;
}) {
  const pending = useSyncExternalStore(drafts.subscribe, () => drafts.value(props.draftKey));
  const state = useSyncExternalStore(drafts.subscribe, () => drafts.state(props.draftKey));
  return (
    <SavedText
      label={props.label}
      stored={props.stored}
      pending={pending}
      word={wordFor(state, props.stored === '' ? undefined : props.storedAt)}
      disabled={props.disabled}
      placeholder={props.placeholder ?? ''}
      minRows={props.minRows ?? 3}
      {...(props.inputRef ? { inputRef: props.inputRef } : {})}
      onType={(value) => drafts.type(props.draftKey, value, props.save)}
      onLeave={() => void drafts.flush(props.draftKey)}
    />
  );
}

function wordFor(state: DraftState | undefined, storedAt: string | undefined): SaveWord {
  if (!state || state.kind === 'saved')
    return { word: storedAt ? `Saved ${clock(storedAt)}` : '', failed: false };
  if (state.kind === 'waiting') return { word: 'Typing…', failed: false };
  if (state.kind === 'saving') return { word: 'Saving…', failed: false };
  return { word: `Not saved: ${sentenceFor(state.error).happened} It is kept here.`, failed: true };
}
