import { Button, Modal, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ProgrammeRow } from '../../../../shared/contract/programme.ts';
import type { ProgrammeKind } from '../../../../shared/domain/programme/shapes.ts';
import { DayField } from '../../../parts/day-field.tsx';
import { showDone, useUndo } from '../../../state/acts.tsx';
import { FaultCallout } from '../../common/fault-callout.tsx';
import { useAdd } from './record-acts.ts';

/** A field asked for when a record is added; everything else is filled in place afterwards. */
export interface NewField {
  readonly field: string;
  readonly label: string;
  readonly as: 'line' | 'day' | 'choice';
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

/** Adds a record: its title and what is worth saying at once. */
export function NewRecord(props: {
  opened: boolean;
  engagement: string;
  kind: ProgrammeKind;
  word: string;
  /** *Title*, where nothing else is said. */
  titleLabel?: string;
  fields: readonly NewField[];
  /** What every new one says beside what is typed. */
  given?: Readonly<Record<string, unknown>>;
  onClose: () => void;
  onAdded: (row: ProgrammeRow) => void;
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Add ${/^[aeiou]/.test(props.word) ? 'an' : 'a'} ${props.word}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form(props: Parameters<typeof NewRecord>[0]) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const undo = useUndo();
  const add = useAdd(props.engagement, props.kind, (row) => {
    showDone(`${row.title} added.`, () => undo());
    props.onAdded(row);
  });
  const title = (values.title ?? '').trim();
  const said = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title !== '' && !add.isPending) add.mutate({ ...props.given, ...said, title });
  };
  const set = (field: string) => (value: string) => setValues((now) => ({ ...now, [field]: value }));
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label={props.titleLabel ?? 'Title'}
        data-autofocus
        value={values.title ?? ''}
        onChange={(event) => set('title')(event.currentTarget.value)}
      />
      <div className="two-columns">
        {props.fields.map((spec) =>
          spec.as === 'choice' ? (
            <Select
              key={spec.field}
              label={spec.label}
              data={[...(spec.options ?? [])]}
              placeholder="Not said"
              value={values[spec.field] ?? null}
              onChange={(value) => set(spec.field)(value ?? '')}
            />
          ) : spec.as === 'day' ? (
            <DayField
              key={spec.field}
              label={spec.label}
              value={values[spec.field] ?? ''}
              onValue={set(spec.field)}
            />
          ) : (
            <TextInput
              key={spec.field}
              label={spec.label}
              value={values[spec.field] ?? ''}
              onChange={(event) => set(spec.field)(event.currentTarget.value)}
            />
          ),
        )}
      </div>
      <FaultCallout error={add.error} />
      <div className="row-acts">
        <Button type="submit" disabled={title === ''} loading={add.isPending}>
          Add {props.word}
        </Button>
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
