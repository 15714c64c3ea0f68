import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCore } from '../../core/index.ts';
import { type Desk, deskOn, keepPicture } from '../support/e2e.ts';
import { PASSPHRASE, REVIEWER_PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';
import { startSyncServer, type TestServer } from '../support/sync-server.ts';
import { OWN_CATALOG } from '../support/whole-way.ts';
import { CHEAP } from '../support/workspaces.ts';

let server: TestServer;
let here: OpenShell;
let there: OpenShell;
let desk: Desk;
let laptop: Desk;
let workspace: string;
let control: string;
let stopped = false;

beforeAll(async () => {
  server = await startSyncServer();
  here = await openBrowserShell(async (home) => {
    const core = await createCore({ shell: 'test', home, cost: CHEAP });
    const api = core.client;
    await api.workspace.create({ name: 'Quay', member: 'Ana Oñate', passphrase: PASSPHRASE, device: 'Desk' });
    await api.members.add({ name: 'Boris Жук', role: 'auditor', passphrase: REVIEWER_PASSPHRASE });
    const { files } = await api.frameworks.import({ files: [{ path: OWN_CATALOG }] });
    const frameworks = files.flatMap((file) => (file.framework ? [file.framework.id] : []));
    await api.engagements.create({ name: 'Harbour 2026', frameworks, subjects: [] });
    control = (await api.controls.list({ limit: 1, withdrawn: false })).rows[0]?.id ?? '';
    workspace = (await api.sync.status()).workspace;
    await core.close();
  });
  there = await openBrowserShell();
  desk = deskOn(here.page);
  laptop = deskOn(there.page);
  await desk.unlock(PASSPHRASE, 'Quay');
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await keepPicture(here.page, 'sync-desk');
  await keepPicture(there.page, 'sync-laptop');
});
afterAll(async () => {
  await here?.close();
  await there?.close();
  if (!stopped) await server?.stop();
});

const violations = async (shell: OpenShell) => {
  const { violations: found } = await new AxeBuilder({ page: shell.page }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};

async function note(shell: OpenShell, text: string): Promise<void> {
  const { page } = shell;
  await page.evaluate((id) => {
    location.hash = `#/controls/${id}`;
  }, control);
  const field = page.getByLabel('Note', { exact: true }).first();
  await field.fill(text);
  await field.blur();
}

describe('two workbenches and a server', () => {
  let invite = '';

  test('the first says what it needs, and connects by the operator’s invite', async () => {
    await desk.goTo('Sync');
    await here.page.getByText('Server', { exact: true }).first().click();
    await desk.reads('This copy works alone.');
    await desk.reads(workspace);
    expect(await violations(here)).toEqual([]);
    await keepPicture(here.page, 'sync-alone');
    await desk.field('Invite').fill('bindery-invite-1.nonsense');
    await desk.reads('This is not an invite.');
    await desk.field('Invite').fill(await server.firstInvite(workspace));
    await desk.reads(`To ${server.url}.`);
    await desk.button('Connect').click();
    await desk.reads('In step');
    await desk.reads('Desk');
    expect(await violations(here)).toEqual([]);
    await keepPicture(here.page, 'sync-connected');
  });

  test('invites a second, which joins from an empty disk', async () => {
    await desk.button('Invite a device…').click();
    await desk.button('Make the invite').click();
    invite = await here.page.getByRole('dialog').locator('textarea').first().inputValue();
    await here.page.keyboard.press('Escape');
    await laptop.button('Join from a server').click();
    await laptop.field('Invite').fill(invite);
    await laptop.field('Passphrase').fill(REVIEWER_PASSPHRASE);
    await laptop.field('Name of this device').fill('Laptop');
    expect(await violations(there)).toEqual([]);
    await laptop.button('Join').click();
    await there.page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await laptop.goTo('Sync');
    await laptop.reads('In step');
    await laptop.reads('Laptop');
    await laptop.reads('An owner or administrator invites devices');
  });

  test('both set the same note apart while paused; both values are shown when they meet, and one key decides', async () => {
    for (const [one, shell] of [
      [desk, here],
      [laptop, there],
    ] as const) {
      await one.goTo('Sync');
      await shell.page.getByRole('switch', { name: 'Meet the server in the background' }).click();
      await one.reads('Paused');
    }
    await note(here, 'Seen at the quay.');
    await note(there, 'Seen in the office.');
    for (const one of [desk, laptop, desk]) {
      await one.goTo('Sync');
      await one.button(/^Sync now/).click();
      await one.reads(/sent|Nothing was new/);
      await one.settled();
    }
    await desk.button(/^Sync now/).click();
    const box = here.page.getByRole('region', { name: 'Conflict: Note' });
    await box.waitFor();
    expect((await box.locator('.conflict-value').allInnerTexts()).sort()).toEqual([
      'Seen at the quay.',
      'Seen in the office.',
    ]);
    await box.getByText('Boris Жук on Laptop').waitFor();
    await box.getByText('Ana Oñate on Desk').waitFor();
    await keepPicture(here.page, 'sync-conflict');
    expect(await violations(here)).toEqual([]);
    const [kept = ''] = await box.locator('.conflict-value').allInnerTexts();
    await desk.press('1');
    await box.waitFor({ state: 'detached' });
    await desk.goTo('Sync');
    await desk.button(/^Sync now/).click();
    await desk.reads(/1 entry sent/);
    await laptop.goTo('Sync');
    await laptop.button(/^Sync now/).click();
    await laptop.reads(/received/);
    await there.page.evaluate((id) => {
      location.hash = `#/controls/${id}`;
    }, control);
    await there.page.getByLabel('Note', { exact: true }).first().waitFor();
    expect(await there.page.getByLabel('Note', { exact: true }).first().inputValue()).toBe(kept);
  });

  test('what one writes reaches the other by itself while neither is paused', async () => {
    for (const [one, shell] of [
      [desk, here],
      [laptop, there],
    ] as const) {
      await one.goTo('Sync');
      await shell.page.getByRole('switch', { name: 'Meet the server in the background' }).click();
    }
    await note(here, 'Told by itself.');
    await there.page.evaluate((id) => {
      location.hash = `#/controls/${id}`;
    }, control);
    await there.page.waitForFunction(
      () => [...document.querySelectorAll('textarea')].some((one) => one.value === 'Told by itself.'),
      null,
      { timeout: 60_000 },
    );
  });

  test('a server that is gone is told on, and nothing is lost by it', async () => {
    await server.stop();
    stopped = true;
    await desk.goTo('Sync');
    await desk.button(/^Sync now/).click();
    await desk.reads(/Not reached/);
    await keepPicture(here.page, 'sync-gone');
    expect(await violations(here)).toEqual([]);
  });

  test('the pages called nobody but their own shell', () => {
    // A server that is gone makes their shell answer 503, and browsers note that.
    const told = [...here.complaints, ...there.complaints].filter((line) => !/status of 503/.test(line));
    expect(told).toEqual([]);
  });
});
