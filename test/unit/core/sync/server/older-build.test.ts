import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { append } from '../../../../../core/ledger/append.ts';
import { systemPorts } from '../../../../../core/ports.ts';
import { sealAndClose } from '../../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../../core/workspace/unlock-workspace.ts';
import type { SyncReport } from '../../../../../shared/contract/sync.ts';
import { ACTIONS } from '../../../../../shared/ledger/actions.ts';
import { startSyncServer, type TestServer } from '../../../../support/sync-server.ts';
import {
  type Api,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from '../../../../support/workspaces.ts';

/** What the newer build writes; in this process only what stands in the table of actions tells builds apart. */
const NEW = 'assess@99';
const known = ACTIONS as Record<string, (typeof ACTIONS)[string]>;
const newer = () => Object.assign(known, { [NEW]: known['assess@1'] });
const older = () => delete known[NEW];

const meet = (api: Api) => finish<SyncReport>(api, api.sync.now());
let servers: TestServer[] = [];
let desk: TestWorkspace;
let laptop: TestCore;
let tablet: TestCore;
let control: string;

beforeAll(async () => {
  servers = await Promise.all([startSyncServer(), startSyncServer()]);
  desk = await makeEngagement({ Rita: 'admin', Tom: 'auditor' });
  laptop = await makeCore();
  tablet = await makeCore();
  control = (await desk.api.controls.list({ limit: 1, withdrawn: false })).rows[0]?.id ?? '';
});
afterEach(older);
afterAll(async () => {
  for (const core of [desk, laptop, tablet]) await core?.close();
  for (const server of servers) await server.stop();
});

let id: string;
const noteAt = async (api: Api) => (await api.assessments.get({ assessment: id })).assessment.note;

test('an older build keeps what a newer one wrote, says so, hands it on, and takes it in once it is newer', async () => {
  const { workspace } = await desk.api.sync.status();
  const [first, second] = servers as [TestServer, TestServer];
  id = (await desk.api.assessments.set({ control, note: 'by this build' })).assessment.id;
  await desk.api.sync.connect({ invite: await first.firstInvite(workspace) });
  await meet(desk.api);
  const { invite } = await desk.api.sync.invite({});
  const laptopDir = join(laptop.home, 'w');
  await laptop.api.workspace.join({ invite, passphrase: passphraseOf('Rita'), dir: laptopDir });
  await meet(laptop.api);
  expect(await noteAt(laptop.api)).toBe('by this build');

  newer();
  await desk.api.workspace.lock();
  const open = await unlockWorkspace(systemPorts, { dir: desk.dir, passphrase: passphraseOf(OWNER) });
  append(open, NEW, [{ record: `assessment:${id}`, field: 'note', value: 'by a newer one' }]);
  sealAndClose(open);
  await desk.as(OWNER);
  await meet(desk.api);
  expect(await noteAt(desk.api)).toBe('by a newer one');

  older();
  const report = await meet(laptop.api);
  expect(report.quarantined).toBe(1);
  expect(await noteAt(laptop.api)).toBe('by this build');
  expect((await laptop.api.sync.status()).quarantined).toBe(1);
  const { intact, problems } = await finish<{
    intact: boolean;
    problems: { code: string; detail: string }[];
  }>(laptop.api, laptop.api.ledger.verify({}));
  expect(intact).toBe(true);
  expect(problems).toEqual([expect.objectContaining({ code: expect.stringContaining('quarantine') })]);
  expect(JSON.stringify(problems)).toContain(`does not know the action ${NEW}`);

  // Through the older copy alone, over another server, to a third.
  await laptop.api.sync.disconnect();
  await laptop.api.sync.connect({ invite: await second.firstInvite(workspace) });
  await meet(laptop.api);
  newer();
  const on = await laptop.api.sync.invite({});
  await tablet.api.workspace.join({
    invite: on.invite,
    passphrase: passphraseOf('Tom'),
    dir: join(tablet.home, 'w'),
  });
  await meet(tablet.api);
  expect(await noteAt(tablet.api)).toBe('by a newer one');

  // The older copy is updated: it takes in what it kept when it is next opened.
  await laptop.api.workspace.lock();
  await laptop.api.workspace.unlock({ dir: laptopDir, passphrase: passphraseOf('Rita') });
  expect(await noteAt(laptop.api)).toBe('by a newer one');
  expect((await laptop.api.sync.status()).quarantined).toBe(0);
});
