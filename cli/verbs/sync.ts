import { readFileSync, writeFileSync } from 'node:fs';
import { SyncReport, type SyncStatus } from '../../shared/contract/sync.ts';
import { refuse } from '../../shared/fault.ts';
import { count, facts } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';

const INVITE_FLAG = {
  invite: {
    value: 'FILE',
    summary: 'Read the invite from a file; it is a secret until it is used',
    required: true,
  },
} as const;
const PROXY_FLAG = {
  proxy: { value: 'URL', summary: 'Reach the server through this proxy: http://host:port' },
};

export const sync: Verb = {
  summary: 'Meets the sync server once: entries and evidence both ways',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock, workbench }) {
    const client = await unlock(args.word(0));
    const report = SyncReport.parse(await workbench.follow(await client.sync.now()));
    const value = {
      ...report,
      sent: report.sent.entries,
      received: report.received.entries,
      segments: { sent: report.sent.segments, received: report.received.segments },
      bytes: { sent: report.sent.bytes, received: report.received.bytes },
    };
    return { value, lines: reportLines(report) };
  },
};

function reportLines(report: SyncReport): string[] {
  const { files } = report;
  return [
    ...CONTACT_LINES[report.contact],
    ...facts([
      ['Sent', `${count(report.sent.entries, 'entry', 'entries')}, ${count(files.sent, 'file')}`],
      ['Received', `${count(report.received.entries, 'entry', 'entries')}, ${count(files.received, 'file')}`],
      ['Conflicts', report.conflicts],
      ['Set aside', report.quarantined],
      ['Waiting', report.waiting],
      ['Evidence not here yet', report.missing],
    ]),
    ...(report.damaged > 0
      ? [`${count(report.damaged, 'file')} from the server did not match the ledger and was thrown away.`]
      : []),
  ];
}

const CONTACT_LINES: Readonly<Record<SyncReport['contact'], readonly string[]>> = {
  first: [],
  continues: [],
  'went-back': [
    'The server went back to an earlier state. What it had lost and this copy has was given to it again.',
  ],
  exchanged: ['The server is another one, or began anew. What this copy has was given to it.'],
};

export const syncStatus: Verb = {
  summary: 'How this copy stands with its sync server, without asking it',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.sync.status();
    return { value, lines: statusLines(value) };
  },
};

function statusLines(status: SyncStatus): string[] {
  const { connection } = status;
  if (connection === null) {
    return [
      'This copy is not connected to a sync server.',
      `Whoever runs one makes room for the workspace ${status.workspace} and gives you an invite for "sync connect".`,
    ];
  }
  return [
    ...facts([
      ['Server', harmless(connection.url)],
      ['Its key', connection.serverKeyId],
      ['Last met', status.metAt ?? 'never'],
      ['To send', count(status.toSend.entries + status.unsealed, 'entry', 'entries')],
      ['Conflicts', status.conflicts],
      ['Set aside', status.quarantined],
      ['Waiting', status.waiting],
    ]),
    ...(connection.paused ? ['Meeting it in the background is paused.'] : []),
    ...(status.problem === null ? [] : [harmless(`Last try: ${status.problem}`)]),
  ];
}

export const syncConnect: Verb = {
  summary: 'Connects this copy to a sync server by an invite',
  words: ['DIR'],
  flags: { ...INVITE_FLAG, ...PROXY_FLAG },
  async run({ args, path, unlock }) {
    const client = await unlock(args.word(0));
    const invite = readInviteFile(path(args.required('invite')));
    const value = await client.sync.connect({ invite, proxy: args.text('proxy') ?? null });
    return { value, lines: statusLines(value) };
  },
};

