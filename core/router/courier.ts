import { existsSync, mkdirSync } from 'node:fs';
import { resolve as absolute, join } from 'node:path';
import { countConflicts } from '../../db/queries/history.ts';
import { devices, memberNames, workspaceRow } from '../../db/queries/people.ts';
import type { CourierExported, CourierImported } from '../../shared/contract/courier.ts';
import type { FileSource } from '../../shared/contract/frameworks.ts';
import type { CourierTo } from '../../shared/domain/courier.ts';
import { refuse } from '../../shared/fault.ts';
import { refuseInTheWay } from '../binder/in-the-way.ts';
import { withVerifiable } from '../binder/verifiable.ts';
import { diskName } from '../evidence/file-name.ts';
import type { Host } from '../host.ts';
import { beginCopy } from '../sync/courier/begin-copy.ts';
import { carryCopy } from '../sync/courier/carry-copy.ts';
import { exportBundle } from '../sync/courier/export-bundle.ts';
import { findRecipient } from '../sync/courier/recipients.ts';
import { courierState } from '../sync/courier/state.ts';
import { takeBundles } from '../sync/courier/take-bundle.ts';
import { verifyBundle } from '../sync/courier/verify-bundle.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { api } from './base.ts';
import { demandDisk, pathsOf } from './disk.ts';
import { folderFor, sessionOf } from './workspace.ts';

export function courierRouter(host: Host) {
  const at = api.courier;
  return {
    state: at.state.handler(() => courierState(host.demand('read'))),
    export: at.export.handler(({ input }) => {
      demandDisk(host, [input.out]);
      const ws = host.demand('read');
      const to = recipientOf(ws, input);
      const out = input.out === undefined ? suggestedFile(host, ws, to) : absolute(input.out);
      if (existsSync(out) && !input.force) refuseInTheWay(out, 'a file of yours');
      return host.jobs.start('courier', 'Writing the bundle', async (job): Promise<CourierExported> => {
        const made = await exportBundle(ws, { ...input, to, out, work: host.options.scryptWork }, job);
        host.wrote('ledger');
        const [file = out] = made.files;
        const conflicts = countConflicts(ws.db);
        const sent = made.entries;
        return { ...made, file, to: nameOf(ws, to), sent, received: 0, conflicts, quarantined: 0 };
      });
    }),
    import: at.import.handler(({ input }) => {
      demandDisk(host, pathsOf(input.files));
      const ws = host.demand('read');
      return host.jobs.start('courier', 'Taking bundles in', async (job): Promise<CourierImported> => {
        const passphrases = input.passphrase === undefined ? [] : [input.passphrase];
        const bundles = await withFiles(host, input.files, (files, named) =>
          takeBundles(ws, { ...input, files, passphrases }, job).then((reports) =>
            reports.map((report) => ({
              ...report,
              files: report.files.map((file) => named.get(file) ?? file),
            })),
          ),
        );
        if (bundles.some(({ taken }) => taken)) {
          host.tookIn();
        }
        const sum = (of: 'applied' | 'quarantined') =>
          bundles.reduce((total, { content }) => total + (content?.[of] ?? 0), 0);
        return {
          bundles,
          sent: 0,
          received: sum('applied'),
          conflicts: countConflicts(ws.db),
          quarantined: sum('quarantined'),
        };
      });
    }),
    begin: at.begin.handler(({ input }) => {
      demandDisk(host, [input.dir, ...pathsOf(input.files)]);
      const dir = folderFor(host, input.name ?? 'Copy', input.dir);
      return host.jobs.start('courier', 'Making a copy from a bundle', async (job) => {
        const open = await withFiles(host, input.files, (files) =>
          beginCopy(host.ports, { ...input, dir, files }, job),
        );
        host.adopt(open);
        return sessionOf(open);
      });
    }),
    verify: at.verify.handler(({ input }) => {
      demandDisk(host, pathsOf(input.files));
      return host.jobs.start('verify', 'Verifying the bundle', (job) =>
        withFiles(host, input.files, (files) => verifyBundle(files, input.passphrase, job)),
      );
    }),
    carry: at.carry.handler(({ input }) => {
      const ws = host.demand('read');
      const device = deviceCalled(ws, input.device);
      const carried = carryCopy(ws, { ...input, device });
      host.wrote('members');
      return { device: device.name, carried };
    }),
  };
}

function recipientOf(
  ws: OpenWorkspace,
  input: { readonly for?: string | undefined; readonly first: boolean },
): CourierTo {
  if (input.for !== undefined) return findRecipient(ws, input.for);
  if (input.first) return { kind: 'anyone' };
  return refuse({ code: 'usage', detail: 'Say whom the bundle is for: a device or a member.' });
}

function nameOf(ws: OpenWorkspace, to: CourierTo): string {
  if (to.kind === 'anyone') return 'whoever has the passphrase';
  const known = to.kind === 'member' ? memberNames(ws.db).get(to.id) : undefined;
  return known ?? devices(ws.db).find(({ id }) => id === to.id)?.name ?? to.id;
}

/** Where bundles go that are fetched through the file door. */
function suggestedFile(host: Host, ws: OpenWorkspace, to: CourierTo): string {
  const folder = join(host.options.home, 'Bundles');
  mkdirSync(folder, { recursive: true });
  const whom = to.kind === 'anyone' ? 'first copy' : `for ${nameOf(ws, to)}`;
  const stem = diskName(`${workspaceRow(ws.db)?.name ?? 'Workspace'} ${whom}`, new Set());
  for (let n = 1; ; n += 1) {
    const file = join(folder, `${stem}${n === 1 ? '' : ` ${n}`}.courier.age`);
    if (!existsSync(file)) return file;
  }
}

function deviceCalled(ws: OpenWorkspace, text: string) {
  const found = devices(ws.db).filter(
    ({ id, name }) => id === text || name.toLowerCase() === text.toLowerCase(),
  );
  const [one] = found;
  if (one === undefined) return refuse({ code: 'not-found', what: 'device', id: text });
  if (found.length === 1) return one;
  return refuse({
    code: 'conflict',
    detail: `Several devices are called ${text}.`,
    candidates: found.map(({ id }) => id),
  });
}

/** Runs with paths to all files; uploads stand in a private folder as long as they are read. */
async function withFiles<T>(
  host: Host,
  sources: readonly FileSource[],
  run: (paths: string[], named: ReadonlyMap<string, string>) => Promise<T>,
  paths: string[] = [],
  named: Map<string, string> = new Map(),
): Promise<T> {
  const [first, ...rest] = sources;
  if (first === undefined) return run(paths, named);
  return withVerifiable(host, first, (path, name) => {
    named.set(path, name);
    return withFiles(host, rest, run, [...paths, path], named);
  });
}
