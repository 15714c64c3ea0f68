import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { passphraseNeeds, stillNeeded } from '../../parts/needs.ts';
import { NewPassphrase } from '../../parts/new-passphrase.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { faultIn } from '../../state/faults.ts';
import { useSessionChanged } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { Back } from './step.tsx';

/** Opens a workspace by its recovery kit and gives the member a new passphrase and new keys. */
export function RecoverForm(props: { dir: string; onBack: () => void }) {
  const { client } = useApi();
  const changed = useSessionChanged();
  const [dir, setDir] = useState(props.dir);
  const [kit, setKit] = useState('');
  const [member, setMember] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const recover = useAct(
    () =>
      client.workspace.recover({
        dir: dir.trim(),
        kit: kit.trim(),
        passphrase,
        ...(member.trim() ? { member: member.trim() } : {}),
      }),
    { done: () => void changed(), failed: () => undefined },
  );
  const needed = stillNeeded({
    'the folder': dir.trim() === '',
    'the text of the kit': kit.trim() === '',
    ...passphraseNeeds(passphrase, again),
  });
  const kitIsWrong = faultIn(recover.error)?.code === 'wrong-key';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (needed === '' && !recover.isPending) recover.mutate(undefined);
  };
  return (
    <Back title="Recover a workspace" onBack={props.onBack}>
      <form className="stack" onSubmit={submit}>
        <TextInput
          label="Workspace folder"
          required
          value={dir}
          onChange={(e) => setDir(e.currentTarget.value)}
        />
        <Textarea
          label="Recovery kit"
          required
          autosize
          minRows={2}
          value={kit}
          onChange={(e) => setKit(e.currentTarget.value)}
        />
        <NewPassphrase value={passphrase} again={again} onValue={setPassphrase} onAgain={setAgain} />
        <TextInput
          label="Member"
          description="Leave empty for the owner."
          value={member}
          onChange={(e) => setMember(e.currentTarget.value)}
        />
        <p className="quiet">The old signing keys stay lost: new ones are made, and the ledger records it.</p>
        <FaultCallout
          error={recover.error}
          {...(kitIsWrong ? { remedy: 'Check the letters of the kit and the folder.' } : {})}
        />
        <div className="row-acts">
          <Button type="submit" disabled={needed !== ''} loading={recover.isPending}>
            Recover workspace
          </Button>
          <span className="quiet" role="status">
            {needed}
          </span>
        </div>
      </form>
    </Back>
  );
}
