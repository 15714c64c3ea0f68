import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import { DayField } from '../../../parts/day-field.tsx';
import { day, moment } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Section } from '../../../parts/panel.tsx';
import { showDone, useAct } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { Because } from '../../common/evidence-beside.tsx';
import { FaultCallout } from '../../common/fault-callout.tsx';
import { AcceptanceState } from './fact-list.tsx';
import { useMay } from './record-acts.ts';

type Kind = 'risk-acceptance' | 'exception';

const WORDS = {
  'risk-acceptance': {
    title: 'Acceptances',
    none: 'Nobody has accepted this risk.',
    open: 'Accept this risk',
    done: 'Risk accepted in your name; it is in the ledger for good.',
    key: 'a',
  },
  exception: {
    title: 'Exceptions',
    none: 'No exception was approved.',
    open: 'Approve an exception',
    done: 'Exception approved in your name; it is in the ledger for good.',
    key: 'x',
  },
} as const;

/** Acceptances of a risk or exceptions from a criterion: each stands for good, until its day or its withdrawal. */
export function Acceptances(props: { record: string; kind: Kind; board: Board; keys?: boolean }) {
  const words = WORDS[props.kind];
  const may = useMay();
  const [writing, setWriting] = useState(false);
  useSingleKeys(
    { [words.key]: () => may.reviewBecause === '' && setWriting(true) },
    props.keys === true && !writing,
  );
  const stated = props.board.exceptions.filter((one) => one.record === props.record);
  return (
    <Section
      title={words.title}
      aside={
        !writing && (
          <Because because={may.reviewBecause}>
            <Button
              size="compact-sm"
              variant="default"
              disabled={may.reviewBecause !== ''}
              onClick={() => setWriting(true)}
            >
              {words.open}
              {props.keys && <KeyHint keys={words.key.toUpperCase()} />}
            </Button>
          </Because>
        )
      }
    >
      {writing && <AcceptForm record={props.record} kind={props.kind} onClose={() => setWriting(false)} />}
      {stated.length === 0 && !writing && <p className="quiet">{words.none}</p>}
      <ul className="list-plain">
        {stated.map((one) => (
          <AcceptanceLine key={one.id} acceptance={one} />
        ))}
      </ul>
    </Section>
  );
}

function AcceptanceLine({ acceptance }: { acceptance: Board['exceptions'][number] }) {
  const may = useMay();
  const [leaving, setLeaving] = useState(false);
  const ended = ['withdrawn', 'expired', 'void'].includes(acceptance.state);
  return (
    <li className="sign-off">
      <div className="grow">
        <strong>{acceptance.by}</strong>
        <span className="quiet">
          {` · ${moment(acceptance.at)} · `}
          {acceptance.expires === null ? 'without an end' : `until ${day(acceptance.expires)}`}
        </span>
        <div className="said">{acceptance.reason}</div>
        {acceptance.compensating !== '' && (
          <div className="quiet">Compensating controls: {acceptance.compensating}</div>
        )}
        {acceptance.flaw !== null && <div className="said">Counts nothing: {acceptance.flaw}</div>}
        {leaving && <WithdrawForm acceptance={acceptance.id} onClose={() => setLeaving(false)} />}
      </div>
      <AcceptanceState state={acceptance.state} />
      {!ended && !leaving && may.review && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setLeaving(true)}>
          Withdraw
        </Button>
      )}
    </li>
  );
}

function WithdrawForm({ acceptance, onClose }: { acceptance: string; onClose: () => void }) {
  const { client } = useApi();
  const [reason, setReason] = useState('');
  const withdraw = useAct(() => client.programme.withdraw({ acceptance, reason: reason.trim() }), {
    done: () => {
      showDone('Withdrawn. The acceptance and its withdrawal both stay in the ledger.');
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') withdraw.mutate(undefined);
  };
  return (
    <form className="stack inline-form" onSubmit={submit}>
      <Textarea
        label="Why it is withdrawn"
        autosize
        minRows={2}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="row-acts">
        <Button type="submit" disabled={reason.trim() === ''} loading={withdraw.isPending}>
          Withdraw it
        </Button>
        <Button variant="default" onClick={onClose}>
          Let it stand
        </Button>
      </div>
    </form>
  );
}

function AcceptForm({ record, kind, onClose }: { record: string; kind: Kind; onClose: () => void }) {
  const { client } = useApi();
  const may = useMay();
  const [reason, setReason] = useState('');
  const [compensating, setCompensating] = useState('');
  const [expires, setExpires] = useState('');
  const [asked, setAsked] = useState(false);
  const accept = useAct(
    () =>
      client.programme.accept({
        record,
        as: kind,
        reason: reason.trim(),
        compensating: compensating.trim(),
        expires: expires === '' ? null : expires,
      }),
    {
      done: () => {
        showDone(WORDS[kind].done);
        onClose();
      },
      failed: () => undefined,
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (worded && expires !== '') accept.mutate(undefined);
  };
  const worded = reason.trim() !== '' && compensating.trim() !== '';
  return (
    <form className="stack inline-form" onSubmit={submit} aria-label={WORDS[kind].open}>
      <Textarea
        label="Reason"
        autosize
        minRows={2}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Textarea
        label="Compensating controls"
        description="What keeps it bearable until then."
        autosize
        minRows={2}
        value={compensating}
        onChange={(event) => setCompensating(event.currentTarget.value)}
      />
      <div className="day-narrow">
        <DayField
          label="Expires on"
          value={expires}
          onValue={setExpires}
          error={asked && expires === '' ? 'Say on which day it ends.' : null}
        />
      </div>
      <p className="quiet">Its last day, within a year. Then it is looked at again.</p>
      <FaultCallout error={accept.error} />
      <div className="row-acts">
        {/* A day that was typed is read when its field is left, which pressing this does. */}
        <Button type="submit" disabled={!worded} loading={accept.isPending}>
          {WORDS[kind].open} as {may.name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
