import { Button, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, type Ref, useState } from 'react';
import { DayField } from '../../../parts/day-field.tsx';
import { today } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { showDone, useAct } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { FaultCallout } from '../../common/fault-callout.tsx';
import { useMay } from '../record/record-acts.ts';

/** A value on a day; the last one said about a day counts. */
export function MeasureForm(props: {
  record: string;
  label: string;
  unit: string;
  max?: number;
  inputRef?: Ref<HTMLInputElement>;
}) {
  const { client } = useApi();
  const may = useMay();
  const [value, setValue] = useState<string | number>('');
  const [day, setDay] = useState(today());
  const [note, setNote] = useState('');
  const measure = useAct(
    () => client.programme.measure({ record: props.record, value: Number(value), day, note: note.trim() }),
    {
      done: () => {
        showDone(`${value}${props.unit ? ` ${props.unit}` : ''} recorded; it is in the ledger for good.`);
        setValue('');
        setNote('');
      },
      failed: () => undefined,
    },
  );
  const ready = value !== '' && day !== '' && !measure.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) measure.mutate(undefined);
  };
  if (!may.prepare) return <p className="quiet">{may.prepareBecause}</p>;
  return (
    <form className="measure-form" onSubmit={submit} aria-label={props.label}>
      <NumberInput
        ref={props.inputRef ?? null}
        label={
          <>
            {props.label} <KeyHint keys="M" />
          </>
        }
        aria-label={props.label}
        suffix={props.unit ? ` ${props.unit}` : ''}
        hideControls
        w={130}
        {...(props.max === undefined ? {} : { min: 0, max: props.max })}
        value={value}
        onChange={setValue}
      />
      <div className="day-narrow">
        <DayField label="On" value={day} onValue={setDay} />
      </div>
      <TextInput
        className="grow"
        label="Note"
        placeholder="Where it comes from"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!ready} loading={measure.isPending}>
        Record
      </Button>
      <FaultCallout error={measure.error} />
    </form>
  );
}
