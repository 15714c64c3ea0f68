import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { passphraseNeeds, stillNeeded } from '../../parts/needs.ts';
import { NewPassphrase } from '../../parts/new-passphrase.tsx';
import { Panel } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { faultIn } from '../../state/faults.ts';
import { useOpenSession } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';

/** One's own passphrase; a new one also makes new signing keys. */
export function PassphrasePanel() {
  const { client } = useApi();
  const { member } = useOpenSession();
  const [current, setCurrent] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const change = useAct(() => client.members.changePassphrase({ current, passphrase }), {
    // Told at the field and beside the button, not in a corner.
    failed: () => undefined,
    done: () => {
      setCurrent('');
      setPassphrase('');
      setAgain('');
      showDone('Passphrase changed. You have new signing keys from now on.');
    },
  });
  const needed = stillNeeded({
    'your current passphrase': current === '',
    ...passphraseNeeds(passphrase, again),
  });
  const refused = faultIn(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (needed === '' && !change.isPending) change.mutate(undefined);
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
          error={refused?.code === 'wrong-key' ? notYours(refused.retryAfterSeconds ?? 0) : null}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassphrase
          value={passphrase}
          again={again}
          onValue={setPassphrase}
          onAgain={setAgain}
          label="New passphrase"
        />
        {refused?.code !== 'wrong-key' && <FaultCallout error={change.error} />}
        <div className="row-acts">
          <Button type="submit" variant="default" disabled={needed !== ''} loading={change.isPending}>
            Change passphrase
          </Button>
          <span className="quiet" role="status">
            {needed || 'Signatures made so far stay valid.'}
          </span>
        </div>
      </form>
    </Panel>
  );
}

/** The core counts wrong tries here as it does at the door. */
function notYours(wait: number): string {
  return `This is not your passphrase.${wait > 0 ? ` The next try is possible in ${wait} s.` : ''}`;
}
