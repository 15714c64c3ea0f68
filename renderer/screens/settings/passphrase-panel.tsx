import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { NewPassphrase } from '../../parts/new-passphrase.tsx';
import { Panel } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';

/** One's own passphrase; a new one also makes new signing keys. */
export function PassphrasePanel() {
  const { client } = useApi();
  const { member } = useOpenSession();
  const [current, setCurrent] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const change = useAct(() => client.members.changePassphrase({ current, passphrase }), {
    done: () => {
      setCurrent('');
      setPassphrase('');
      setAgain('');
      showDone('Passphrase changed. You have new signing keys from now on.');
    },
  });
  const ready = current !== '' && passphrase !== '' && passphrase === again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !change.isPending) change.mutate(undefined);
  };
  return (
    <Panel title="Your passphrase">
      <form className="stack" onSubmit={submit}>
        {member.passphraseSetByOther && (
          <p className="callout callout-warn">
            Somebody else set your passphrase and may know it. Choose your own, so that what you sign is only
            yours.
          </p>
        )}
        <PasswordInput
          label="Current passphrase"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassphrase value={passphrase} again={again} onValue={setPassphrase} onAgain={setAgain} />
        <div className="row-acts">
          <Button type="submit" variant="default" disabled={!ready} loading={change.isPending}>
            Change passphrase
          </Button>
          <span className="quiet">Signatures made so far stay valid.</span>
        </div>
      </form>
    </Panel>
  );
}
