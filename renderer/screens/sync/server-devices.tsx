import { Button, Checkbox, Modal, Textarea } from '@mantine/core';
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
  const { orpc } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'administer').allowed;
  // Asked anew after every exchange, and never while the server was not reached.
  const devices = useQuery({
    ...orpc.sync.devices.queryOptions(),
    enabled: metAt !== null,
    retry: false,
  });
  const [inviting, setInviting] = useState(false);
  const here = devices.data?.devices.find((device) => device.here);
  const mayAtServer = may && here?.administers !== false;
  return (
    <Panel
      title="Devices"
      aside={
        <Button size="compact-sm" variant="default" disabled={!mayAtServer} onClick={() => setInviting(true)}>
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
                <Device key={device.id} device={device} may={mayAtServer} />
              ))}
            </ul>
          )}
        </Loaded>
      )}
      {!mayAtServer && (
        <p className="quiet">
          {may
            ? 'The server does not let this device invite others or shut them out. Do it on a device that may, or ask who runs the server for an invite.'
            : 'An owner or administrator invites devices and shuts them out.'}
        </p>
      )}
      <Modal opened={inviting} onClose={() => setInviting(false)} title="Invite for one device" size="lg">
        <Inviting />
      </Modal>
    </Panel>
  );
}

/** What the new device may do at the server, and then the invite. */
function Inviting() {
  const { client } = useApi();
  const [administers, setAdministers] = useState(false);
  const invite = useAct(() => client.sync.invite({ administers }));
  if (invite.data) return <Invite text={invite.data.invite} until={invite.data.expiresAt} />;
  return (
    <div className="stack">
      <Checkbox
        label="It may invite devices itself and shut others out"
        description="For a device of somebody who administers this workspace."
        checked={administers}
        onChange={(event) => setAdministers(event.currentTarget.checked)}
      />
      <div className="row-acts">
        <Button loading={invite.isPending} onClick={() => invite.mutate(undefined)}>
          Make the invite
        </Button>
      </div>
    </div>
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
        <strong dir="auto">{device.name}</strong> {device.here && <Pill tone="plain">This copy</Pill>}{' '}
        {device.administers && device.revokedAt === null && <Pill tone="plain">Lets devices in and out</Pill>}
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
