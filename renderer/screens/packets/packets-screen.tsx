import { Button } from '@mantine/core';
import { IconFileText, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { PacketRow } from '../../../shared/contract/packets.ts';
import { EmptyState, LoadingRows } from '../../parts/blank.tsx';
import { dated, moment, plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { Panel } from '../../parts/panel.tsx';
import { StackBar } from '../../parts/stack-bar.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { go } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { Because } from '../common/evidence-beside.tsx';
import { Loaded } from '../common/loaded.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { useMay } from '../programme/record/record-acts.ts';
import { NewPacket } from './new-packet.tsx';
import { CustomerWord, PacketStatePill } from './packet-words.tsx';
import { PacketWork } from './packet-work.tsx';

/** The packets of an engagement: what is handed over, and what each still misses; or the one being filled. */
export function PacketsScreen({ record }: { record: string | null }) {
  const { engagement, loading } = useEngagement();
  const may = useMay();
  const open = record === 'new' ? null : record;
  const create = () => go('packets', 'new');
  useSingleKeys({ n: () => engagement !== null && may.prepare && create() }, open === null);
  return (
    <>
      <ScreenHead title="Packets" detail={<EngagementSwitch subjects={false} />}>
        {engagement && (
          <Because because={may.prepareBecause}>
            <Button leftSection={<IconPlus size={14} />} disabled={!may.prepare} onClick={create}>
              New packet
              {open === null && <KeyHint keys="N" />}
            </Button>
          </Because>
        )}
      </ScreenHead>
      {loading && <LoadingRows rows={6} label="Loading packets" />}
      {!loading && !engagement && <NoEngagement />}
      {engagement && (open ? <PacketWork key={open} id={open} /> : <PacketList engagement={engagement.id} />)}
      {engagement && (
        <NewPacket
          opened={record === 'new'}
          engagement={engagement.id}
          onClose={() => go('packets')}
          onCreated={(id) => go('packets', id)}
        />
      )}
    </>
  );
}

function NoEngagement() {
  return (
    <EmptyState
      icon={<IconFileText size={30} stroke={1.4} />}
      title="No packets yet"
      text="A packet gathers what a release, a handover or a week has to say, and names what is missing. It belongs to an engagement."
    >
      <Button onClick={() => go('frameworks', 'programme')}>Start a programme</Button>
      <Button variant="default" onClick={() => go('frameworks')}>
        Go to frameworks
      </Button>
    </EmptyState>
  );
}

function PacketList({ engagement }: { engagement: string }) {
  const { orpc } = useApi();
  const may = useMay();
  const packets = useQuery(orpc.packets.list.queryOptions({ input: { engagement, limit: 500 } }));
  return (
    <Loaded query={packets} label="Loading packets">
      {({ rows, total }) =>
        rows.length === 0 ? (
          <EmptyState
            icon={<IconFileText size={30} stroke={1.4} />}
            title="No packets yet"
            text="A packet gathers what a release, a handover or a week has to say. It fills itself from the records where it can, and refuses to be final while something is missing."
          >
            <Button disabled={!may.prepare} onClick={() => go('packets', 'new')}>
              Begin a packet
            </Button>
          </EmptyState>
        ) : (
          <div className="page">
            <Panel title={plural(total, 'packet')} flush>
              <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">Packet</th>
                    <th scope="col">Sections</th>
                    <th scope="col" className="end">
                      Settled
                    </th>
                    <th scope="col">State</th>
                    <th scope="col">Customer</th>
                    <th scope="col">Changed</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Line key={row.id} row={row} />
                  ))}
                </tbody>
              </table>
            </Panel>
          </div>
        )
      }
    </Loaded>
  );
}

function Line({ row }: { row: PacketRow }) {
  const about = [row.about, row.environment, row.period]
    .filter((part) => part !== '' && !row.title.includes(part))
    .map(dated)
    .join(' · ');
  return (
    <tr>
      <td>
        <button type="button" className="link-row" onClick={() => go('packets', row.id)}>
          <strong>{row.title}</strong>
        </button>
        <div className="quiet">
          {row.template.title}
          {about && ` · ${about}`}
        </div>
      </td>
      <td className="group-bar">
        <StackBar
          label={row.title}
          parts={[
            { label: 'settled', value: row.settled, tone: 'good' },
            { label: 'missing', value: row.required - row.settled, tone: 'empty' },
          ]}
        />
      </td>
      <td className="end">
        {row.settled} <span className="quiet">/ {row.required}</span>
      </td>
      <td>
        <PacketStatePill state={row.state} />
      </td>
      <td>
        <CustomerWord customer={row.customer} />
      </td>
      <td className="quiet">
        {moment(row.changedAt)}
        {row.changedBy && `, ${row.changedBy}`}
      </td>
    </tr>
  );
}
