import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ProgrammeRow } from '../../../shared/contract/programme.ts';
import { DEFAULT_RHYTHM, type StatedBeats } from '../../../shared/domain/evidence-cadence.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { BEATS, beatsOf, forOf, readBeat } from './beats.ts';

type Typed = Readonly<Record<keyof StatedBeats, string>>;

/** States a cadence, or changes one. */
export function CadenceForm(props: {
  engagement: string;
  editing: ProgrammeRow | 'new' | null;
  onClose: () => void;
}) {
  const { editing, onClose } = props;
  return (
    <Modal
      opened={editing !== null}
      onClose={onClose}
      title={editing === 'new' ? 'New cadence' : 'Change the cadence'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Fields engagement={props.engagement} row={editing === 'new' ? null : editing} onClose={onClose} />
    </Modal>
  );
}

function Fields(props: { engagement: string; row: ProgrammeRow | null; onClose: () => void }) {
  const { engagement, row, onClose } = props;
  const [control, setControl] = useState(row === null ? '' : (forOf(row) ?? ''));
  const [typed, setTyped] = useState<Typed>(() => typedOf(row));
  const save = useSaveCadence(props, control.trim(), typed);
  const wrong = BEATS.some(({ beat }) => readBeat(typed[beat]) === undefined);
  const nothing = BEATS.every(({ beat }) => typed[beat].trim() === '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong && !nothing) save.mutate(engagement);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label="For the control"
        description="Leave it empty for all evidence of the engagement."
        placeholder="AC-2"
        data-autofocus
        disabled={row !== null}
        value={control}
        onChange={(event) => setControl(event.currentTarget.value)}
      />
      <div className="two-columns">
        {BEATS.map(({ beat, label }) => (
          <TextInput
            key={beat}
            label={label}
            inputMode="numeric"
            placeholder={`usually ${DEFAULT_RHYTHM[beat]}`}
            value={typed[beat]}
            error={readBeat(typed[beat]) === undefined ? 'A whole number above 0.' : null}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTyped((now) => ({ ...now, [beat]: value }));
            }}
          />
        ))}
      </div>
      <FaultCallout error={save.error} />
      <div className="row-acts">
        <Button type="submit" disabled={wrong || nothing} loading={save.isPending}>
          Save cadence
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        {nothing && <span className="quiet">Still needed: at least one of the four.</span>}
      </div>
    </form>
  );
}

/** A control is looked up first, so that a cadence is never kept for a name that nothing has. */
function useSaveCadence(
  { row, onClose }: { row: ProgrammeRow | null; onClose: () => void },
  control: string,
  typed: Typed,
) {
  const { client } = useApi();
  return useAct(
    async (engagement: string) => {
      const beats = Object.fromEntries(BEATS.map(({ beat }) => [beat, readBeat(typed[beat]) ?? null]));
      if (row !== null) return client.programme.put({ kind: 'cadence', record: row.record, fields: beats });
      const found =
        control === '' ? null : (await client.controls.get({ control, engagement })).control.label;
      return client.programme.put({ kind: 'cadence', engagement, fields: { for: found, ...beats } });
    },
    {
      done: () => {
        showDone('The cadence is stated. Evidence that falls behind it counts as stale.');
        onClose();
      },
      failed: () => undefined,
    },
  );
}

function typedOf(row: ProgrammeRow | null): Typed {
  const stated = row === null ? null : beatsOf(row);
  const of = (beat: keyof StatedBeats) => String(stated?.[beat] ?? '');
  return {
    refreshDays: of('refreshDays'),
    changeHours: of('changeHours'),
    attestDays: of('attestDays'),
    linkDays: of('linkDays'),
  };
}
