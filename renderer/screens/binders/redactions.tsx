import { Button, Modal, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconEyeOff, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { RedactionRequest } from '../../../shared/contract/proof.ts';
import type { Omission } from '../../../shared/domain/binder.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';

/** Something to take out of a binder, and what a person calls it. */
export interface Redacted {
  readonly label: string;
  readonly request: RedactionRequest;
}

/** Somebody's choice for one engagement: in a binder of another there is no such note, and perhaps no such file. */
export interface RedactedIn extends Redacted {
  readonly engagement: { readonly id: string; readonly name: string };
}

/** What was chosen for other engagements than this one, in a sentence for each; it is used there and not here. */
export function keptElsewhere(chosen: readonly RedactedIn[], here: string): string[] {
  const elsewhere = Map.groupBy(chosen, ({ engagement }) => engagement.id);
  return [...elsewhere].flatMap(([id, [first, ...others]]) =>
    id === here || first === undefined
      ? []
      : [
          `Not redacted here, since it was chosen for ${first.engagement.name}, where it is kept: ${[first, ...others].map(({ label }) => label).join(', ')}.`,
        ],
  );
}

/** The same as the list of what is left out tells it. */
export function redactedOmissions(redacted: readonly Redacted[]): Omission[] {
  return redacted.map(({ label, request: { what, reason } }) => ({
    kind: what,
    id: label,
    label,
    reason: 'redacted',
    detail: reason,
  }));
}

/** What a redacted binder leaves out by name: notes, returns and files, each with a reason that is printed in it. */
export function Redactions(props: {
  redacted: readonly Redacted[];
  /** What is to be said of those that are not in this binder. */
  elsewhere: readonly string[];
  onChange: (redacted: readonly Redacted[]) => void;
  disabled: boolean;
}) {
  const { redacted, elsewhere, onChange, disabled } = props;
  const [adding, setAdding] = useState(false);
  return (
    <section className="stack redactions" aria-label="Redacted">
      {redacted.length > 0 && (
        <ul className="list-plain">
          {redacted.map((one) => (
            <li key={one.label} className="line">
              <IconEyeOff size={14} aria-hidden />
              <span className="grow">
                {one.label} <span className="quiet">{one.request.reason}</span>
              </span>
              <Button
                size="compact-xs"
                variant="default"
                disabled={disabled}
                leftSection={<IconX size={12} />}
                onClick={() => onChange(redacted.filter((other) => other !== one))}
                aria-label={`Keep it in: ${one.label}`}
              >
                Keep it in
              </Button>
            </li>
          ))}
        </ul>
      )}
      {elsewhere.map((sentence) => (
        <p key={sentence} role="status">
          {sentence}
        </p>
      ))}
      <div className="row-acts">
        <Button
          variant="default"
          disabled={disabled}
          leftSection={<IconEyeOff size={14} />}
          onClick={() => setAdding(true)}
        >
          {redacted.length === 0 ? 'Redact something' : 'Redact something else'}
        </Button>
        <span className="quiet">
          {redacted.length === 0
            ? 'Takes a note, a return or a file out; the binder names it, with your reason.'
            : 'This makes a redacted variant. The binder names each, with its hash.'}
        </span>
      </div>
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title="Redact something"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <AddRedaction
          taken={redacted}
          onAdd={(one) => {
            onChange([...redacted, one]);
            setAdding(false);
          }}
        />
      </Modal>
    </section>
  );
}

type What = RedactionRequest['what'];
const WHATS: readonly { value: What; label: string }[] = [
  { value: 'note', label: 'A note' },
  { value: 'return', label: 'A return' },
  { value: 'file', label: 'A file of evidence' },
];
const EVERY_FILE = 'all';

function AddRedaction(props: { taken: readonly Redacted[]; onAdd: (one: Redacted) => void }) {
  const [what, setWhat] = useState<What>('note');
  const [of, setOf] = useState<Choice | null>(null);
  const [file, setFile] = useState<string>(EVERY_FILE);
  const [reason, setReason] = useState('');
  const said = reason.trim();
  const name = file === EVERY_FILE ? undefined : file;
  const label =
    what === 'file'
      ? `${of?.label ?? ''} ${name ? readableName(name) : 'every file'}`
      : `${what === 'note' ? 'Note on' : 'Return of'} ${of?.label ?? ''}`;
  const twice = of !== null && props.taken.some((one) => one.label === label);
  const ready = of !== null && said !== '' && !twice;
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const request: RedactionRequest =
      what === 'file'
        ? { what, of: of.of, reason: said, ...(name ? { name } : {}) }
        : { what, of: of.of, reason: said, ...(of.subject ? { subject: of.subject } : {}) };
    props.onAdd({ label, request });
  };
  return (
    <form className="stack" aria-label="Redact something" onSubmit={add}>
      <SegmentedControl
        aria-label="What to redact"
        w="fit-content"
        data={[...WHATS]}
        value={what}
        onChange={(value) => {
          setWhat(WHATS.find((one) => one.value === value)?.value ?? 'note');
          setOf(null);
          setFile(EVERY_FILE);
        }}
      />
      <div className="redaction-choice">
        {what !== 'file' ? (
          <ChooseWords key={what} what={what} chosen={of} onChoose={setOf} />
        ) : (
          <ChooseFiles
            key="file"
            chosen={of}
            onChoose={(one) => {
              setOf(one);
              setFile(EVERY_FILE);
            }}
          />
        )}
        {what === 'file' && (
          <Select
            label="File"
            allowDeselect={false}
            disabled={of === null}
            data={[
              { value: EVERY_FILE, label: 'Every file of it' },
              ...[...new Set(of?.files)].map((value) => ({ value, label: readableName(value) })),
            ]}
            value={file}
            onChange={(value) => setFile(value ?? EVERY_FILE)}
          />
        )}
      </div>
      <TextInput
        label="Reason"
        description="It is printed in the binder, so do not tell here what you take out."
        inputWrapperOrder={['label', 'input', 'description']}
        placeholder="Names of staff"
        maxLength={500}
        value={reason}
        error={twice ? 'It is on the list already.' : null}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="row-acts">
        <Button type="submit" disabled={!ready}>
          Redact it
        </Button>
      </div>
    </form>
  );
}

