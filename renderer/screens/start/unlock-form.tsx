import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { faultIn, sentenceFor } from '../../state/faults.ts';
import { useSessionChanged } from '../../state/session.ts';
import { SamplePeople } from '../common/sample-people.tsx';
import { Back } from './step.tsx';

/** Opens a workspace by passphrase, in the folder named here or by the person; a wrong one says how long to wait. */
export function UnlockForm(props: {
  dir: string | null;
  onBack: () => void;
  onRecover: (dir: string) => void;
}) {
  const { client } = useApi();
  const changed = useSessionChanged();
  const [typed, setTyped] = useState('');
  const dir = props.dir ?? folderTyped(typed);
  const [passphrase, setPassphrase] = useState('');
  const [member, setMember] = useState('');
  const [asMember, setAsMember] = useState(false);
  const wait = useCountdown();
  const unlock = useAct(
    () =>
      client.workspace.unlock({
        dir,
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
    if (dir !== '' && passphrase !== '' && wait.left === 0 && !unlock.isPending) unlock.mutate(undefined);
  };
  return (
    <Back title={props.dir === null ? 'Open a workspace folder' : 'Unlock'} onBack={props.onBack}>
      <form className="stack" onSubmit={submit}>
        {props.dir === null ? (
          <TextInput
            label="Folder"
            description="The whole path of the folder that holds keys.json, as your file manager shows it."
            autoFocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        ) : (
          <WhichWorkspace dir={props.dir} />
        )}
        <PasswordInput
          label="Passphrase"
          autoFocus={props.dir !== null}
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
            disabled={dir === '' || passphrase === '' || wait.left > 0}
          >
            {wait.left > 0 ? `Wait ${wait.left} s` : 'Unlock'}
          </Button>
          <span className="spacer" />
          {!asMember && (
            <Anchor component="button" type="button" size="xs" onClick={() => setAsMember(true)}>
              Name the member
            </Anchor>
          )}
          <Anchor component="button" type="button" size="xs" onClick={() => props.onRecover(dir)}>
            Use the recovery kit
          </Anchor>
        </div>
      </form>
      <SamplePeople dir={dir} />
    </Back>
  );
}

/** The folder, and what the workspace in it is called where this window knows: on disk the name is encrypted. */
function WhichWorkspace({ dir }: { dir: string }) {
  const name = useChoices((c) => (c.lastDir === dir ? c.lastName : null));
  return (
    <p>
      <strong>{readableName(name ?? dir.split(/[\\/]/).at(-1) ?? dir)}</strong>
      <span className="quiet mono under">{dir}</span>
    </p>
  );
}

/** A path as people paste it: some file managers put it in quotes. */
function folderTyped(typed: string): string {
  return typed.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function UnlockFault({ error, left }: { error: unknown; left: number }) {
  if (faultIn(error)?.code === 'not-found') return <NoWorkspaceThere />;
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

function NoWorkspaceThere() {
  return (
    <div className="callout callout-bad" role="alert">
      <strong>There is no workspace in this folder.</strong>
      <div className="quiet">
        Name the folder itself, with its whole path: the one that holds the file keys.json. A stick or a
        shared disk has to be there first.
      </div>
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
