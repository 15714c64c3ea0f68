import { Button, Select } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { mayGiveRole, type RoleHolder } from '../../../shared/domain/permissions.ts';
import { ROLES, type Role } from '../../../shared/domain/results.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { ROLE_WORDS } from '../common/state-words.ts';

type Given = Role | 'none';
const LEAVES = 'none';
const GIVEN: readonly Given[] = [...ROLES, LEAVES];

/** What somebody may make of a member; nothing where they may not. */
export function rolesToGive(giver: RoleHolder, member: RoleHolder): Given[] {
  return GIVEN.filter((role) => mayGiveRole(giver, member, role).allowed);
}

const wordOf = (role: Given): string =>
  role === LEAVES
    ? 'No longer a member: what they signed stays'
    : `${ROLE_WORDS[role].word}: ${ROLE_WORDS[role].means}`;

/** Gives a member another role, or ends their membership, which says first what that does and does not do. */
export function RoleForm(props: {
  member: RoleHolder & { name: string };
  roles: readonly Given[];
  onDone: () => void;
}) {
  const { member, roles, onDone } = props;
  const { client } = useApi();
  const [role, setRole] = useState<Given | null>(null);
  const give = useAct((to: Given) => client.members.setRole({ member: member.id, role: to }), {
    done: ({ member: { name, role: now }, devices }) => {
      showDone(now === LEAVES ? leftWords(name, devices) : `${name} is ${ROLE_WORDS[now].word} now.`);
      onDone();
    },
    failed: () => undefined,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (role !== null && !give.isPending) give.mutate(role);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Select
        label="New role"
        placeholder="Choose one"
        allowDeselect={false}
        data-autofocus
        data={roles.map((one) => ({ value: one, label: wordOf(one) }))}
        value={role}
        onChange={(value) => setRole(GIVEN.find((one) => one === value) ?? null)}
      />
      {role === LEAVES && (
        <div className="callout callout-warn">
          <strong>{member.name} comes in no more.</strong>
          <div>
            What they wrote and signed up to now stays; what they write from now on counts for nothing,
            wherever it arrives. Their passphrase opens this copy no more, and other copies once those have
            heard of it. What they copied before stays readable to them. This cannot be taken back: to let
            them work here again, add them as a new member.
          </div>
        </div>
      )}
      <FaultCallout error={give.error} />
      <Button type="submit" disabled={role === null} loading={give.isPending}>
        {role === LEAVES ? `End the membership of ${member.name}` : 'Change role'}
      </Button>
    </form>
  );
}

function leftWords(name: string, devices: readonly { readonly name: string }[]): string {
  const left = `${name} is no longer a member.`;
  if (devices.length === 0) return left;
  return `${left} Where a server is used, shut out there under Sync: ${devices.map((one) => one.name).join(', ')}.`;
}
