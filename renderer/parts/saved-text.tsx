import { Textarea } from '@mantine/core';
import { type Ref, useEffect, useState } from 'react';

export type SaveWord = { readonly word: string; readonly failed: boolean };

/**
 * A text that saves itself. What the person types wins over what arrives; what arrives is shown as soon as
 * nothing typed is waiting.
 */
export function SavedText(props: {
  label: string;
  stored: string;
  /** Typed and not yet stored. */
  pending: string | undefined;
  word: SaveWord;
  disabled?: boolean | undefined;
  placeholder?: string;
  minRows?: number;
  inputRef?: Ref<HTMLTextAreaElement>;
  onType: (value: string) => void;
  onLeave: () => void;
}) {
  const [text, setText] = useState(props.pending ?? props.stored);
  const waiting = props.pending !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a newly stored text may replace what is shown
  useEffect(() => {
    if (!waiting) setText(props.stored);
  }, [props.stored]);
  return (
    <Textarea
      label={
        <span className="saved-label">
          {props.label}
          <span role="status" className={props.word.failed ? 'ink-bad' : 'quiet'}>
            {props.word.word}
          </span>
        </span>
      }
      aria-label={props.label}
      ref={props.inputRef ?? null}
      autosize
      minRows={props.minRows ?? 3}
      maxRows={16}
      value={waiting ? (props.pending ?? text) : text}
      disabled={props.disabled ?? false}
      placeholder={props.placeholder ?? ''}
      onChange={(event) => {
        setText(event.currentTarget.value);
        props.onType(event.currentTarget.value);
      }}
      onBlur={props.onLeave}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        event.currentTarget.blur();
      }}
    />
  );
}
