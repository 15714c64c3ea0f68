import { Button } from '@mantine/core';
import type { SyncDevice } from '../../../shared/contract/courier.ts';
import { day, moment, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';

/** The copies of this workspace, who has them, and what they lack as far as this one knows. */
export function DevicesPanel({ devices }: { devices: readonly SyncDevice[] }) {
  return (
    <Panel
      title={plural(devices.length, 'device')}
      aside="What a device lacks is known from its newest bundle."
      flush
    >
      <Scroll label="Copies and who has them" className="scroll-wide">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Last entry</th>
              <th scope="col">Last bundle</th>
              <th scope="col">Lacks</th>
              <th scope="col">Copy</th>
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <DeviceLine key={device.id} device={device} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

function DeviceLine({ device }: { device: SyncDevice }) {
  return (
    <tr>
      <td>
        <strong>{device.name}</strong> {device.here && <Pill tone="info">this device</Pill>}
        {device.forked && <Pill tone="bad">two histories</Pill>}
        <div className="quiet">
          {device.member.name}, since {day(device.since)}
        </div>
      </td>
      <td>
        {device.lastEntry === null ? <span className="quiet">none yet</span> : moment(device.lastEntry)}
      </td>
      <td>
        {device.here ? (
          ''
        ) : device.lastBundle === null ? (
          <span className="quiet">none yet</span>
        ) : (
          moment(device.lastBundle)
        )}
        {device.missing.length > 0 && (
          <div>
            <Pill tone="warn">number {device.missing.join(', ')} not here</Pill>
          </div>
        )}
      </td>
      <td>
        {lacks(device)}
        {device.sent && (
          <div className="quiet">
            number {device.sent.number} sent {day(device.sent.at)}
          </div>
        )}
      </td>
      <td>
        <Carried device={device} />
      </td>
    </tr>
  );
}

function lacks({ here, lacks: entries }: SyncDevice): string {
  if (here) return '';
  if (entries === null) return 'not known';
  return entries === 0 ? 'nothing' : plural(entries, 'entry', 'entries');
}

/** Who carries the copy, and the way to say that it left or is back. */
function Carried({ device }: { device: SyncDevice }) {
  const { client } = useApi();
  const { carried } = device;
  const out = carried?.act === 'out';
  const carry = useAct(() => client.courier.carry({ device: device.id, act: out ? 'in' : 'out' }), {
    done: (done) =>
      showDone(
        done.carried.act === 'out'
          ? `${done.device} is out with ${done.carried.holder}.`
          : `${done.device} is back.`,
      ),
  });
  return (
    <>
      {carried && (
        <div>
          {out ? (
            <>
              <Pill tone="warn">out</Pill> with {carried.holder}
            </>
          ) : (
            `back from ${carried.holder}`
          )}
          <div className="quiet">
            since {moment(carried.at)}
            {carried.note && `, ${carried.note}`}
          </div>
        </div>
      )}
      <Button
        size="compact-xs"
        variant="default"
        loading={carry.isPending}
        onClick={() => carry.mutate(undefined)}
        aria-label={`${out ? 'Sign in' : 'Sign out'} ${device.name}`}
      >
        {out ? 'Sign in' : 'Sign out'}
      </Button>
    </>
  );
}
