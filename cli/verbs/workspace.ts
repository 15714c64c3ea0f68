import { count, facts } from '../lines.ts';
import { NEW_PASSPHRASE_FLAG } from '../secrets.ts';
import type { Verb } from '../verb.ts';

export const init: Verb = {
  summary: 'Creates an encrypted workspace in a new or empty folder',
  words: ['DIR'],
  flags: {
    name: { value: 'NAME', summary: 'Name of the workspace', required: true },
    member: { value: 'NAME', summary: 'Your name; you become its owner', required: true },
    marking: { value: 'TEXT', summary: 'Classification shown on every screen and page' },
    device: { value: 'NAME', summary: 'Name of this machine' },
  },
  async run({ args, path, secrets, workbench }) {
    const passphrase = await secrets.passphrase('choosing');
    const client = await workbench.client();
    const marking = args.text('marking');
    const device = args.text('device');
    const value = await client.workspace.create({
      dir: path(args.word(0)),
      name: args.required('name'),
      member: args.required('member'),
      passphrase,
      ...(marking === undefined ? {} : { marking }),
      ...(device === undefined ? {} : { device }),
    });
    return {
      value,
      lines: [
        ...facts([
          ['Workspace', value.workspace.name],
          ['Folder', value.workspace.dir],
          ['Owner', value.member.name],
        ]),
        '',
        'Recovery kit. Print it and keep it away from this machine: it opens the workspace without a passphrase.',
        '',
        `  ${value.recoveryKit}`,
      ],
    };
  },
};

export const recover: Verb = {
  summary: 'Opens a workspace by its recovery kit and sets a new passphrase and new keys',
  words: ['DIR'],
  flags: {
    'kit-file': { value: 'FILE', summary: 'Read the recovery kit from a file' },
    ...NEW_PASSPHRASE_FLAG,
  },
  async run({ args, path, secrets, workbench }) {
    const kit = await secrets.recoveryKit();
    const passphrase = await secrets.recoveredPassphrase();
    const client = await workbench.client();
    const member = args.text('member');
    const value = await client.workspace.recover({
      dir: path(args.word(0)),
      kit,
      passphrase,
      ...(member === undefined ? {} : { member }),
    });
    return {
      value,
      lines: [
        `${value.member.name} opens "${value.workspace.name}" again, with the new passphrase and new keys.`,
        'The recovery is recorded in the ledger.',
      ],
    };
  },
};

export const clone: Verb = {
  summary: 'Enrols a new device and copies the workspace for it',
  words: ['DIR', 'DIR2'],
  flags: { device: { value: 'NAME', summary: 'Name of the new device' } },
  async run({ args, path, unlock }) {
    const client = await unlock(args.word(0));
    const device = args.text('device');
    const value = await client.workspace.clone({
      target: path(args.word(1)),
      ...(device === undefined ? {} : { device }),
    });
    return {
      value,
      lines: [
        `"${value.workspace.name}" was copied to ${path(args.word(1))} for the device ${value.device.name}.`,
      ],
    };
  },
};

export const info: Verb = {
  summary: 'Counts and health of a workspace',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.workspace.info();
    const { counts } = value;
    return {
      value,
      lines: facts([
        ['Workspace', value.workspace.name],
        ['Frameworks', `${counts.frameworks} with ${count(counts.controls, 'control')}`],
        ['Checklists', `${counts.checklists} with ${count(counts.items, 'item')}`],
        ['Engagements', `${counts.engagements} with ${count(counts.assessments, 'assessment')}`],
        ['Evidence', `${counts.evidence} with ${count(counts.files, 'file')}`],
        ['Members', counts.members],
        ['Ledger', `${count(counts.entries, 'entry', 'entries')}, ${value.unsealed} not yet sealed`],
        ['Conflicts', value.conflicts],
        ['Quarantined', value.quarantined],
      ]),
    };
  },
};
