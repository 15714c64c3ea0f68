import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { passphraseNeeds, stillNeeded } from '../../parts/needs.ts';
import { NewPassphrase } from '../../parts/new-passphrase.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { useSessionChanged } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { RecoveryKit } from './recovery-kit.tsx';
import { Back } from './step.tsx';

/** A new workspace: its name, its owner, a passphrase; then the recovery kit, shown once. */
export function CreateForm({ onBack }: { onBack: () => void }) {
  const { client } = useApi();
  const changed = useSessionChanged();
  const [name, setName] = useState('');
  const [member, setMember] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [marking, setMarking] = useState('');
  const [dir, setDir] = useState('');
  const create = useAct(
    () =>
      client.workspace.create({
        name: name.trim(),
        member: member.trim(),
        passphrase,
        ...(marking.trim() ? { marking: marking.trim() } : {}),
        ...(dir.trim() ? { dir: dir.trim() } : {}),
      }),
    { failed: () => useChoices.setState({ atDoor: false }) },
  );
  if (create.data) {
    return (
      <RecoveryKit
        kit={create.data.recoveryKit}
        workspace={create.data.workspace}
        member={create.data.member.name}
        onStored={() => void changed()}
      />
    );
  }
  const needed = stillNeeded({
    'a name for the workspace': name.trim() === '',
    'your name': member.trim() === '',
    ...passphraseNeeds(passphrase, again),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (needed !== '' || create.isPending) return;
    // The kit is shown once: nothing may take its place before it is stored.
    useChoices.setState({ atDoor: true });
    create.mutate(undefined);
  };
  return (
    <Back title="Create a workspace" onBack={onBack}>
      <form className="stack" onSubmit={submit}>
        <TextInput
          label="Workspace name"
          required
          autoFocus
          placeholder="Harbour Payroll 2026"
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <TextInput
          label="Your name"
          required
          description="As it stands on your sign-offs and in your certificate."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={member}
          onChange={(e) => setMember(e.currentTarget.value)}
        />
        <NewPassphrase value={passphrase} again={again} onValue={setPassphrase} onAgain={setAgain} />
        <details className="more">
          <summary>Classification and place</summary>
          <div className="stack">
            <TextInput
              label="Marking"
              description="Shown at the top of every screen and page, for example CUI."
              value={marking}
              maxLength={80}
              onChange={(e) => setMarking(e.currentTarget.value)}
            />
            <TextInput
              label="Folder"
              description="Leave empty for a folder of that name in your home of workspaces."
              value={dir}
              onChange={(e) => setDir(e.currentTarget.value)}
            />
          </div>
        </details>
        <FaultCallout error={create.error} />
        <div className="row-acts">
          <Button type="submit" disabled={needed !== ''} loading={create.isPending}>
            Create workspace
          </Button>
          <span className="quiet" role="status">
            {needed || 'Nobody can reset the passphrase for you.'}
          </span>
        </div>
      </form>
    </Back>
  );
}
