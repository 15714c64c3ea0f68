import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, deskOn, handOver, keepPicture } from '../support/e2e.ts';
import { emptyWorld, PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';

let shell: OpenShell;
let desk: Desk;
/** Where somebody else's command line made a workspace, which this workbench has never heard of. */
let elsewhere: string;

beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'bindery-elsewhere-'));
  await emptyWorld(elsewhere, 'Salt store');
  shell = await openBrowserShell();
  desk = deskOn(shell.page);
});
afterEach(({ task }) => (task.result?.state === 'fail' ? keepPicture(shell.page, 'door') : undefined));
afterAll(async () => {
  await shell.close();
  await rm(elsewhere, { recursive: true, force: true });
});

describe('a workspace folder that was never opened here', () => {
  test('is told apart from a folder that is none', async () => {
    await desk.button('Open a folder').click();
    await desk.field('Folder').fill(elsewhere);
    await desk.field('Passphrase').fill(PASSPHRASE);
    await desk.button('Unlock').click();
    await desk.reads('There is no workspace in this folder.');
    // A refusal that the page tells is no fault, and is not in the browser's console as one.
    expect(shell.complaints).toEqual([]);
  });

  test('is opened by its path, also one pasted with its quotes', async () => {
    await desk.field('Folder').fill(`"${join(elsewhere, 'Salt store')}"`);
    await desk.field('Passphrase').fill(PASSPHRASE);
    await desk.button('Unlock').click();
    await desk.reads('Salt store');
    await shell.page.getByRole('navigation', { name: 'Screens' }).waitFor();
  });
});

describe('a file whose name reads backwards', () => {
  const file = { name: 'dropped \u202egnp.txt', type: 'text/plain', content: 'tide\n' };

  test('is shown with the mark that turns it, in messages, lists and details alike', async () => {
    const { page } = shell;
    await desk.goTo('Evidence');
    await handOver(page.locator('.drop-area').first(), 'drop', file);
    const row = page.getByRole('gridcell', { name: 'dropped [U+202E]gnp.txt' });
    await row.click();
    await page.getByRole('heading', { level: 2, name: 'dropped [U+202E]gnp.txt' }).waitFor();
    await desk.reads('tide');
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search or do anything' }).fill('dropped');
    await page.getByRole('dialog').getByText('dropped [U+202E]gnp.txt').first().waitFor();
    expect(await page.locator('body').innerText()).not.toContain('\u202e');
  });
});

describe('locking', () => {
  test('takes every message and every dialog off the screen, and says by name what is locked', async () => {
    const { page } = shell;
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await desk.goTo('Settings');
    await desk.field('Marking').fill('Internal');
    await desk.button('Save settings').click();
    await desk.reads('Settings saved.');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('lock the work');
    await desk.press('Enter');
    await desk.field('Passphrase').waitFor();
    await desk.reads('Salt store');
    // Sooner than it would have gone by itself.
    await page.getByText('Settings saved.').waitFor({ state: 'detached', timeout: 1000 });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('leaves the list of workspaces to whoever goes back to it while work is still being sealed', async () => {
    const { page } = shell;
    await desk.unlock(PASSPHRASE);
    let seal: () => void = () => undefined;
    let answer: () => void = () => undefined;
    const sealed = new Promise<void>((resolve) => (seal = resolve));
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/workspace/lock', async (route) => {
      await sealed;
      await route.continue();
    });
    await page.route('**/workspace/recent', async (route) => {
      await answered;
      await route.continue();
    });
    await desk.button('Lock').click();
    const asked = page.waitForRequest('**/workspace/recent');
    await desk.button('Back').click();
    await asked;
    const closed = page.waitForResponse('**/workspace/session');
    seal();
    await closed;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
    answer();
    await desk
      .button(/Salt store/)
      .first()
      .waitFor();
    await page.unrouteAll();
  });
});
