import { IconInbox } from '@tabler/icons-react';
import type { CourierState } from '../../../shared/contract/courier.ts';
import { EmptyState } from '../../parts/blank.tsx';
import { moment, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';

const REASONS: Readonly<Record<string, string>> = {
  fork: 'two histories',
  unsigned: 'not signed',
  tampered: 'changed on the way',
  foreign: 'another workspace',
  unreadable: 'unreadable',
  waiting: 'waits',
};

/** What is kept and not applied: why, and for what it waits. Nothing of it is ever thrown away. */
export function HeldPanel({ held, setAside, devices }: CourierState) {
  const forked = devices.filter((device) => device.forked);
  const total = held.length + setAside.length;
  if (total === 0 && forked.length === 0) {
    return (
      <EmptyState
        icon={<IconInbox size={28} stroke={1.4} />}
        title="Nothing waits"
        text="What cannot be applied yet, or may not be, is kept here with the reason and handed on to the others."
      />
    );
  }
  const title =
    total > 0
      ? `${plural(total, 'thing')} kept and not applied`
      : `${plural(forked.length, 'device')} with two histories`;
  return (
    <Panel title={title} flush={total > 0}>
      {forked.map((device) => (
        <p key={device.id} className="callout callout-bad">
          {device.name} wrote two histories under the same numbers: it was probably restored from a backup or
          copied as a folder. Both count, and where they differ the values stand side by side. Have its member
          recover the workspace there, which begins a new history.
        </p>
      ))}
      {total > 0 && <HeldTable held={held} setAside={setAside} />}
    </Panel>
  );
}

function HeldTable({ held, setAside }: Pick<CourierState, 'held' | 'setAside'>) {
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">From</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {held.map((one) => (
          <tr key={one.id}>
            <td>
              <Pill tone={one.state === 'waiting' ? 'plain' : 'bad'}>
                {REASONS[one.reason] ?? one.reason}
              </Pill>{' '}
              {plural(Math.max(1, one.count), 'entry', 'entries')}
            </td>
            <td>
              {one.by || 'somebody'}
              {one.device && <div className="quiet">{one.device}</div>}
            </td>
            <td>{one.because}</td>
          </tr>
        ))}
        {setAside.map((one) => (
          <tr key={`${one.writer} ${one.seq}`}>
            <td>
              <Pill tone="bad">set aside</Pill> {one.what}
              <div className="quiet">{moment(one.at)}</div>
            </td>
            <td>
              {one.by}
              <div className="quiet">{one.device}</div>
            </td>
            <td>{one.because}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
