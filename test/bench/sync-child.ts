// One side of the sync benchmark in a process of its own, so that its memory and CPU are its own.
//   sync-child.ts create DIR          makes a workspace; prints its id
//   sync-child.ts begin DIR INVITE    meets the server; prints an invite for another device
//   sync-child.ts join  DIR INVITE    makes the other device's copy, still empty
//   sync-child.ts write DIR EDITS     writes so many edits
//   sync-child.ts push  DIR EDITS     meets the server and gives them to it
//   sync-child.ts crowd DIR "N D"     D devices join, each writes an equal part of N edits and meets the server
//   sync-child.ts pull  DIR EDITS     meets the server and takes them in
//   sync-child.ts check DIR           compares the rows with a replay of the ledger
// The last line is JSON. RANDOM_VALUES=1 makes values that do not compress.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UNWATCHED } from '../../core/jobs.ts';
import { append } from '../../core/ledger/append.ts';
import { verifyWorkspace } from '../../core/ledger/verify-workspace.ts';
import { systemPorts } from '../../core/ports.ts';
import { connect, connectedServer } from '../../core/sync/server/connection.ts';
import { joinByInvite, makeInvite } from '../../core/sync/server/join.ts';
import { syncOnce } from '../../core/sync/server/sync.ts';
import { createWorkspace } from '../../core/workspace/create-workspace.ts';
import type { OpenWorkspace } from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import { get } from '../../db/sql.ts';
import type { Json } from '../../shared/ledger/canonical.ts';

const [what = '', dir = '', given = ''] = process.argv.slice(2);
const passphrase = 'a passphrase for the bench';
const unlock = (copy: string) => unlockWorkspace(systemPorts, { dir: join(dir, copy), passphrase });

/** Ten fields in words; the list of systems holds one word. */
const FIELDS = [
  ...['title', 'note', 'owner', 'verification', 'source', 'proofLink', 'reviewer', 'riskIfStale', 'marking'],
  'systems',
];
/** Edits that are written in one transaction, as the other systems are given them. */
const AT_ONCE = 1000;

interface Edit {
  readonly record: string;
  readonly field: string;
  readonly value: string;
}

/** Edit i sets one of ten fields of one of n/10 records, all first fields first: the workload all systems are given. */
function edit(i: number, n: number): Edit {
  const records = Math.max(1, Math.floor(n / FIELDS.length));
  const field = FIELDS[Math.floor(i / records) % FIELDS.length] ?? 'note';
  const value =
    process.env.RANDOM_VALUES === '1'
      ? createHash('sha256').update(`v${i}`).digest('base64').slice(0, 40)
      : `implemented; reviewed by auditor #${i % 997} v${i}`;
  return { record: `evidence:ctl-${i % records}`, field, value };
}

function meter(): () => { s: number; cpu: number; peakMb: number } {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    return { s: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6, peakMb };
  };
}

/** Every edit is an entry of its own, hashed into the chain. */
function write(open: OpenWorkspace, n: number, begin = 0, end = n): void {
  for (let from = begin; from < end; from += AT_ONCE)
    open.db.transaction(() => {
      for (let i = from; i < Math.min(end, from + AT_ONCE); i += 1) writeOne(open, edit(i, n));
    })();
}

function writeOne(open: OpenWorkspace, { record, field, value }: Edit): void {
  const draft = { record, field, value: field === 'systems' ? [value] : value };
  // Evidence has a row from the revision on that it is added with.
  const files: Json = { revision: 1, files: [] };
  if (field === FIELDS[0]) append(open, 'evidence.add@2', [draft, { record, field: 'files', value: files }]);
  else append(open, 'evidence.update@2', [draft]);
}

async function exchange(open: OpenWorkspace) {
  const server = connectedServer(open);
  const measured = meter();
  const done = await syncOnce(open, server);
  const figures = measured();
  server.close();
  return { ...figures, sent: done.sent.entries, applied: done.applied };
}

/** A further copy of the same member's. */
async function joined(copy: string): Promise<OpenWorkspace> {
  const desk = await unlock('desk');
  const { invite } = await makeInvite(desk, { hours: 1, administers: false });
  desk.close();
  return joinByInvite(systemPorts, { dir: join(dir, copy), invite, passphrase, device: copy });
}

const PARTS: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  create: async () => {
    const made = { dir: join(dir, 'desk'), name: 'Bench', member: 'Ada', passphrase };
    const { open } = await createWorkspace(systemPorts, made);
    open.close();
    return { workspace: open.workspace };
  },
  begin: async () => {
    const open = await unlock('desk');
    await connect(open, { invite: given });
    await exchange(open);
    const { invite } = await makeInvite(open, { hours: 1, administers: true });
    open.close();
    return { invite };
  },
  join: async () => {
    const wish = { dir: join(dir, 'laptop'), invite: given, passphrase, device: 'Laptop' };
    const measured = meter();
    (await joinByInvite(systemPorts, wish)).close();
    return measured();
  },
  write: async () => {
    const open = await unlock('desk');
    const local = meter();
    write(open, Number(given));
    open.close();
    return local();
  },
  push: async () => {
    const open = await unlock('desk');
    const done = await exchange(open);
    open.close();
    return done;
  },
  crowd: async () => {
    const [edits = 0, devices = 1] = given.split(' ').map(Number);
    const sum = { s: 0, cpu: 0, peakMb: 0, sent: 0, applied: 0 };
    for (let device = 0; device < devices; device += 1) {
      const open = device === 0 ? await unlock('desk') : await joined(`device-${device}`);
      const from = (part: number) => Math.floor((edits * part) / devices);
      write(open, edits, from(device), from(device + 1));
      const done = await exchange(open);
      sum.s += done.s;
      sum.cpu += done.cpu;
      sum.sent += from(device + 1) - from(device);
      sum.peakMb = done.peakMb;
      open.close();
    }
    return sum;
  },
  pull: async () => {
    const open = await unlock('laptop');
    const done = await exchange(open);
    const rows = get<{ n: number }>(open.db, 'SELECT count(*) n FROM evidence')?.n ?? 0;
    open.close();
    return { ...done, rows };
  },
  check: async () => {
    const open = await unlock('laptop');
    const { intact, rebuild } = await verifyWorkspace(open, true, UNWATCHED);
    open.close();
    return { intact, differences: rebuild?.differences.length ?? null };
  },
};

const answer = await PARTS[what]?.();
process.stdout.write(`${JSON.stringify(answer)}\n`);
process.exit(0);
