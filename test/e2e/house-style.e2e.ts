import { encode } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, deskOn } from '../support/e2e.ts';
import { emptyWorld, PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';

let shell: OpenShell;
let desk: Desk;

beforeAll(async () => {
  shell = await openBrowserShell((home) => emptyWorld(home, 'House'));
  desk = deskOn(shell.page);
  await desk.unlock(PASSPHRASE, 'House');
  await desk.goTo('Settings');
});
afterAll(() => shell.close());

const colour = () => shell.page.getByLabel('Colour', { exact: true });
const save = () => desk.button('Save house style');

test('a colour that cannot be read on paper says so and is not saved', async () => {
  await colour().fill('#ffd400');
  await desk.reads(/The colour #ffd400 has a contrast of 1\.\d on paper/);
  expect(await save().isDisabled()).toBe(true);
});

test('name, colour and logo are shown as the cover will have them, and are there after coming back', async () => {
  const { page } = shell;
  await page.getByLabel('Organisation').fill('Quay & Sons');
  await colour().fill('#1f3a93');
  const png = encode({ width: 8, height: 8, data: new Uint8Array(8 * 8 * 3).fill(90), channels: 3 });
  const chooser = page.waitForEvent('filechooser');
  await page.getByLabel('Logo', { exact: true }).click();
  await (await chooser).setFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(png) });
  const preview = page.getByRole('img', { name: 'How the head of a cover looks' });
  await preview.getByText('Quay & Sons').waitFor();
  await preview.locator('img').waitFor();
  await save().click();
  await desk.reads('The next binder looks so.');
  await desk.goTo('Overview');
  await desk.goTo('Settings');
  expect(await page.getByLabel('Organisation').inputValue()).toBe('Quay & Sons');
  expect(await colour().inputValue()).toBe('#1f3a93');
  await preview.locator('img').waitFor();
});

test('a file that is no picture is refused with what to do', async () => {
  const { page } = shell;
  const chooser = page.waitForEvent('filechooser');
  await page.getByLabel('Logo', { exact: true }).click();
  await (await chooser).setFiles({
    name: 'logo.png',
    mimeType: 'image/png',
    buffer: Buffer.from('no picture'),
  });
  await save().click();
  await desk.reads(/A logo is a PNG of at most 64 KiB/);
});
