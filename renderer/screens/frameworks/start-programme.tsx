import { Button, Modal, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ProgrammeTemplateRow } from '../../../shared/contract/programme.ts';
import { countsInWords } from '../../../shared/domain/count-words.ts';
import { mayDecide } from '../../../shared/domain/programme/decisive.ts';
import { dayAfter } from '../../../shared/domain/programme/template.ts';
import { DayField } from '../../parts/day-field.tsx';
import { day, plural, today } from '../../parts/format.ts';
import { stillNeeded } from '../../parts/needs.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { Loaded } from '../common/loaded.tsx';

/** Starts a programme from a template: which one, under which name, from which day. */
export function StartProgramme({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Start a programme"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form />
    </Modal>
  );
}

function Form() {
  const { orpc, client } = useApi();
  const templates = useQuery(orpc.programme.templates.queryOptions());
  const [template, setTemplate] = useState<ProgrammeTemplateRow | null>(null);
  const [name, setName] = useState('');
  const [from, setFrom] = useState(today());
  const [subjects, setSubjects] = useState<string[]>([]);
  const start = useAct(
    (chosen: ProgrammeTemplateRow) =>
      client.programme.start({ template: chosen.id, name: name.trim(), start: from, subjects }),
    {
      done: ({ engagement }) => {
        useChoices.setState({ engagement: engagement.id, subject: null });
        showDone(`${engagement.name} has begun.`);
        go('programme');
      },
      failed: () => undefined,
    },
  );
  const verdict = mayDecide(useOpenSession().member.role);
  const missing = stillNeeded({
    'a template': template === null,
    'a name': name.trim() === '',
    'a first day': from === '',
  });
  const needed = verdict.allowed ? missing : verdict.because;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (template !== null && needed === '' && !start.isPending) start.mutate(template);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Loaded query={templates} label="Loading the templates" rows={4}>
        {(data) => (
          <fieldset className="template-list">
            <legend className="visually-hidden">Template</legend>
            {data.templates.map((one) => (
              <TemplateChoice
                key={one.id}
                template={one}
                chosen={template?.id === one.id}
                onChoose={() => setTemplate(one)}
              />
            ))}
          </fieldset>
        )}
      </Loaded>
      <TextInput
        label="Name"
        placeholder="Enterprise readiness 2027"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className="two-columns">
        <div>
          <DayField label="First day" value={from} onValue={setFrom} />
          <p className="quiet under">
            {template !== null && from !== ''
              ? `Ends on ${day(dayAfter(from, template.days))}; every date is counted from here.`
              : 'Every date is counted from here.'}
          </p>
        </div>
        <TagsInput
          label="Subjects"
          description="Systems that are assessed each by itself. Without any there is one."
          inputWrapperOrder={['label', 'input', 'description']}
          value={subjects}
          onChange={setSubjects}
          acceptValueOnBlur
        />
      </div>
      <FaultCallout error={start.error} />
      <div className="row-acts">
        <Button type="submit" disabled={needed !== ''} loading={start.isPending}>
          Start the programme
        </Button>
        <span className="quiet" role="status">
          {needed || 'The plan and its catalog of controls are taken in like any import.'}
        </span>
      </div>
    </form>
  );
}

function TemplateChoice(props: { template: ProgrammeTemplateRow; chosen: boolean; onChoose: () => void }) {
  const { id, title, summary, days, counts } = props.template;
  return (
    <label className={props.chosen ? 'template-choice on' : 'template-choice'}>
      <input
        type="radio"
        name="programme-template"
        value={id}
        checked={props.chosen}
        onChange={props.onChoose}
      />
      <span className="grow">
        <strong>{title}</strong> <span className="quiet">{plural(days, 'day')}</span>
        <span className="under">{summary}</span>
        <span className="under quiet">{countsInWords(counts).join(' · ')}</span>
      </span>
    </label>
  );
}
