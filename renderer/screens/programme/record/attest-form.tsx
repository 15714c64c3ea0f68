import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { DayField } from '../../../parts/day-field.tsx';
import { showDone, useAct } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { FaultCallout } from '../../common/fault-callout.tsx';
import { useMay } from './record-acts.ts';

/** One's own dated word on a criterion, gate or phase. */
export function AttestForm({ record, onClose }: { record: string; onClose: () => void }) {
  const { client } = useApi();
  const may = useMay();
  const [met, setMet] = useState(true);
  const [statement, setStatement] = useState('');
  const [until, setUntil] = useState('');
  const attest = useAct(
    () =>
      client.programme.attest({
        record,
        met,
        statement: statement.trim(),
        until: until === '' ? null : until,
      }),
    {
      done: () => {
        showDone(`Attested as ${met ? 'met' : 'not met'} by ${may.name}; it is in the ledger for good.`);
        onClose();
      },
      failed: () => undefined,
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (statement.trim() !== '') attest.mutate(undefined);
  };
  return (
    <form className="stack inline-form" onSubmit={submit} aria-label="Attest">
      <SegmentedControl
        aria-label="What you attest"
        w="fit-content"
        value={met ? 'met' : 'not'}
        onChange={(value) => setMet(value === 'met')}
        data={[
          { value: 'met', label: 'It is met' },
          { value: 'not', label: 'It is not met' },
        ]}
      />
      <Textarea
        label="Statement"
        placeholder="What you looked at, and why you say so"
        autosize
        minRows={2}
        autoFocus
        value={statement}
        onChange={(event) => setStatement(event.currentTarget.value)}
      />
      <div className="day-narrow">
        <DayField label="Holds until" value={until} onValue={setUntil} />
      </div>
      <p className="quiet">Left empty it holds until somebody says otherwise.</p>
      <FaultCallout error={attest.error} />
      <div className="row-acts">
        <Button type="submit" disabled={statement.trim() === ''} loading={attest.isPending}>
          Attest as {may.name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
