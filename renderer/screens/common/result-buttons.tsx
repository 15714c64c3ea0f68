import { UnstyledButton } from '@mantine/core';
import { RESULTS, type Result } from '../../../shared/domain/results.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { RESULT_WORDS } from './state-words.ts';

/** The four results as one row of choices, each with its key. */
export function ResultButtons(props: {
  value: Result;
  label: string;
  disabled?: boolean;
  compact?: boolean;
  onChoose: (result: Result) => void;
}) {
  return (
    <fieldset aria-label={props.label} className="result-buttons">
      {RESULTS.map((result, i) => {
        const { word, tone, shape } = RESULT_WORDS[result];
        const on = props.value === result;
        return (
          <UnstyledButton
            key={result}
            aria-pressed={on}
            title={word}
            disabled={props.disabled ?? false}
            className={on ? `on pill-${tone}` : ''}
            onClick={() => props.onChoose(result)}
          >
            <span aria-hidden="true" className="pill-shape">
              {shape}
            </span>
            <span className={props.compact ? 'visually-hidden' : ''}>{word}</span>
            <KeyHint keys={String(i + 1)} />
          </UnstyledButton>
        );
      })}
    </fieldset>
  );
}
