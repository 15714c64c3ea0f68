import { PasswordInput } from '@mantine/core';
import { strengthOf } from './strength.ts';

/** A new passphrase typed twice, with a word on how hard it is to guess. */
export function NewPassphrase(props: {
  value: string;
  again: string;
  onValue: (value: string) => void;
  onAgain: (value: string) => void;
  /** Where an old one is asked for beside it. */
  label?: string;
}) {
  const label = props.label ?? 'Passphrase';
  const strength = strengthOf(props.value);
  const differs = props.again !== '' && props.again !== props.value;
  return (
    <>
      <PasswordInput
        label={label}
        autoComplete="new-password"
        required
        value={props.value}
        onChange={(event) => props.onValue(event.currentTarget.value)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        description={
          <span className="strength">
            <span className={`strength-bar strength-${strength.level}`} aria-hidden="true">
              <i />
              <i />
              <i />
              <i />
            </span>
            <span role="status">{strength.words}</span>
          </span>
        }
      />
      <PasswordInput
        label={`${label} again`}
        autoComplete="new-password"
        required
        value={props.again}
        onChange={(event) => props.onAgain(event.currentTarget.value)}
        error={differs ? 'The two differ.' : null}
      />
    </>
  );
}
