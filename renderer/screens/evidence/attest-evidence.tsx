import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { mayAttest } from '../../../shared/domain/permissions.ts';
import { DayField } from '../../parts/day-field.tsx';
import { plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { stillNeeded } from '../../parts/needs.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';

/** One's own word that evidence still shows what it should, or does not: one piece, or many at once. */
export function AttestEvidence(props: {
  evidence: readonly string[];
  /** What is attested, as the button says it. */
  label: string;
  /** Whether T acts here. */
  keys?: boolean;
  onDone?: () => void;
}) {
  const { member } = useOpenSession();
  const may = mayAttest(member.role);
  const [writing, setWriting] = useState(false);
  const keys = props.keys !== false;
  useSingleKeys({ t: () => may.allowed && setWriting(true) }, keys && !writing);
  if (writing)
    return (
      <AttestForm
        {...props}
        onClose={() => {
          setWriting(false);
          props.onDone?.();
        }}
      />
    );
  return (
    <Because because={may.allowed ? '' : may.because}>
      <Button
        mt={4}
        size="compact-sm"
        variant="default"
        disabled={!may.allowed || props.evidence.length === 0}
        onClick={() => setWriting(true)}
      >
        Attest {props.label}
        {keys && <KeyHint keys="T" />}
      </Button>
    </Because>
  );
}

function AttestForm(props: { evidence: readonly string[]; label: string; onClose: () => void }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const [met, setMet] = useState(true);
  const [statement, setStatement] = useState('');
  const [until, setUntil] = useState('');
  const attest = useAct(
    () =>
      client.register.attest({
        evidence: [...props.evidence],
        met,
        statement: statement.trim(),
        until: until === '' ? null : until,
      }),
    {
      done: ({ attested }) => {
        showDone(`${plural(attested, 'record')} attested by ${member.name}; it is in the ledger for good.`);
        props.onClose();
      },
      failed: () => undefined,
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (statement.trim() !== '') attest.mutate(undefined);
  };
  return (
    <form className="stack inline-form" onSubmit={submit} aria-label={`Attest ${props.label}`}>
      <SegmentedControl
        aria-label="What you attest"
        w="fit-content"
        value={met ? 'met' : 'not'}
        onChange={(value) => setMet(value === 'met')}
        data={[
          { value: 'met', label: 'Still holds' },
          { value: 'not', label: 'No longer holds' },
        ]}
      />
      <Textarea
        label="Statement"
        placeholder="What you looked at"
        autosize
        minRows={2}
        autoFocus
        value={statement}
        onChange={(event) => setStatement(event.currentTarget.value)}
      />
      <div className="day-narrow">
        <DayField label="Holds until" value={until} onValue={setUntil} />
      </div>
      <FaultCallout error={attest.error} />
      <div className="row-acts">
        <Button type="submit" disabled={statement.trim() === ''} loading={attest.isPending}>
          Attest as {member.name}
        </Button>
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <span className="quiet">{stillNeeded({ 'a statement': statement.trim() === '' })}</span>
      </div>
    </form>
  );
}
