import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { readInvite } from '../../../shared/sync/invite.ts';
import { Hash } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';

/** What to ask whoever runs a server for, and where to put what they answer. */
export function ConnectPanel({ workspace }: { workspace: string }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'administer');
  const [invite, setInvite] = useState('');
  const [proxy, setProxy] = useState('');
  const read = readInvite(invite);
  const flaw = flawOf(invite, read, workspace);
  const connect = useAct(
    () => client.sync.connect({ invite: invite.trim(), proxy: proxy.trim() === '' ? null : proxy.trim() }),
    { done: () => showDone('Connected. What this copy has is on its way.'), failed: () => undefined },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (read !== null && flaw === null) connect.mutate(undefined);
  };
  return (
    <Panel title="No sync server">
      <form className="stack" onSubmit={submit}>
        <p>
          This copy works alone. A sync server lets copies meet: it keeps sealed entries and encrypted files
          for them, and can read neither. Whoever runs one needs the number of this workspace, and answers
          with an invite.
        </p>
        <p>
          Number of this workspace: <Hash value={workspace} label="number" whole />
        </p>
        <Textarea
          label="Invite"
          description="The whole text that begins with bindery-invite-1."
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
          value={invite}
          onChange={(e) => setInvite(e.currentTarget.value)}
          error={flaw}
        />
        {read !== null && flaw === null && (
          <p className="quiet" role="status">
            To {read.url}. Its key is pinned: no other server can take its place unnoticed.
          </p>
        )}
        <TextInput
          label="Proxy"
          description="Only where the network asks for one: http://host:port"
          value={proxy}
          onChange={(e) => setProxy(e.currentTarget.value)}
        />
        <FaultCallout error={connect.error} />
        <div>
          <Because because={may.allowed ? '' : may.because}>
            <Button
              type="submit"
              loading={connect.isPending}
              disabled={!may.allowed || read === null || flaw !== null}
            >
              Connect
            </Button>
          </Because>
        </div>
      </form>
    </Panel>
  );
}

function flawOf(text: string, read: ReturnType<typeof readInvite>, workspace: string): string | null {
  if (text.trim() === '') return null;
  if (read === null) return 'This is not an invite. Copy the whole text and try again.';
  return read.workspace === workspace ? null : 'This invite is to another workspace.';
}
