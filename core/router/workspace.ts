import { readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve as absolute, join } from 'node:path';
import { schemaVersion } from '../../db/migrate.ts';
import { countConflicts } from '../../db/queries/history.ts';
import { countHeld, countUnsealed } from '../../db/queries/ledger.ts';
import { workspaceRow } from '../../db/queries/people.ts';
import { infoCounts } from '../../db/queries/records.ts';
import { get } from '../../db/sql.ts';
import type { Session } from '../../shared/contract/workspace.ts';
import { diskName } from '../evidence/file-name.ts';
import type { Host } from '../host.ts';
import { ledgerKeyOf } from '../members/member-keys.ts';
import { addMember, changePassphrase, listMembers } from '../members/members.ts';
import { setRole } from '../members/roles.ts';
import { cloneWorkspace } from '../workspace/clone-workspace.ts';
import { configure, lockAfter, settings } from '../workspace/configure.ts';
import { createWorkspace } from '../workspace/create-workspace.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { recoverWorkspace } from '../workspace/recover-workspace.ts';
import { unlockWorkspace } from '../workspace/unlock-workspace.ts';
import { api } from './base.ts';
import { demandDisk } from './disk.ts';

/** Who is working where, as the status line shows it. */
export function sessionOf(ws: OpenWorkspace): Session {
  const row = workspaceRow(ws.db);
  const member = ws.member();
  const newest = get<{ time: string | null }>(
    ws.db,
    'SELECT max(e.time) time FROM entry e JOIN segment s ON s.writer = e.writer AND e.seq = s.from_seq + s.count - 1 WHERE e.writer = ?',
    ws.writer.id,
  );
  return {
    workspace: { id: ws.workspace, name: row?.name ?? '', dir: ws.paths.dir, marking: row?.marking ?? '' },
    member: {
      id: member.id,
      name: member.name,
      role: member.role,
      passphraseSetByOther: member.passphraseSetByOther,
    },
    device: { id: ws.device.id, name: ws.device.name },
    lockAfterMinutes: lockAfter(ws),
    ledger: {
      entries: infoCounts(ws.db).entries,
      unsealed: countUnsealed(ws.db),
      sealedAt: newest?.time?.slice(0, 24) ?? null,
    },
    conflicts: countConflicts(ws.db),
  };
}

/** The folder of a new workspace: the one named, or one of its name in the home of workspaces. */
export function folderFor(host: Host, name: string, dir: string | undefined): string {
  return dir === undefined ? join(host.options.home, diskName(name, new Set())) : absolute(dir);
}

export function workspaceRouter(host: Host) {
  const at = api.workspace;
  return {
    recent: at.recent.handler(() => host.recent()),
    forget: at.forget.handler(({ input }) => {
      host.forget(input.dir);
      return {};
    }),
    create: at.create.handler(async ({ input }) => {
      const dir = folderFor(host, input.name, input.dir);
      const { open, recoveryKit } = await createWorkspace(host.ports, {
        ...input,
        dir,
        cost: host.options.cost,
      });
      host.adopt(open);
      const { workspace, member } = sessionOf(open);
      return {
        workspace: { id: workspace.id, name: workspace.name, dir },
        member: { id: member.id, name: member.name },
        recoveryKit,
      };
    }),
    join: at.join.handler(async ({ input }) => {
      const dir = folderFor(host, 'Joined workspace', input.dir);
      const { joinByInvite } = await import('../sync/server/join.ts');
      const open = await joinByInvite(host.ports, { ...input, dir, device: input.device ?? hostname() });
      host.adopt(open);
      return sessionOf(open);
    }),
    sample: at.sample.handler(() =>
      host.jobs.start('sample', 'Building the sample workspace', async (job) => {
        const { buildSample } = await import('../sample/build-sample.ts');
        const sample = await buildSample(host.ports, host.options, job);
        host.adopt(sample.open);
        return { session: sessionOf(sample.open), people: sample.people };
      }),
    ),
    unlock: at.unlock.handler(async ({ input }) => {
      if (host.current?.paths.dir === absolute(input.dir)) host.lock();
      host.adopt(await unlockWorkspace(host.ports, input));
      return sessionOf(host.demand('read'));
    }),
    lock: at.lock.handler(() => ({ locked: host.lock() })),
    recover: at.recover.handler(async ({ input }) => {
      if (host.current?.paths.dir === absolute(input.dir)) host.lock();
      const open = await recoverWorkspace(host.ports, input);
      host.adopt(open);
      const { workspace, member } = sessionOf(open);
      return {
        member: { id: member.id, name: member.name },
        workspace: { id: workspace.id, name: workspace.name },
      };
    }),
    session: at.session.handler(() => {
      host.lockIfLeft();
      return host.current === null ? null : sessionOf(host.current);
    }),
    info: at.info.handler(() => info(host.demand('read'))),
    settings: at.settings.handler(() => settings(host.demand('read'))),
    configure: at.configure.handler(({ input }) => {
      const ws = host.demand('read');
      configure(ws, input);
      host.wrote('session');
      return settings(ws);
    }),
    clone: at.clone.handler(({ input }) => {
      demandDisk(host, [input.target]);
      const ws = host.demand('administer');
      const device = cloneWorkspace(ws, input.target, input.device);
      host.wrote('members');
      return {
        workspace: { id: ws.workspace, name: workspaceRow(ws.db)?.name ?? '' },
        device: { id: device.id, name: device.name },
      };
    }),
  };
}

function info(ws: OpenWorkspace) {
  const row = workspaceRow(ws.db);
  const quarantined =
    get<{ n: number }>(ws.db, "SELECT count(*) n FROM entry WHERE state = 'quarantine'")?.n ?? 0;
  return {
    workspace: { id: ws.workspace, name: row?.name ?? '' },
    counts: infoCounts(ws.db),
    conflicts: countConflicts(ws.db),
    unsealed: countUnsealed(ws.db),
    quarantined: quarantined + countHeld(ws.db, 'quarantine'),
    bytes: { database: statSync(ws.paths.database).size, vault: folderSize(ws.paths.vault) },
    schema: schemaVersion(ws.db),
  };
}

function folderSize(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

export function membersRouter(host: Host) {
  return {
    list: api.members.list.handler(() => listMembers(host.demand('read'))),
    add: api.members.add.handler(async ({ input }) => {
      const member = await addMember(host.demand('administer'), input);
      host.wrote('members');
      return { member };
    }),
    setRole: api.members.setRole.handler(({ input }) => {
      const changed = setRole(host.demand('administer'), input);
      host.wrote('members');
      return changed;
    }),
    changePassphrase: api.members.changePassphrase.handler(async ({ input }) => {
      const ws = host.demand('read');
      const { secrets, slot } = await changePassphrase(ws, input);
      host.replace({ ...ws, secrets, slot, ledgerKey: ledgerKeyOf(secrets) });
      const { id, name } = ws.member();
      return { member: { id, name } };
    }),
  };
}
