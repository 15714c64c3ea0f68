// One side of the sync benchmark in a process of its own, so that its memory and CPU are its own.
//   sync-child.ts push DIR N INVITE-FILE    writes N edits, then meets the server; leaves an invite for the next
//   sync-child.ts pull DIR N INVITE-FILE    begins an empty copy and fetches everything
// The last line is JSON: seconds of the exchange, CPU seconds, peak memory, seconds of writing, what was got.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { append } from '../../core/ledger/append.ts';
import { sha256 } from '../../core/ledger/keys.ts';
import { systemPorts } from '../../core/ports.ts';
import { connect, connectedServer } from '../../core/sync/server/connection.ts';
import { joinByInvite, makeInvite } from '../../core/sync/server/join.ts';
import { syncOnce } from '../../core/sync/server/sync.ts';
import { createWorkspace } from '../../core/workspace/create-workspace.ts';
import { get } from '../../db/sql.ts';
import { assessmentId } from '../../shared/domain/identity.ts';
import { readInvite, writeInvite } from '../../shared/sync/invite.ts';

const [what, dir = '', count = '1000', inviteFile = '', url = ''] = process.argv.slice(2);
const n = Number(count);
const PASSPHRASE = 'bench passphrase';

function meter(): () => { s: number; cpu: number; rssMB: number } {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const used = process.cpuUsage(cpu);
    return {
      s: (performance.now() - begun) / 1000,
      cpu: (used.user + used.system) / 1e6,
      rssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  };
}

/** The invite as it goes through a counting proxy at another address. */
function throughProxy(text: string): string {
  const invite = readInvite(text);
  if (invite === null) throw new Error('no invite');
  return writeInvite(url === '' ? invite : { ...invite, url });
}

async function push(): Promise<void> {
  const { open } = await createWorkspace(systemPorts, {
    dir: join(dir, 'desk'),
    name: 'Bench',
    member: 'Ada',
    passphrase: PASSPHRASE,
  });
  writeFileSync(join(dir, 'workspace.txt'), open.workspace);
  const local = meter();
  for (let i = 0; i < n; i += 1) {
    const id = assessmentId(sha256, 'bench', `control-${i}`, 'whole');
    const record = `assessment:${id}`;
    const about = { engagement: 'bench', target: `control-${i}`, targetKind: 'control', subject: 'whole' };
    append(open, 'assess@1', [
      { record, field: 'about', value: about },
      { record, field: 'note', value: `implemented; reviewed by auditor #${i % 997} v${i}` },
    ]);
  }
  const localS = local().s;
  // The harness makes room at the server once it knows the workspace.
  process.stdout.write('WRITTEN\n');
  const operator = await invited(join(dir, 'operator.txt'));
  await connect(open, { invite: throughProxy(operator) });
  const server = connectedServer(open);
  const measured = meter();
  const done = await syncOnce(open, server);
  const { s, cpu, rssMB } = measured();
  server.close();
  writeFileSync(inviteFile, (await makeInvite(open, 1)).invite);
  open.close();
  process.stdout.write(
    `${JSON.stringify({ syncS: s, cpu, rssMB, localS, got: done.sent.entries, bytes: done.sent.bytes })}\n`,
  );
}

async function invited(file: string): Promise<string> {
  for (;;) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function pull(): Promise<void> {
  const measured = meter();
  const open = await joinByInvite(systemPorts, {
    dir: join(dir, 'laptop'),
    invite: throughProxy(readFileSync(inviteFile, 'utf8')),
    passphrase: PASSPHRASE,
    device: 'Laptop',
  });
  const { s, cpu, rssMB } = measured();
  const got = get<{ n: number }>(open.db, "SELECT count(*) n FROM entry WHERE action = 'assess@1'")?.n ?? 0;
  open.close();
  process.stdout.write(`${JSON.stringify({ syncS: s, cpu, rssMB, localS: 0, got })}\n`);
}

await (what === 'push' ? push() : pull());
process.exit(0);
