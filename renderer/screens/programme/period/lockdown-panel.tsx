import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Lockdown } from '../../../../shared/contract/periods.ts';
import { CLEAN_UP, type Diagnosis, diagnosisLines } from '../../../../shared/domain/lockdown.ts';
import { moment, plural } from '../../../parts/format.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { showDone, useAct } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { Because } from '../../common/evidence-beside.tsx';
import { FaultCallout } from '../../common/fault-callout.tsx';
import { useMay } from '../record/record-acts.ts';

/** Makes the period final, with the reason; what is still open is named once more. */
export function LockForm({ engagement, diagnosis }: { engagement: string; diagnosis: Diagnosis }) {
  const { client } = useApi();
  const may = useMay();
  const [reason, setReason] = useState('');
  const [acceptOpen, setAcceptOpen] = useState(false);
  const lock = useAct(() => client.periods.lock({ engagement, reason: reason.trim(), acceptOpen }), {
    done: () => showDone('Locked down. Whatever is added from now on needs a reason and is marked.'),
    failed: () => undefined,
  });
  const ready = reason.trim() !== '' && (diagnosis.clean || acceptOpen) && may.review;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !lock.isPending) lock.mutate(undefined);
  };
  return (
    <Panel title="Lock down">
      <form className="stack" onSubmit={submit} aria-label="Lock down">
        <p className="quiet">
          Makes the engagement final in your name. What anybody adds afterwards needs a reason, and the binder
          marks it as late.
        </p>
        <Textarea
          label="Reason"
          placeholder={
            diagnosis.clean ? 'Fieldwork and reviews are done' : 'Why it is final with this left open'
          }
          autosize
          minRows={2}
          disabled={!may.review}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {!diagnosis.clean && (
          <Checkbox
            label={`Leave open what is open: ${diagnosisLines(diagnosis.counts).join('; ')}`}
            disabled={!may.review}
            checked={acceptOpen}
            onChange={(event) => setAcceptOpen(event.currentTarget.checked)}
          />
        )}
        <FaultCallout error={lock.error} />
        <div className="row-acts">
          <Because because={may.reviewBecause}>
            <Button
              type="submit"
              leftSection={<IconLock size={14} />}
              disabled={!ready}
              loading={lock.isPending}
            >
              Lock down
            </Button>
          </Because>
        </div>
      </form>
    </Panel>
  );
}

/** A period that is final: by whom, why, what was open, and what was added since. */
export function LockdownPanel({ lockdown }: { lockdown: Lockdown }) {
  const open = CLEAN_UP.filter((what) => (lockdown.open[what] ?? 0) > 0);
  const none = { unsigned: 0, unreviewed: 0, unresolved: 0, changed: 0, missing: 0, stale: 0 };
  return (
    <Panel title="Locked down" aside={`${lockdown.by} · ${moment(lockdown.at)}`}>
      <div className="stack">
        <p className="said">{lockdown.reason}</p>
        {open.length > 0 && (
          <p className="quiet">Left open then: {diagnosisLines({ ...none, ...lockdown.open }).join('; ')}.</p>
        )}
        <AddLate lockdown={lockdown} />
        <LateList lockdown={lockdown} />
      </div>
    </Panel>
  );
}

/** Lets this session add for a reason, and says so as long as it does. */
function AddLate({ lockdown }: { lockdown: Lockdown }) {
  const { client } = useApi();
  const [reason, setReason] = useState('');
  const add = useAct(
    (why: string | null) => client.periods.addLate({ engagement: lockdown.engagement, reason: why }),
    {
      done: (_, why) => {
        showDone(
          why === null ? 'Nothing can be added any more.' : 'You can add now; each addition is marked.',
        );
        setReason('');
      },
    },
  );
  if (lockdown.adding !== null)
    return (
      <div className="callout callout-warn">
        <strong>What you add now is marked as late</strong>
        <div className="said">{lockdown.adding}</div>
        <Button mt="xs" variant="default" loading={add.isPending} onClick={() => add.mutate(null)}>
          Stop adding
        </Button>
      </div>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') add.mutate(reason.trim());
  };
  return (
    <form className="row-acts late-form" onSubmit={submit} aria-label="Add late">
      <TextInput
        className="grow"
        label="Add something late for this reason"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={reason.trim() === ''} loading={add.isPending}>
        Add late
      </Button>
    </form>
  );
}

function LateList({ lockdown }: { lockdown: Lockdown }) {
  if (lockdown.late.length === 0) return <p className="quiet">Nothing was added since.</p>;
  return (
    <section aria-label="Added since">
      <p>
        <Pill tone="warn">{plural(lockdown.late.length, 'addition')}</Pill> since, newest first
      </p>
      <ol className="list-plain history">
        {[...lockdown.late]
          .sort((a, b) => (a.at < b.at ? 1 : -1))
          .map((one) => (
            <li key={`${one.at} ${one.summary} ${one.records.join()}`}>
              <div>{one.summary}</div>
              <div className="quiet">
                {one.by.name} · {moment(one.at)} ·{' '}
                {one.reason ?? 'made on a copy that did not know of the lockdown'}
              </div>
            </li>
          ))}
      </ol>
    </section>
  );
}
