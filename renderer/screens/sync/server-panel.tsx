import { Button, Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import type { SyncNotice, SyncStatus } from '../../../shared/contract/sync.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';

type Connection = NonNullable<SyncStatus['connection']>;

/** The server of this copy: how they stand, what is on its way, and what was noticed about it. */
export function ServerPanel({ status, connection }: { status: SyncStatus; connection: Connection }) {
  const { client } = useApi();
  const pause = useAct((paused: boolean) => client.sync.pause({ paused }));
  const sending = status.toSend.entries + status.unsealed;
  return (
    <Panel title="Sync server" aside={<Pill tone={toneOf(status)}>{wordOf(status)}</Pill>}>
      <div className="stack">
        <Notices notices={status.notices} />
        {status.problem !== null && (
          <p className="callout callout-warn" role="status">
            {status.problem}
          </p>
        )}
        <dl className="facts">
          <dt>Address</dt>
          <dd>{connection.url}</dd>
          <dt>Its key</dt>
          <dd>
            <Hash value={connection.serverKeyId} label="key" />
          </dd>
          {connection.proxy !== null && (
            <>
              <dt>Proxy</dt>
              <dd>{connection.proxy}</dd>
            </>
          )}
          <dt>Last met</dt>
          <dd>{status.metAt === null ? 'not yet' : moment(status.metAt)}</dd>
          <dt>To send</dt>
          <dd>{sending === 0 ? 'nothing' : plural(sending, 'entry', 'entries')}</dd>
          <dt>Waiting</dt>
          <dd>
            {status.waiting === 0
              ? 'nothing'
              : `${plural(status.waiting, 'segment')} for entries of others that have not come`}
          </dd>
          <dt>Set aside</dt>
          <dd>
            {status.quarantined === 0
              ? 'nothing'
              : `${plural(status.quarantined, 'entry or segment', 'entries or segments')}, below with the reason`}
          </dd>
        </dl>
        <Switch
          label="Meet the server in the background"
          description={
            status.metered
              ? 'Held back now: this network is said to be metered. You can still sync by hand.'
              : 'After every change, whenever something new is there, and every few minutes.'
          }
          checked={!connection.paused}
          disabled={pause.isPending}
          onChange={(e) => pause.mutate(!e.currentTarget.checked)}
        />
        <Disconnect url={connection.url} />
      </div>
    </Panel>
  );
}

function toneOf({ problem, connection, running, notices }: SyncStatus): 'good' | 'warn' | 'bad' | 'plain' {
  if (notices.length > 0) return 'bad';
  if (problem !== null) return 'warn';
  return running || connection?.paused ? 'plain' : 'good';
}

function wordOf({ problem, connection, running, metAt, notices }: SyncStatus): string {
  if (running) return 'Meeting';
  if (notices.length > 0) return 'Look at this';
  if (problem !== null) return 'Not reached';
  if (connection?.paused) return 'Paused';
  return metAt === null ? 'Connected' : 'In step';
}

const NOTICE_WORDS: Readonly<Record<SyncNotice['what'], string>> = {
  'went-back':
    'The server went back to an earlier state, as after a restored backup. What it had lost and this copy has was given to it again. What only it had is gone.',
  exchanged: 'The server is another one, or began anew. What this copy has was given to it.',
  rewritten:
    'The server showed another order than the one it had signed. Nothing was taken from that answer. Tell whoever runs it.',
};

function Notices({ notices }: { notices: readonly SyncNotice[] }) {
  const { client } = useApi();
  const dismiss = useAct(() => client.sync.dismiss());
  if (notices.length === 0) return null;
  return (
    <section className="callout callout-bad" aria-label="What was noticed about the server">
      <ul className="list-plain">
        {notices.map((notice) => (
          <li key={`${notice.at} ${notice.what}`}>
            <strong>{moment(notice.at)}</strong> {NOTICE_WORDS[notice.what]}
          </li>
        ))}
      </ul>
      <Button
        size="compact-sm"
        variant="default"
        loading={dismiss.isPending}
        onClick={() => dismiss.mutate(undefined)}
      >
        I have read this
      </Button>
    </section>
  );
}

function Disconnect({ url }: { url: string }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'administer').allowed;
  const [asking, setAsking] = useState(false);
  const disconnect = useAct(() => client.sync.disconnect(), {
    done: () => showDone('Disconnected. What was exchanged stays here.'),
  });
  return (
    <div>
      <Button variant="default" disabled={!may} onClick={() => setAsking(true)}>
        Disconnect…
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title="Disconnect from the server">
        <div className="stack">
          <p>
            This copy forgets {url} and its own key there. Nothing is deleted, here or there. To come back,
            you need a new invite.
          </p>
          <div className="row-acts">
            <Button
              color="red"
              loading={disconnect.isPending}
              onClick={() => {
                setAsking(false);
                disconnect.mutate(undefined);
              }}
            >
              Disconnect
            </Button>
            <Button variant="default" onClick={() => setAsking(false)}>
              Stay connected
            </Button>
          </div>
        </div>
      </Modal>
    </div>
  );
}
