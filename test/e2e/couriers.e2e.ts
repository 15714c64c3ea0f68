import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCore } from '../../core/index.ts';
import { type Desk, deskOn, handOver, keepPicture } from '../support/e2e.ts';
import { PASSPHRASE, REVIEWER_PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';
import { OWN_CATALOG } from '../support/whole-way.ts';
import { type Api, CHEAP, finish } from '../support/workspaces.ts';

let shell: OpenShell;
let desk: Desk;
let control: string;

beforeAll(async () => {
  shell = await openBrowserShell(async (home) => {
    control = await apart(home);
  });
  desk = deskOn(shell.page);
});
afterEach(({ task }) => (task.result?.state === 'fail' ? keepPicture(shell.page, 'couriers') : undefined));
afterAll(() => shell.close());

async function write(whom: string): Promise<string> {
  const { page } = shell;
  await desk.goTo('Sync');
  const panel = page.getByRole('region', { name: 'Write a bundle' });
  await panel
    .getByRole('combobox', { name: 'For' })
    .or(panel.getByLabel('For', { exact: true }))
    .first()
    .click();
  await page.getByRole('option', { name: new RegExp(`^${whom}`) }).click();
  await panel.getByRole('button', { name: 'Write the bundle' }).click();
  await panel.getByText(/Number 1 for/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel.getByRole('button', { name: 'Save the bundle' }).click(),
  ]);
  return download.path();
}

async function drop(file: string): Promise<void> {
  const place = shell.page.getByText('Drop a bundle here');
  await handOver(place, 'drop', { name: 'stick.courier.age', type: '', content: readFileSync(file) });
}

/** What an accessibility check finds on the screen in front. */
async function flaws(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: shell.page }).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`);
}

const noteOn = async () => {
  const { page } = shell;
  await page.evaluate((id) => {
    location.hash = `#/controls/${id}`;
  }, control);
  const note = page.getByRole('textbox', { name: /note/i }).first();
  await note.waitFor();
  return note.inputValue();
};

describe('two copies that were edited apart', () => {
  let stick: string;

  test('the first writes a bundle for the other', async () => {
    await desk.unlock(PASSPHRASE, 'Quay');
    stick = await write('Tablet');
    expect(await flaws()).toEqual([]);
    await desk.lock();
  });

  test('the other sees what it would bring, and Enter takes it in', async () => {
    const { page } = shell;
    await desk.button('Back').click();
    await desk.unlock(REVIEWER_PASSPHRASE, 'Tablet');
    await desk.goTo('Sync');
    await drop(stick);
    const report = page.getByRole('region', { name: 'Bundle stick.courier.age' });
    await report.getByText(/Number 1 from Ana Oñate on Desk/).waitFor();
    await report.getByText(/1 new conflict/).waitFor();
    await report.getByText(/“Crane 4 was checked” by Ana Oñate/).waitFor();
    await report.getByText(/“Crane 4 is missing” by Boris Жук/).waitFor();
    expect(await page.getByRole('region', { name: 'Conflict: Note' }).count()).toBe(0);
    expect(await flaws()).toEqual([]);
    await desk.press('Enter');
    await report.getByText('Taken in', { exact: true }).waitFor();
  });

  test('both sides stand with their authors, and one key keeps one', async () => {
    const { page } = shell;
    const box = page.getByRole('region', { name: 'Conflict: Note' });
    await box.getByText('Ana Oñate on Desk').waitFor();
    await box.getByText('Boris Жук on Tablet').waitFor();
    const sides = await box.locator('.conflict-value').allInnerTexts();
    const kept = sides.indexOf('Crane 4 is missing') + 1;
    await page.getByRole('heading', { level: 1 }).click();
    await desk.press(String(kept));
    await box.waitFor({ state: 'detached' });
    await desk.reads('Note: kept "Crane 4 is missing". Both sides stay in the ledger.');
    stick = await write('Desk');
    expect(await noteOn()).toBe('Crane 4 is missing');
    await desk.lock();
  });

  test('and the way back ends with the same on both', async () => {
    const { page } = shell;
    await desk.button('Back').click();
    await desk.unlock(PASSPHRASE, 'Quay');
    await desk.goTo('Sync');
    await drop(stick);
    await page.getByRole('button', { name: 'Take in' }).waitFor();
    await desk.press('Enter');
    await page
      .getByRole('region', { name: 'Bundle stick.courier.age' })
      .getByText('Taken in', { exact: true })
      .waitFor();
    expect(await page.getByRole('region', { name: 'Conflict: Note' }).count()).toBe(0);
    await drop(stick);
    await page.getByText('This bundle was taken in before').first().waitFor();
    expect(await noteOn()).toBe('Crane 4 is missing');
  });

  test('who carries a copy is said by one press', async () => {
    await desk.goTo('Sync');
    await desk.button('Sign out Tablet').click();
    await desk.reads('Tablet is out with Boris Жук.');
    await desk.button('Sign in Tablet').waitFor();
    expect(await flaws()).toEqual([]);
    expect(shell.complaints).toEqual([]);
  });
});

