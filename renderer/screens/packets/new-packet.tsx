import { Button, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { plural } from '../../parts/format.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { Loaded } from '../common/loaded.tsx';

interface NewProps {
  readonly opened: boolean;
  readonly engagement: string;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

/** Begins a packet from one of the templates, each with the sentence that says what it is for. */
export function NewPacket(props: NewProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Begin a packet"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form({ engagement, onClose, onCreated }: NewProps) {
  const { orpc, client } = useApi();
  const templates = useQuery(orpc.packets.templates.queryOptions());
  const [template, setTemplate] = useState<string | null>(null);
  const [about, setAbout] = useState('');
  const [period, setPeriod] = useState('');
  const [environment, setEnvironment] = useState('');
  const create = useAct(
    (chosen: string) =>
      client.packets.create({
        ...{ engagement, template: chosen },
        ...{ about: about.trim(), period: period.trim(), environment: environment.trim() },
      }),
    {
      done: ({ view }) => {
        showDone(`${view.packet.title} begun.`);
        onCreated(view.packet.id);
      },
      failed: () => undefined,
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (template !== null && !create.isPending) create.mutate(template);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Loaded query={templates} label="Loading the templates" rows={5}>
        {(data) => (
          <fieldset className="template-list">
            <legend className="visually-hidden">Template</legend>
            {data.templates.map((one) => (
              <label key={one.id} className={template === one.id ? 'template-choice on' : 'template-choice'}>
                <input
                  type="radio"
                  name="template"
                  value={one.id}
                  checked={template === one.id}
                  onChange={() => setTemplate(one.id)}
                />
                <span className="grow">
                  <strong>{one.title}</strong>
                  <span className="under">{one.summary}</span>
                  <span className="under quiet">
                    {plural(one.sections.length, 'section')}
                    {one.onePage && ' · one page'}
                    {one.customerSignOff && ' · ends with the customer’s word'}
                  </span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
      </Loaded>
      <div className="two-columns">
        <TextInput
          label="What it is about"
          placeholder="Release 4.2"
          value={about}
          onChange={(event) => setAbout(event.currentTarget.value)}
        />
        <TextInput
          label="Period"
          placeholder="Week 41"
          value={period}
          onChange={(event) => setPeriod(event.currentTarget.value)}
        />
        <TextInput
          label="Environment"
          placeholder="Production"
          value={environment}
          onChange={(event) => setEnvironment(event.currentTarget.value)}
        />
      </div>
      <FaultCallout error={create.error} />
      <div className="row-acts">
        <Button type="submit" disabled={template === null} loading={create.isPending}>
          Begin the packet
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
