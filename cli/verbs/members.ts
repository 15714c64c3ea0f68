import { ROLES, Role } from '../../shared/domain/results.ts';
import { NEW_PASSPHRASE_FLAG } from '../secrets.ts';
import type { Verb } from '../verb.ts';

export const memberAdd: Verb = {
  summary: 'Adds a member with a passphrase and keys of their own',
  words: ['DIR'],
  flags: {
    name: { value: 'NAME', summary: 'Name of the new member', required: true },
    role: { value: 'ROLE', summary: ROLES.join(', '), choices: ROLES, required: true },
    ...NEW_PASSPHRASE_FLAG,
  },
  async run({ args, unlock, secrets }) {
    const name = args.required('name');
    const passphrase = await secrets.newPassphrase(`Passphrase for ${name}: `);
    const client = await unlock(args.word(0));
    const value = await client.members.add({ name, role: Role.parse(args.required('role')), passphrase });
    return {
      value,
      lines: [
        `${value.member.name} was added as ${value.member.role}.`,
        'Until they change it, their signatures say that somebody else set their passphrase.',
      ],
    };
  },
};

export const memberRole: Verb = {
  summary: 'Gives a member another role',
  words: ['DIR', 'MEMBER'],
  flags: { role: { value: 'ROLE', summary: ROLES.join(', '), choices: ROLES, required: true } },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const role = Role.parse(args.required('role'));
    const value = await client.members.setRole({ member: args.word(1), role });
    return { value, lines: [`${value.member.name} has the role ${role} now.`] };
  },
};

export const memberRemove: Verb = {
  summary: 'Ends a membership; what was signed stays',
  words: ['DIR', 'MEMBER'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.members.setRole({ member: args.word(1), role: 'none' });
    const { member, devices } = value;
    return {
      value,
      lines: [
        `${member.name} is no longer a member. What they signed stays; what they write from now on counts for nothing.`,
        'What they copied before stays readable to them: the keys of the workspace are not changed.',
        ...devices.map(
          ({ id, name }) =>
            `Where a server is used, shut out their device ${name}: bindery sync revoke ${args.word(0)} ${id}`,
        ),
      ],
    };
  },
};

export const memberPassphrase: Verb = {
  summary: 'Changes your own passphrase and makes new keys',
  words: ['DIR'],
  flags: NEW_PASSPHRASE_FLAG,
  async run({ args, unlock, secrets }) {
    const client = await unlock(args.word(0));
    const current = await secrets.passphrase();
    const passphrase = await secrets.newPassphrase('New passphrase: ');
    const value = await client.members.changePassphrase({ current, passphrase });
    return { value, lines: [`${value.member.name} has a new passphrase and new keys.`] };
  },
};