export const syncInvite: Verb = {
  summary: 'Makes an invite for one new device',
  words: ['DIR'],
  flags: {
    out: { value: 'FILE', summary: 'Write the invite to a new file', required: true },
    hours: { value: 'N', summary: 'How long it is good for; 24 where nothing is said' },
    administers: { summary: 'Let the new device invite others and shut them out' },
  },
  async run({ args, path, unlock }) {
    const out = path(args.required('out'));
    const client = await unlock(args.word(0));
    const hours = args.text('hours');
    const { invite, expiresAt } = await client.sync.invite({
      administers: args.has('administers'),
      ...(hours === undefined ? {} : { hours: Number(hours) }),
    });
    writeFileSync(out, `${invite}\n`, { mode: 0o600, flag: 'wx' });
    const value = { file: out, expiresAt };
    return {
      value,
      lines: [
        harmless(`The invite is in ${out}. It is good for one device until ${expiresAt}.`),
        'Carry it by a way that others do not read; the new device also asks for a member’s passphrase.',
      ],
    };
  },
};

export const syncJoin: Verb = {
  summary: 'Makes a copy of a workspace in a new folder from its sync server, by an invite',
  words: ['DIR'],
  flags: {
    ...INVITE_FLAG,
    ...PROXY_FLAG,
    device: { value: 'NAME', summary: 'Name of this machine' },
  },
  async run({ args, path, secrets, workbench }) {
    const invite = readInviteFile(path(args.required('invite')));
    const passphrase = await secrets.passphrase();
    const client = await workbench.client();
    const [device, member] = [args.text('device'), args.text('member')];
    const value = await client.workspace.join({
      dir: path(args.word(0)),
      invite,
      passphrase,
      proxy: args.text('proxy') ?? null,
      ...(device === undefined ? {} : { device }),
      ...(member === undefined ? {} : { member }),
    });
    return {
      value,
      lines: [
        harmless(
          `"${value.workspace.name}" is here now, as the device ${value.device.name} of ${value.member.name}.`,
        ),
      ],
    };
  },
};

export const syncDevices: Verb = {
  summary: 'Lists the devices that the sync server lets in',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.sync.devices();
    return { value, lines: deviceLines(value.devices) };
  },
};

export const syncRevoke: Verb = {
  summary: 'Ends a device’s access to the sync server',
  words: ['DIR', 'DEVICE'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const named = args.word(1);
    const { devices } = await client.sync.devices();
    const matches = devices.filter(
      (row) => row.id === named || row.name.toLowerCase() === named.toLowerCase(),
    );
    const [device, ...others] = matches;
    if (device === undefined) return refuse({ code: 'not-found', what: 'device', id: named });
    if (others.length > 0) {
      refuse({
        code: 'conflict',
        detail: 'Several devices are called so.',
        candidates: matches.map((row) => row.id),
      });
    }
    const value = await client.sync.revoke({ device: device.id });
    return { value, lines: deviceLines(value.devices) };
  },
};

function deviceLines(
  devices: readonly {
    id: string;
    name: string;
    here: boolean;
    lastContact: string | null;
    revokedAt: string | null;
    administers: boolean;
  }[],
): string[] {
  return devices.map((row) =>
    harmless(
      `${row.name}${row.here ? ' (this copy)' : ''}${row.administers ? ', lets devices in and out' : ''}: ${row.revokedAt === null ? `last met ${row.lastContact ?? 'never'}` : `shut out on ${row.revokedAt}`}  ${row.id}`,
    ),
  );
}

export const syncPause: Verb = {
  summary: 'Stops meeting the server in the background; --off goes on',
  words: ['DIR'],
  flags: { off: { summary: 'Go on' } },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.sync.pause({ paused: !args.has('off') });
    return { value, lines: statusLines(value) };
  },
};

export const syncDisconnect: Verb = {
  summary: 'Forgets the sync server; what was exchanged stays',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.sync.disconnect();
    return { value, lines: statusLines(value) };
  },
};

function readInviteFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, 4000);
  } catch {
    return refuse({ code: 'not-found', what: 'invite file', id: file });
  }
}
