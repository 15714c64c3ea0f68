import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCore } from '../../core/index.ts';
import { type Desk, deskOn } from '../support/e2e.ts';
import { PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';
import { OWN_CATALOG } from '../support/whole-way.ts';
import { CHEAP } from '../support/workspaces.ts';

let shell: OpenShell;
let desk: Desk;

/** An engagement with one piece of evidence about Payroll, asked for and given. */
async function answeredWorld(home: string): Promise<void> {
  const core = await createCore({ shell: 'test', home, cost: CHEAP });
  const api = core.client;
  await api.workspace.create({ name: 'Register', member: 'Ana Oñate', passphrase: PASSPHRASE });
  const { files } = await api.frameworks.import({ files: [{ path: OWN_CATALOG }] });
  const frameworks = files.flatMap((file) => (file.framework ? [file.framework.id] : []));
  await api.engagements.create({ name: 'Quay audit', frameworks });
  const path = join(home, 'accounts.txt');
  writeFileSync(path, 'tide\ncrane\n');
  const { request } = await api.register.ask({ title: 'Accounts of Payroll', for: 'AC-2' });
  const { evidence } = await api.evidence.add({ files: [{ path }], systems: ['Payroll'] });
  await api.register.answer({ request: request.row.id, evidence: evidence.map(({ id }) => id) });
  await core.close();
}

beforeAll(async () => {
  shell = await openBrowserShell(answeredWorld);
  desk = deskOn(shell.page);
  await desk.unlock(PASSPHRASE, 'Register');
  await desk.goTo('Evidence');
});
afterAll(() => shell.close());

test('a material change of a system is declared, and says how much evidence it touches', async () => {
  await desk.button('Declare a change').click();
  const form = shell.page.getByRole('dialog');
  await form.getByText(/^Still needed: the systems that changed and what changed\.$/).waitFor();
  await form.getByLabel('What changed').fill('New identity provider');
  await form.getByPlaceholder('Payroll').fill('Payroll');
  await shell.page.keyboard.press('Enter');
  await form.getByRole('button', { name: 'Declare the change' }).click();
  await desk.reads('Declared. 1 record about Payroll to look at again.');
});

test('the register leaves as a file that a spreadsheet opens', async () => {
  const [download] = await Promise.all([
    shell.page.waitForEvent('download'),
    desk.button('Export CSV').click(),
  ]);
  const file = join(shell.home, 'register.csv');
  await download.saveAs(file);
  expect(download.suggestedFilename()).toMatch(/^evidence register \d{4}-\d\d-\d\d\.csv$/);
  expect(readFileSync(file, 'utf8')).toMatch(/Control ID.*\r?\n.*AC-2.*Payroll/s);
});

test('a change of evidence says before and after what it voids, and is taken back', async () => {
  const { page } = shell;
  await page.getByRole('row').filter({ hasText: 'accounts.txt' }).click();
  const owner = page.getByLabel('Owner');
  await owner.fill('Mia');
  await desk.reads('Saving voids the sign-offs of what it is linked to.');
  await desk.button('Save changes').click();
  await desk.reads(/ changed\. Sign-offs that rest on it are void until signed again\.$/);
  await desk.button('Undo').click();
  await desk.reads(/ is again as it was\.$/);
  expect(await owner.inputValue()).toBe('');
});

test('a cadence is stated for a control that exists, changed, removed and taken back', async () => {
  const { page } = shell;
  await page.getByRole('tab', { name: 'Cadences' }).click();
  await desk.button('New cadence').click();
  const form = page.getByRole('dialog');
  await form.getByLabel('For the control').fill('XX-9');
  await form.getByLabel('Refreshed every … days').fill('14');
  await form.getByRole('button', { name: 'Save cadence' }).click();
  await form.getByRole('alert').waitFor();
  await form.getByLabel('For the control').fill('ac-2');
  await form.getByRole('button', { name: 'Save cadence' }).click();
  await page.getByRole('cell', { name: 'every 14 days' }).waitFor();
  await page.getByRole('cell', { name: /^AC-2 / }).waitFor();
  await desk.button('Change the cadence of AC-2').click();
  await form.getByLabel('Attested every … days').fill('60');
  await form.getByRole('button', { name: 'Save cadence' }).click();
  await page.getByRole('cell', { name: 'every 60 days' }).waitFor();
  await desk.button('Remove the cadence of AC-2').click();
  await desk.reads('No cadence is stated');
  await desk.button('Undo').click();
  await page.getByRole('cell', { name: 'every 60 days' }).waitFor();
});

test('an answer is written as a package into a folder that is named', async () => {
  const { page } = shell;
  await page.getByRole('tab', { name: 'Requests' }).click();
  await page.getByRole('row').filter({ hasText: 'Accounts of Payroll' }).click();
  await desk.button('Write answer package').click();
  await desk.reads(/^It holds 1 file of 1 piece of evidence/);
  const [folder = ''] = readdirSync(join(shell.home, 'Answers'));
  expect(folder).toMatch(/^Accounts of Payroll /);
  expect(existsSync(join(shell.home, 'Answers', folder, 'SHA256SUMS'))).toBe(true);
  expect(shell.complaints).toEqual([]);
});

test('a dropped folder is taken in with all that is in it', async () => {
  const { page } = shell;
  const folder = join(shell.home, 'handed over');
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(join(folder, 'berths.txt'), 'one\n');
  writeFileSync(join(folder, 'deep', 'cranes.txt'), 'two\n');
  await desk.goTo('Evidence');
  await desk.press('Escape');
  const area = await page.locator('.drop-area').first().boundingBox();
  if (area === null) throw new Error('the evidence screen takes no drop');
  const browser = await page.context().newCDPSession(page);
  const at = { x: area.x + area.width / 2, y: area.y + area.height / 2 };
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await desk.reads(/^2 files taken into the vault\./);
  for (const name of ['berths.txt', 'cranes.txt']) await page.getByRole('gridcell', { name }).waitFor();
});
