import { Button, Select } from '@mantine/core';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ProgrammeRow } from '../../../../shared/contract/programme.ts';
import { memberTied } from '../../../../shared/domain/programme/belonging.ts';
import { EmptyState } from '../../../parts/blank.tsx';
import { plural } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { useApi } from '../../../state/api.tsx';
import { go } from '../../../state/place.ts';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { Because } from '../../common/evidence-beside.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { NewRecord } from '../record/new-record.tsx';
import { useMay, useSetField } from '../record/record-acts.ts';
import { type FieldSpec, RecordFields, textIn } from '../record/record-fields.tsx';
import { RecordPanel } from '../record/record-panel.tsx';
import { RaciGrid } from './raci-grid.tsx';

/** Who takes part in the programme, in which part, and who answers for what. */
export function PeopleTab({ engagement, record }: { engagement: string; record: string | null }) {
  const { orpc } = useApi();
  const input = { kind: 'person' as const, engagement, limit: 1000 };
  const people = useQuery(orpc.programme.list.queryOptions({ input }));
  return (
    <Loaded query={people} label="Loading the people" rows={8}>
      {({ rows }) => <PeopleDesk engagement={engagement} people={rows} record={record} />}
    </Loaded>
  );
}

function PeopleDesk(props: { engagement: string; people: readonly ProgrammeRow[]; record: string | null }) {
  const { engagement, people, record } = props;
  const may = useMay();
  const open = people.find(({ id }) => id === record);
  const add = () => go('programme', 'people/new');
  const close = () => go('programme', 'people');
  const at = open === undefined ? -1 : people.indexOf(open);
  const move = (by: number) => {
    const next = people[Math.min(people.length - 1, Math.max(0, at + by))];
    if (next && open) go('programme', `people/${next.id}`);
  };
  useSingleKeys({
    j: () => move(1),
    k: () => move(-1),
    n: () => may.prepare && add(),
    escape: () => open && close(),
  });
  return (
    <div className={`with-side ${open ? 'has-side' : ''}`}>
      <div className="page stack people-page">
        {people.length === 0 ? (
          <EmptyState
            icon={<IconUsers size={30} stroke={1.4} />}
            title="Nobody is named yet"
            text="Name the people of the programme with the part they play and how to reach them. They need not be members of this workspace."
          >
            <Button disabled={!may.prepare} onClick={add}>
              Add a person
            </Button>
          </EmptyState>
        ) : (
          <>
            <Panel
              title={plural(people.length, 'person', 'people')}
              flush
              aside={
                <Because because={may.prepareBecause}>
                  <Button
                    size="compact-sm"
                    leftSection={<IconPlus size={13} />}
                    disabled={!may.prepare}
                    onClick={add}
                  >
                    Add person
                    <KeyHint keys="N" />
                  </Button>
                </Because>
              }
            >
              <PeopleTable people={people} open={open?.id ?? null} />
            </Panel>
            {!open && <RaciGrid engagement={engagement} people={people} />}
          </>
        )}
      </div>
      {open && <PersonPanel key={open.id} person={open} onClose={close} />}
      <NewRecord
        opened={record === 'new'}
        engagement={engagement}
        kind="person"
        word="person"
        titleLabel="Name"
        fields={may.decide ? [PART, CONTACT] : [CONTACT]}
        onClose={close}
        onAdded={close}
      />
    </div>
  );
}

function PeopleTable({ people, open }: { people: readonly ProgrammeRow[]; open: string | null }) {
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Part</th>
          <th scope="col">Contact</th>
          <th scope="col">Member</th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id} className={person.id === open ? 'is-open' : ''}>
            <td>
              <button
                type="button"
                className="link-row"
                onClick={() => go('programme', `people/${person.id}`)}
              >
                <strong>{person.title}</strong>
              </button>
            </td>
            <td>{textIn(person, 'part') || <span className="quiet">–</span>}</td>
            <td>{textIn(person, 'contact') || <span className="quiet">–</span>}</td>
            <td>
              <MemberName id={textIn(person, 'member')} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useMembers() {
  const { orpc } = useApi();
  const members = useQuery(orpc.members.list.queryOptions());
  return members.data?.rows ?? [];
}

function MemberName({ id }: { id: string }) {
  const name = memberTied(id, useMembers())?.name;
  return name === undefined ? <span className="quiet">not a member</span> : name;
}

const PART = { field: 'part', label: 'Part they play', as: 'line' } as const;
const CONTACT = { field: 'contact', label: 'Contact', as: 'line' } as const;

const FIELDS: readonly FieldSpec[] = [PART, CONTACT, { field: 'title', label: 'Name', as: 'line' }];

function PersonPanel({ person, onClose }: { person: ProgrammeRow; onClose: () => void }) {
  const may = useMay();
  return (
    <RecordPanel record={person.record} word="Person" onClose={onClose}>
      {({ row }) => (
        <>
          <h2>{row.title}</h2>
          <RecordFields row={row} specs={FIELDS} may={may.prepare} />
          <MemberChoice row={row} />
        </>
      )}
    </RecordPanel>
  );
}

/** Which member this person is: their word then counts where a rule names their part. */
function MemberChoice({ row }: { row: ProgrammeRow }) {
  const may = useMay();
  const set = useSetField(row);
  const members = useMembers();
  return (
    <Select
      label="Is the member"
      description="Attestations by this member then count where a rule asks for the part."
      placeholder="Nobody in this workspace"
      clearable
      clearButtonProps={{ 'aria-label': 'Clear the member' }}
      maw={320}
      mb="md"
      disabled={!may.decide}
      data={members.map(({ id, name }) => ({ value: id, label: name }))}
      value={memberTied(textIn(row, 'member'), members)?.id ?? null}
      onChange={(member) => set('Member', { member })}
    />
  );
}
