import { Button, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { readInvite } from '../../../shared/sync/invite.ts';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useSessionChanged } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { Back } from './step.tsx';

/** Makes a copy of a workspace here from its sync server: an invite, and the passphrase of one of its members. */
export function JoinForm({ onBack }: { onBack: () => void }) {
  const { client } = useApi();
  const changed = useSessionChanged();
  const [invite, setInvite] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [device, setDevice] = useState('');
  const [dir, setDir] = useState('');
  const read = readInvite(invite);
  const flaw = flawOf(invite, read);
  const join = useAct(
    () =>
      client.workspace.join({
        invite: invite.trim(),
        passphrase,
        ...(device.trim() ? { device: device.trim() } : {}),
        ...(dir.trim() ? { dir: dir.trim() } : {}),
      }),
    { done: () => void changed(), failed: () => undefined },
  );
  const ready = read !== null && flaw === null && passphrase !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !join.isPending) join.mutate(undefined);
  };
  return (
    <Back title="Join from a server" onBack={onBack}>
      <form className="stack" onSubmit={submit}>
        <Textarea
          label="Invite"
          description="From a device that has the workspace: Sync, Invite a device. It is good once."
          autoFocus
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
          value={invite}
          onChange={(e) => setInvite(e.currentTarget.value)}
          error={flaw}
        />
        <PasswordInput
          label="Passphrase"
          description="Of a member of the workspace, as they use it there."
          autoComplete="current-password"
          value={passphrase}
          onChange={(e) => setPassphrase(e.currentTarget.value)}
        />
        <TextInput
          label="Name of this device"
          description="As the others see it. The name of this machine where nothing is said."
          value={device}
          onChange={(e) => setDevice(e.currentTarget.value)}
        />
        <TextInput
          label="Folder"
          description="A new or empty one. In your workspaces where nothing is said."
          value={dir}
          onChange={(e) => setDir(e.currentTarget.value)}
        />
        <FaultCallout error={join.error} />
        <div className="row-acts">
          <Button type="submit" loading={join.isPending} disabled={!ready}>
            {join.isPending ? 'Fetching the workspace' : 'Join'}
          </Button>
        </div>
      </form>
    </Back>
  );
}

function flawOf(text: string, read: ReturnType<typeof readInvite>): string | null {
  if (text.trim() === '') return null;
  if (read === null) return 'This is not an invite. Copy the whole text and try again.';
  return read.identity === null
    ? 'This invite is for a copy that has the workspace already. Connect that one first, then invite this device from there.'
    : null;
}
