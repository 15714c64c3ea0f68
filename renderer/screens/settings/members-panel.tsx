import { Button, Modal, Select, TextInput } from '@mantine/core';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Contract } from '../../../shared/contract/index.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { ROLES, type Role } from '../../../shared/domain/results.ts';
import { moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { passphraseNeeds, stillNeeded } from '../../parts/needs.ts';
import { NewPassphrase } from '../../parts/new-passphrase.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { Scroll } from '../../parts/scroll.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { Loaded } from '../common/loaded.tsx';
import { SamplePeople } from '../common/sample-people.tsx';
import { ROLE_WORDS } from '../common/state-words.ts';
import { RoleForm, rolesToGive } from './role-form.tsx';

type Member = InferContractRouterOutputs<Contract>['members']['list']['rows'][number];

/** The people of the workspace, what each may do, and the keys they sign with. */
export function MembersPanel() {
  const { orpc } = useApi();
  const { member, workspace } = useOpenSession();
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Member | null>(null);
  const members = useQuery(orpc.members.list.queryOptions());
  const may = mayAccess(member.role, 'administer').allowed;
  return (
    <>
      <Loaded query={members} label="Loading members">
        {({ rows }) => (
          <MemberTable rows={rows} may={may} onAdd={() => setAdding(true)} onRole={setChanging} />
        )}
      </Loaded>
      <SamplePeople dir={workspace.dir} />
      {members.data?.total === 1 && (
        <p className="quiet">
          A reviewer has to be somebody else than the preparer. Add a second member before the work is to be
          reviewed.
        </p>
      )}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title="Add a member"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <AddForm onDone={() => setAdding(false)} />
      </Modal>
      <Modal
        opened={changing !== null}
        onClose={() => setChanging(null)}
        title={changing === null ? '' : `The role of ${changing.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {changing !== null && (
          <RoleForm
            member={changing}
            roles={rolesToGive(members.data?.rows.find(({ you }) => you) ?? changing, changing)}
            onDone={() => setChanging(null)}
          />
        )}
      </Modal>
    </>
  );
}

function MemberTable(props: {
  rows: readonly Member[];
  may: boolean;
  onAdd: () => void;
  onRole: (member: Member) => void;
}) {
  const { rows } = props;
  const self = rows.find(({ you }) => you);
  return (
    <Panel
      title={plural(rows.length, 'member')}
      flush
      aside={
        props.may ? (
          <Button size="compact-sm" onClick={props.onAdd}>
            Add member
          </Button>
        ) : (
          'An owner or admin adds members.'
        )
      }
    >
      <Scroll label="Members and their roles" className="scroll-wide">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">Signing key</th>
              <th scope="col">Certificate</th>
              <th scope="col">Devices</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <MemberLine key={row.id} member={row} self={self} onRole={() => props.onRole(row)} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

const NO_ROLE = { word: 'None', means: 'No longer works here; what they signed stays.' };

function MemberLine(props: { member: Member; self: Member | undefined; onRole: () => void }) {
  const { member, self, onRole } = props;
  const role = member.role === 'none' ? NO_ROLE : ROLE_WORDS[member.role];
  return (
    <tr>
      <td>
        <strong>{member.name}</strong> {member.you && <Pill tone="info">you</Pill>}
        <div className="quiet">since {moment(member.since)}</div>
        {member.role !== 'none' && member.passphraseSetByOther && (
          <Pill tone="warn">passphrase set by somebody else</Pill>
        )}
        {member.formerPassphraseOpens && <FormerPassphrase you={member.you} />}
      </td>
      <td>
        {role.word}
        <div className="quiet">{role.means}</div>
        {self !== undefined && rolesToGive(self, member).length > 0 && (
          <div className="row-acts">
            <button type="button" className="link" onClick={onRole}>
              Change role…<span className="visually-hidden"> of {member.name}</span>
            </button>
          </div>
        )}
      </td>
      <td>
        <Hash value={member.keyFingerprint} label="key fingerprint" />
      </td>
      <td>
        <Hash value={member.certificateFingerprint} label="certificate fingerprint" />
        <div className="row-acts">
          <button
            type="button"
            className="link"
            onClick={() =>
              saveAs(
                new Blob([member.certificatePem], { type: 'application/x-pem-file' }),
                `${member.name}.pem`,
              )
            }
          >
            Save certificate
          </button>
        </div>
      </td>
      <td className="quiet">{member.devices.map((d) => d.name).join(', ')}</td>
    </tr>
  );
}

/** A recovery ends the old passphrase where it was made; a copy it has not been set in still opens by it. */
function FormerPassphrase({ you }: { you: boolean }) {
  return (
    <div className="callout callout-warn">
      <strong>The old passphrase still opens this copy.</strong>
      <div>
        {you ? 'You' : 'They'} recovered in another copy.{' '}
        {you
          ? 'Change your passphrase under Workspace to end the old one here.'
          : 'It ends here when they change their passphrase in this copy. Until then, do not leave the copy with anybody who may know it.'}
      </div>
    </div>
  );
}

function AddForm({ onDone }: { onDone: () => void }) {
  const { client } = useApi();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('reviewer');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const add = useAct(() => client.members.add({ name: name.trim(), role, passphrase }), {
    done: ({ member }) => {
      showDone(`${member.name} is a member now and unlocks with their own passphrase.`);
      onDone();
    },
    failed: () => undefined,
  });
  const needed = stillNeeded({ 'a name': name.trim() === '', ...passphraseNeeds(passphrase, again) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (needed === '' && !add.isPending) add.mutate(undefined);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label="Name"
        required
        data-autofocus
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <Select
        label="Role"
        allowDeselect={false}
        data={ROLES.map((r) => ({ value: r, label: `${ROLE_WORDS[r].word}: ${ROLE_WORDS[r].means}` }))}
        value={role}
        onChange={(value) => setRole(ROLES.find((r) => r === value) ?? 'reviewer')}
      />
      <NewPassphrase value={passphrase} again={again} onValue={setPassphrase} onAgain={setAgain} />
      <p className="quiet">
        Let them type it, or ask them to change it at once: until then their sign-offs say that you set it.
      </p>
      <FaultCallout error={add.error} />
      <Button type="submit" disabled={needed !== ''} loading={add.isPending}>
        Add member
      </Button>
      <p className="quiet" role="status">
        {needed}
      </p>
    </form>
  );
}
