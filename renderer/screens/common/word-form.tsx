import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { DayField } from '../../parts/day-field.tsx';
import { stillNeeded } from '../../parts/needs.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { FaultCallout } from './fault-callout.tsx';

/** A dated word as somebody gives it: met or not, in which words, and until which day. */
export interface GivenWord {
  readonly met: boolean;
  readonly statement: string;
  readonly until: string | null;
}

/** Where a member gives their own word on something, which stays in the ledger for good. */
export function WordForm<T>(props: {
  /** What the form is called to those who hear it. */
  label: string;
  /** The name in which the word is given. */
  name: string;
  choices: { readonly met: string; readonly not: string };
  placeholder: string;
  hint?: string;
  give: (word: GivenWord) => Promise<T>;
  /** What is told once it is given. */
  told: (given: T, word: GivenWord) => string;
  onClose: () => void;
}) {
  const [met, setMet] = useState(true);
  const [text, setText] = useState('');
  const [until, setUntil] = useState('');
  const statement = text.trim();
  const give = useAct((word: GivenWord) => props.give(word), {
    done: (given, word) => {
      showDone(props.told(given, word));
      props.onClose();
    },
    failed: () => undefined,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (statement !== '') give.mutate({ met, statement, until: until === '' ? null : until });
  };
  return (
    <form className="stack inline-form" onSubmit={submit} aria-label={props.label}>
      <SegmentedControl
        aria-label="What you attest"
        w="fit-content"
        value={met ? 'met' : 'not'}
        onChange={(value) => setMet(value === 'met')}
        data={[
          { value: 'met', label: props.choices.met },
          { value: 'not', label: props.choices.not },
        ]}
      />
      <Textarea
        label="Statement"
        placeholder={props.placeholder}
        autosize
        minRows={2}
        autoFocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="day-narrow">
        <DayField label="Holds until" value={until} onValue={setUntil} />
      </div>
      {props.hint !== undefined && <p className="quiet">{props.hint}</p>}
      <FaultCallout error={give.error} />
      <div className="row-acts">
        <Button type="submit" disabled={statement === ''} loading={give.isPending}>
          Attest as {props.name}
        </Button>
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <span className="quiet">{stillNeeded({ 'a statement': statement === '' })}</span>
      </div>
    </form>
  );
}
