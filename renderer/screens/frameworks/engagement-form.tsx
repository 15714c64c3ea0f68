import { Button, Checkbox, Modal, TagsInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { DayField } from '../../parts/day-field.tsx';
import { stillNeeded } from '../../parts/needs.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { go } from '../../state/place.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { type FrameworkLine, frameworkName, heldWords } from './framework-words.ts';

/** Opens an engagement: which frameworks, for which subjects, over which period. */
export function EngagementForm(props: {
  opened: boolean;
  onClose: () => void;
  frameworks: readonly FrameworkLine[];
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Start an engagement"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.frameworks.length === 0 ? (
        <div className="stack">
          <p>An engagement works at least one framework, and there is none yet.</p>
          <Button onClick={() => go('frameworks', 'import')}>Import a framework</Button>
        </div>
      ) : (
        <Form frameworks={props.frameworks} />
      )}
    </Modal>
  );
}

function Form({ frameworks }: { frameworks: readonly FrameworkLine[] }) {
  const { client } = useApi();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>(frameworks.length === 1 ? frameworks.map((f) => f.id) : []);
  const [subjects, setSubjects] = useState<string[]>([]);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const create = useAct(
    () =>
      client.engagements.create({
        name: name.trim(),
        frameworks: chosen,
        subjects,
        ...(from ? { from } : {}),
        ...(to ? { to } : {}),
      }),
    {
      done: ({ engagement }) => {
        useChoices.setState({ engagement: engagement.id, subject: null });
        showDone(`${engagement.name} is open.`);
        go(engagement.controls > 0 ? 'controls' : 'checklists');
      },
      failed: () => undefined,
    },
  );
  const backwards = from !== '' && to !== '' && to < from;
  const needed = stillNeeded({
    'a name': name.trim() === '',
    'a framework': chosen.length === 0,
    'a period that ends after it begins': backwards,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (needed === '' && !create.isPending) create.mutate(undefined);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label="Name"
        required
        data-autofocus
        placeholder="Access controls, second half 2026"
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <Checkbox.Group label="Frameworks" value={chosen} onChange={setChosen}>
        <div className="stack check-list">
          {frameworks.map((f) => (
            <Checkbox key={f.id} value={f.id} label={frameworkName(f)} description={heldWords(f.counts)} />
          ))}
        </div>
      </Checkbox.Group>
      <TagsInput
        label="Subjects"
        description="The systems or assets that are assessed. Press Enter after each; without any, the engagement has one."
        placeholder={subjects.length === 0 ? 'Payroll' : ''}
        value={subjects}
        onChange={setSubjects}
        acceptValueOnBlur
      />
      <div className="two-columns">
        <DayField label="Period from" value={from} onValue={setFrom} />
        <DayField
          label="Period to"
          value={to}
          onValue={setTo}
          error={backwards ? 'Ends before it begins.' : null}
        />
      </div>
      <FaultCallout error={create.error} />
      <div className="row-acts">
        <Button type="submit" disabled={needed !== ''} loading={create.isPending}>
          Start engagement
        </Button>
        <span className="quiet" role="status">
          {needed}
        </span>
      </div>
    </form>
  );
}
