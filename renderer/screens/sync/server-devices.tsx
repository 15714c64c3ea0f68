import { Button, Modal, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyncDevice } from '../../../shared/contract/sync.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { moment } from '../../parts/format.ts';
import { CopyText } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { Loaded } from '../common/loaded.tsx';

/** Which devices the server lets in, when each was last there, and the way for one more. */
export function ServerDevices({ metAt }: { metAt: string | null }) {
  const { client, orpc } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'administer').allowed;
  // Asked anew after every exchange, and never while the server was not reached.
  const devices = useQuery({
    ...orpc.sync.devices.queryOptions(),
    enabled: metAt !== null,
    retry: false,
  });
  const invite = useAct(() => client.sync.invite({}));
  return (
    <Panel
      title="Devices"
      aside={
        <Button
          size="compact-sm"
          variant="default"
          disabled={!may}
          loading={invite.isPending}
          onClick={() => invite.mutate(undefined)}
        >
          Invite a device…
        </Button>
      }
    >
      {metAt === null ? (
        <p className="quiet">They are shown once this copy has met the server.</p>
      ) : (
        <Loaded query={devices} label="Asking the server" rows={2}>
          {({ devices: rows }) => (
            <ul className="list-plain">
              {rows.map((device) => (
                <Device key={device.id} device={device} may={may} />
              ))}
            </ul>
          )}
        </Loaded>
      )}
      <Modal
        opened={invite.data !== undefined}
        onClose={() => invite.reset()}
        title="Invite for one device"
        size="lg"
      >
        {invite.data && <Invite text={invite.data.invite} until={invite.data.expiresAt} />}
      </Modal>
    </Panel>
  );
}

function Invite({ text, until }: { text: string; until: string }) {
  return (
    <div className="stack">
      <p>
        On the new device, choose <em>Join from a server</em> on the first screen and paste this text, or run{' '}
        <code>bindery sync join</code>. It also asks for a member’s passphrase.
      </p>
      <Textarea label="Invite" value={text} readOnly autosize maxRows={8} spellCheck={false} />
      <p className="quiet">
        Good for one device until {moment(until)}. Carry it by a way that others do not read. It is shown only
        now. <CopyText value={text} label="Copy the invite" />
      </p>
    </div>
  );
}

function Device({ device, may }: { device: SyncDevice; may: boolean }) {
  const { client } = useApi();
  const [asking, setAsking] = useState(false);
  const revoke = useAct(() => client.sync.revoke({ device: device.id }), {
    done: () => showDone(`${device.name} is shut out.`),
  });
  return (
    <li className="device-row">
      <div className="grow">
        <strong dir="auto">{device.name}</strong> {device.here && <Pill tone="plain">This copy</Pill>}
        <div className="quiet">
          {device.revokedAt !== null
            ? `Shut out on ${moment(device.revokedAt)}`
            : device.lastContact === null
              ? 'Has not been here yet'
              : `Last here ${moment(device.lastContact)}`}
        </div>
      </div>
      {device.revokedAt === null && !device.here && (
        <Button
          size="compact-sm"
          variant="default"
          disabled={!may}
          loading={revoke.isPending}
          onClick={() => setAsking(true)}
          aria-label={`Shut out ${device.name}`}
        >
          Shut out…
        </Button>
      )}
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Shut out ${device.name}`}>
        <div className="stack">
          <p>
            The server no longer answers this device. What it copied before stays readable there. To end what
            its member may write, change their role.
          </p>
          <div className="row-acts">
            <Button
              color="red"
              onClick={() => {
                setAsking(false);
                revoke.mutate(undefined);
              }}
            >
              Shut out
            </Button>
            <Button variant="default" onClick={() => setAsking(false)}>
              Leave it in
            </Button>
          </div>
        </div>
      </Modal>
    </li>
  );
}
