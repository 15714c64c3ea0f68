import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, deskOn, keepPicture, scrollsSideways } from '../support/e2e.ts';
import { emptyWorld, PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';

let shell: OpenShell;
let desk: Desk;

beforeAll(async () => {
  shell = await openBrowserShell((home) => emptyWorld(home, 'People'));
  desk = deskOn(shell.page);
  await desk.unlock(PASSPHRASE, 'People');
  await desk.goTo('Settings');
  await shell.page.getByText('Members', { exact: true }).click();
});
afterAll(() => shell.close());

const line = (name: string) => shell.page.getByRole('row').filter({ hasText: name });
/** Of the dialog; the page behind it is none of its matter. */
const violations = async () => {
  const { violations: found } = await new AxeBuilder({ page: shell.page })
    .include('[role="dialog"]')
    .analyze();
  return found.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
};
const choose = async (option: RegExp) => {
  await shell.page.getByRole('dialog').getByLabel('New role').click();
  await shell.page.getByRole('option', { name: option }).click();
};

test('nobody changes their own role', async () => {
  expect(await shell.page.getByRole('button', { name: /^Change role…/ }).count()).toBe(0);
});

test('a member is given another role', async () => {
  const { page } = shell;
  await desk.button('Add member').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Rita Weber');
  await dialog.getByLabel('Passphrase', { exact: true }).fill('words that only Rita knows');
  await dialog.getByLabel(/again/i).fill('words that only Rita knows');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  await desk.reads('Rita Weber is a member now');
  await line('Rita Weber').getByRole('button', { name: 'Change role… of Rita Weber' }).click();
  await choose(/^Auditor/);
  expect(await violations()).toEqual([]);
  await dialog.getByRole('button', { name: 'Change role' }).click();
  await desk.reads('Rita Weber is Auditor now.');
  await line('Rita Weber').getByText('works and signs as preparer').waitFor();
});

test('ending a membership says first what it does, and the list says that they left', async () => {
  await line('Rita Weber').getByRole('button', { name: 'Change role… of Rita Weber' }).click();
  await choose(/^No longer a member/);
  await desk.reads('Rita Weber comes in no more.');
  await keepPicture(shell.page, 'member-leaves');
  expect(await violations()).toEqual([]);
  await shell.page.getByRole('button', { name: 'End the membership of Rita Weber' }).click();
  await desk.reads('Rita Weber is no longer a member.');
  await line('Rita Weber').getByText('No longer works here; what they signed stays.').waitFor();
  expect(
    await line('Rita Weber')
      .getByRole('button', { name: /^Change role/ })
      .count(),
  ).toBe(0);
});

test('on a narrow page the list of members scrolls within itself', async () => {
  const { page } = shell;
  await page.setViewportSize({ width: 560, height: 900 });
  await desk.settled();
  await keepPicture(page, 'members-narrow');
  expect(await scrollsSideways(page)).toBe(false);
  const list = page.getByRole('region', { name: 'Members and their roles' });
  expect(await list.evaluate((part) => part.scrollWidth > part.clientWidth)).toBe(true);
});