/** A note or a piece of evidence to choose. */
interface Choice {
  readonly id: string;
  /** The record that is redacted by. */
  readonly of: string;
  readonly subject?: string;
  readonly label: string;
  /** What tells it from others beside its label. */
  readonly more: string;
  readonly files?: readonly string[];
}

interface ChooseProps {
  readonly chosen: Choice | null;
  readonly onChoose: (choice: Choice | null) => void;
}

const WORDS = {
  note: { label: 'Note', nothing: 'No note matches.' },
  return: { label: 'Return', nothing: 'No return matches.' },
} as const;

/** A note, or what was written when something was returned. */
function ChooseWords({ what, ...props }: ChooseProps & { readonly what: 'note' | 'return' }) {
  const { orpc } = useApi();
  const { engagement } = useEngagement();
  const [text, setText] = useState('');
  const several = (engagement?.subjects.length ?? 0) > 1;
  const found = useQuery(
    orpc.binders[what === 'note' ? 'notes' : 'returns'].queryOptions({
      input: { text, ...(engagement ? { engagement: engagement.id } : {}) },
      placeholderData: keepPreviousData,
    }),
  );
  const choices = (found.data ?? []).map(
    ({ of, label, subject, subjectName, excerpt }): Choice => ({
      id: `${of} ${subject}`,
      of,
      subject,
      label: several ? `${label} · ${subjectName}` : label,
      more: readableName(excerpt),
    }),
  );
  return (
    <Choose
      {...props}
      {...WORDS[what]}
      placeholder="Its number, or words of it"
      choices={choices}
      onText={setText}
    />
  );
}

function ChooseFiles(props: ChooseProps) {
  const { orpc } = useApi();
  const { engagement } = useEngagement();
  const [text, setText] = useState('');
  const found = useQuery(
    orpc.evidence.list.queryOptions({
      input: {
        limit: 50,
        ...(text === '' ? {} : { text }),
        ...(engagement ? { engagement: engagement.id } : {}),
      },
      placeholderData: keepPreviousData,
    }),
  );
  const choices = (found.data?.rows ?? []).map(
    ({ id, reference, title, files }): Choice => ({
      id,
      of: id,
      label: reference,
      more: readableName(title),
      files: files.map(({ name }) => name),
    }),
  );
  return (
    <Choose
      {...props}
      label="Evidence"
      placeholder="Title, file name or reference"
      nothing="No evidence matches."
      choices={choices}
      onText={setText}
    />
  );
}

/** Chooses one of what the core finds for the text that is typed. */
function Choose(
  props: ChooseProps & {
    label: string;
    placeholder: string;
    nothing: string;
    choices: readonly Choice[];
    onText: (text: string) => void;
  },
) {
  const { chosen, choices } = props;
  const shown = [...choices, ...(chosen ? [chosen] : [])].filter(
    (one, at, all) => all.findIndex(({ id }) => id === one.id) === at,
  );
  return (
    <Select
      label={props.label}
      placeholder={props.placeholder}
      searchable
      clearable
      data={shown.map(({ id, label }) => ({ value: id, label }))}
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <span className="choice-of-two">
          {option.label} <span className="quiet">{shown.find(({ id }) => id === option.value)?.more}</span>
        </span>
      )}
      nothingFoundMessage={props.nothing}
      value={chosen?.id ?? null}
      onChange={(id) => props.onChoose(shown.find((one) => one.id === id) ?? null)}
      onSearchChange={(typed) => props.onText(typed === chosen?.label ? '' : typed.trim())}
      clearButtonProps={{ 'aria-label': `Take away the choice of ${props.label}` }}
    />
  );
}
