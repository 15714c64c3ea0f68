import { ActionIcon, Button } from '@mantine/core';
import { IconClockCog, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProgrammeRow } from '../../../shared/contract/programme.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { mayDecide } from '../../../shared/domain/programme/decisive.ts';
import { EmptyState, LoadingRows } from '../../parts/blank.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { Loaded } from '../common/loaded.tsx';
import { BEATS, beatsOf, forOf, usualBeats } from './beats.ts';
import { CadenceForm } from './cadence-form.tsx';

/** How often evidence is refreshed, attested and its links checked: for the engagement, and for single controls. */
export function CadencesTab() {
  const { engagement, loading } = useEngagement();
  if (loading) return <LoadingRows rows={6} label="Loading the cadences" />;
  if (!engagement)
    return (
      <EmptyState
        icon={<IconClockCog size={30} stroke={1.4} />}
        title="No cadences yet"
        text="How often evidence is looked at is said for an engagement and its controls."
      >
        <Button onClick={() => go('frameworks')}>Go to frameworks</Button>
      </EmptyState>
    );
  return <Cadences key={engagement.id} engagement={engagement.id} />;
}

function Cadences({ engagement }: { engagement: string }) {
  const { orpc } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare').allowed && mayDecide(member.role).allowed;
  /** The one that is edited; `new` for one to come. */
  const [editing, setEditing] = useState<ProgrammeRow | 'new' | null>(null);
  const list = useQuery(
    orpc.programme.list.queryOptions({ input: { kind: 'cadence', engagement, limit: 1000 } }),
  );
  const close = () => setEditing(null);
  return (
    <div className="page stack">
      <div className="row-acts">
        <span className="quiet">Where nothing is said here: {usualBeats()}.</span>
        <span className="spacer" />
        {may && (
          <Button leftSection={<IconPlus size={14} />} onClick={() => setEditing('new')}>
            New cadence
          </Button>
        )}
      </div>
      <Loaded query={list} label="Loading the cadences">
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState
              icon={<IconClockCog size={30} stroke={1.4} />}
              title="No cadence is stated"
              text="Evidence follows the usual rhythm. State one for the engagement or for a single control: evidence that falls behind it counts as stale."
            />
          ) : (
            <Panel title={plural(rows.length, 'cadence')} flush>
              <CadenceTable rows={rows} may={may} onEdit={setEditing} />
            </Panel>
          )
        }
      </Loaded>
      <CadenceForm
        key={editing === null || editing === 'new' ? String(editing) : editing.id}
        engagement={engagement}
        editing={editing}
        onClose={close}
      />
    </div>
  );
}

function CadenceTable(props: {
  rows: readonly ProgrammeRow[];
  may: boolean;
  onEdit: (row: ProgrammeRow) => void;
}) {
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">For</th>
          {BEATS.map(({ beat, head }) => (
            <th key={beat} scope="col">
              {head}
            </th>
          ))}
          <th scope="col">
            <span className="visually-hidden">Change, remove</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <CadenceLine key={row.id} row={row} may={props.may} onEdit={() => props.onEdit(row)} />
        ))}
      </tbody>
    </table>
  );
}

function CadenceLine({ row, may, onEdit }: { row: ProgrammeRow; may: boolean; onEdit: () => void }) {
  const { client } = useApi();
  const stated = beatsOf(row);
  const again = useAct(() =>
    client.programme.put({ kind: 'cadence', engagement: row.engagement, fields: { ...row.body } }),
  );
  const remove = useAct(() => client.programme.remove({ record: row.record }), {
    done: () => showDone('The cadence is removed.', () => again.mutate(undefined)),
  });
  const name = forOf(row) ?? 'the engagement';
  return (
    <tr>
      <td>
        <ForWhat of={forOf(row)} engagement={row.engagement} />
      </td>
      {BEATS.map(({ beat, every }) => (
        <td key={beat}>
          {stated[beat] === null ? <span className="quiet">as usual</span> : every(stated[beat])}
        </td>
      ))}
      <td className="end">
        {may && (
          <span className="row-acts acts-end">
            <Button
              size="compact-xs"
              variant="default"
              onClick={onEdit}
              aria-label={`Change the cadence of ${name}`}
            >
              Change
            </Button>
            <ActionIcon aria-label={`Remove the cadence of ${name}`} onClick={() => remove.mutate(undefined)}>
              <IconTrash size={14} />
            </ActionIcon>
          </span>
        )}
      </td>
    </tr>
  );
}

/** The control by its label and title; a record of another kind by the name it was given. */
function ForWhat({ of, engagement }: { of: string | null; engagement: string }) {
  const { orpc } = useApi();
  const found = useQuery(
    orpc.controls.get.queryOptions({
      input: { control: of ?? '', engagement },
      enabled: of !== null,
      retry: false,
    }),
  );
  if (of === null) return <strong>All evidence of the engagement</strong>;
  const control = found.data?.control;
  if (!control) return <code>{of}</code>;
  return (
    <button type="button" className="link-row" onClick={() => go('controls', control.id)}>
      <code>{control.label}</code> {control.title}
    </button>
  );
}
