import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { faultIn, sentenceFor } from '../../state/faults.ts';
import { useSessionChanged } from '../../state/session.ts';
import { SamplePeople } from '../common/sample-people.tsx';
import { Back } from './step.tsx';

/** Opens a workspace by passphrase; after a wrong one it says how long to wait. */
export function UnlockForm(props: { dir: string; onBack: () => void; onRecover: () => void }) {
  const { client } = useApi();
  const changed = useSessionChanged();
  const [passphrase, setPassphrase] = useState('');
  const [member, setMember] = useState('');
  const [asMember, setAsMember] = useState(false);
  const wait = useCountdown();
  const unlock = useAct(
    () =>
      client.workspace.unlock({
        dir: props.dir,
        passphrase,
        ...(member.trim() ? { member: member.trim() } : {}),
      }),
    {
      done: () => void changed(),
      failed: (error) => {
        const fault = faultIn(error);
        if (fault?.code === 'wrong-key') wait.start(fault.retryAfterSeconds ?? 0);
        setPassphrase('');
      },
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (passphrase !== '' && wait.left === 0 && !unlock.isPending) unlock.mutate(undefined);
  };
  return (
    <Back title="Unlock" onBack={props.onBack}>
      <form className="stack" onSubmit={submit}>
        <p className="quiet mono">{props.dir}</p>
        <PasswordInput
          label="Passphrase"
          data-autofocus
          autoFocus
          autoComplete="current-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          disabled={wait.left > 0}
        />
        {asMember ? (
          <TextInput
            label="Member"
            description="Only needed where two members have the same passphrase."
            value={member}
            onChange={(event) => setMember(event.currentTarget.value)}
          />
        ) : null}
        {unlock.isError && <UnlockFault error={unlock.error} left={wait.left} />}
        <div className="row-acts">
          <Button
            type="submit"
            leftSection={<IconLock size={14} />}
            loading={unlock.isPending}
            disabled={passphrase === '' || wait.left > 0}
          >
            {wait.left > 0 ? `Wait ${wait.left} s` : 'Unlock'}
          </Button>
          <span className="spacer" />
          {!asMember && (
            <Anchor component="button" type="button" size="xs" onClick={() => setAsMember(true)}>
              Name the member
            </Anchor>
          )}
          <Anchor component="button" type="button" size="xs" onClick={props.onRecover}>
            Use the recovery kit
          </Anchor>
        </div>
      </form>
      <SamplePeople dir={props.dir} />
    </Back>
  );
}

function UnlockFault({ error, left }: { error: unknown; left: number }) {
  const { happened, remedy } = sentenceFor(error);
  const counted =
    left > 0
      ? `This does not open the workspace. The next try is possible in ${left} s.`
      : happened.replace(/ Wait .*$/, '');
  return (
    <div className="callout callout-bad" role="alert">
      <strong>{counted}</strong>
      <div className="quiet">{remedy}</div>
    </div>
  );
}

function useCountdown() {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (until <= Date.now()) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return {
    left: Math.max(0, Math.ceil((until - Math.max(now, Date.now())) / 1000)),
    start(seconds: number) {
      setUntil(Date.now() + seconds * 1000);
    },
  };
}