describe('a bundle of a device that was restored from a backup', () => {
  test('is taken in once its box is ticked, and what it would bring is seen first', async () => {
    const { page } = shell;
    await desk.goTo('Sync');
    await drop(join(shell.home, 'restored.age'));
    const report = page.getByRole('region', { name: 'Bundle stick.courier.age' });
    await report.getByText(/take it in anyway if that is what happened/).waitFor();
    const anyway = page.getByRole('checkbox', { name: 'Take it in anyway' });
    expect(await desk.button(/^Take in/).count()).toBe(0);
    await anyway.check();
    await report.getByText(/Would bring: 1 entry/).waitFor();
    expect(await anyway.isChecked()).toBe(true);
    expect(await flaws()).toEqual([]);
    await desk.button(/^Take in/).waitFor();
    await desk.press('Enter');
    await report.getByText('Taken in', { exact: true }).waitFor();
    expect(await report.innerText()).not.toContain('take it in anyway');
  });

  test('makes its history two, and no more is said than that', async () => {
    const { page } = shell;
    const panel = page.getByRole('region', { name: '1 device with two histories' });
    await panel.getByText(/Tablet wrote two histories under the same numbers/).waitFor();
    expect(await panel.getByRole('table').count()).toBe(0);
    expect(await page.getByText(/kept and not applied/).count()).toBe(0);
    expect(await flaws()).toEqual([]);
    expect(shell.complaints).toEqual([]);
  });
});

describe('a first bundle', () => {
  test('makes a copy on a new device, from the door of the workbench', async () => {
    const { page } = shell;
    await desk.lock();
    await desk.button('Back').click();
    await desk.button('Take a first bundle').click();
    await desk.pick(desk.button('Choose the first bundle'), [join(shell.home, 'first.age')]);
    await desk.field('Folder name').fill('Notebook copy');
    await desk.field('Device name').fill('Notebook');
    await desk.field('Passphrase of the bundle').fill('a word');
    await desk.field('Your passphrase').fill('not this one');
    expect(await flaws()).toEqual([]);
    await desk.button('Make the copy').click();
    await page.getByRole('alert').waitFor();
    await desk.field('Your passphrase').fill(PASSPHRASE);
    await desk.button('Make the copy').click();
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await desk.goTo('Sync');
    await page.getByRole('row', { name: /Notebook this device/ }).waitFor();
    expect(shell.complaints).toEqual([]);
  });
});

/** Two copies that know of each other and set the same note apart. */
async function apart(home: string): Promise<string> {
  const options = { shell: 'test', home, cost: CHEAP, scryptWork: 10 } as const;
  const [here, there] = await Promise.all([createCore(options), createCore(options)]);
  const { client: api } = here;
  const dir = join(home, 'Quay');
  await api.workspace.create({
    name: 'Quay',
    member: 'Ana Oñate',
    passphrase: PASSPHRASE,
    device: 'Desk',
    dir,
  });
  await api.members.add({ name: 'Boris Жук', role: 'admin', passphrase: REVIEWER_PASSPHRASE });
  const { files } = await api.frameworks.import({ files: [{ path: OWN_CATALOG }] });
  await api.engagements.create({
    name: 'Quay audit',
    frameworks: files.flatMap((file) => (file.framework ? [file.framework.id] : [])),
    subjects: [],
  });
  const first = join(home, 'first.age');
  await finish(api, api.courier.export({ first: true, passphrase: 'a word', out: first }));
  await finish(
    there.client,
    there.client.courier.begin({
      files: [{ path: first }],
      dir: join(home, 'Tablet'),
      bundlePassphrase: 'a word',
      passphrase: REVIEWER_PASSPHRASE,
      device: 'Tablet',
    }),
  );
  const restored = join(home, 'restored', 'Tablet');
  await there.client.workspace.lock();
  cpSync(join(home, 'Tablet'), restored, { recursive: true });
  await there.client.workspace.unlock({ dir: join(home, 'Tablet'), passphrase: REVIEWER_PASSPHRASE });
  const back = join(home, 'back.age');
  await finish(there.client, there.client.courier.export({ for: 'Ana Oñate', out: back }));
  await finish(api, api.courier.import({ files: [{ path: back }] }));
  const { rows } = await api.controls.list({ limit: 20, withdrawn: false });
  const [one, other] = rows.map((row) => row.id);
  if (!one || !other) throw new Error('The catalog has no two controls.');
  const edit = (on: Api, note: string) => on.assessments.set({ control: one, note });
  await edit(api, 'Crane 4 was checked');
  await edit(there.client, 'Crane 4 is missing');
  await Promise.all([here.close(), there.close()]);
  await goOnFrom(restored, other, join(home, 'restored.age'));
  return one;
}

/** The Tablet once more, from a copy of before its first bundle: it counts from there, and writes another of that number. */
async function goOnFrom(dir: string, control: string, out: string): Promise<void> {
  const core = await createCore({ shell: 'test', home: join(dir, '..'), cost: CHEAP, scryptWork: 10 });
  const { client: api } = core;
  await api.workspace.unlock({ dir, passphrase: REVIEWER_PASSPHRASE });
  await api.assessments.set({ control, note: 'Crane 5 was seen' });
  await finish(api, api.courier.export({ for: 'Ana Oñate', out }));
  await core.close();
}
