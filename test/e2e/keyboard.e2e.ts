import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, deskOn, keepPicture } from '../support/e2e.ts';
import { fullWorld, PASSPHRASE, REVIEWER_PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';

let shell: OpenShell;
let desk: Desk;

beforeAll(async () => {
  shell = await openBrowserShell(async (home) => {
    await fullWorld(home, 'Full');
  });
  desk = deskOn(shell.page);
});

afterAll(() => shell.close());

test('from unlock to an accepted sign-off nobody touches a mouse', async () => {
  const { page } = shell;
  await desk.settled();
  await tabTo(/^Full/);
  await desk.press('Enter');
  await typeInto('Passphrase', PASSPHRASE);
  await desk.press('Enter');
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();

  await desk.press('Alt+3');
  await page.getByRole('grid', { name: 'Controls' }).getByRole('row').nth(4).waitFor();
  for (let row = 0; row < 4; row += 1) await desk.press('j');
  await desk.press('Enter');
  await page.getByRole('complementary', { name: /^Control / }).waitFor();
  await desk.press('2');
  await page
    .getByRole('group', { name: 'Result', exact: true })
    .getByRole('button', { pressed: true, name: /Not satisfied/ })
    .waitFor();
  await desk.press('n');
  await page.keyboard.type('Seen at the quay; the list is from March.');
  await desk.press('Escape');
  await desk.reads(/^Saved \d/);
  await desk.press('p');
  await desk.reads(/signed as prepared\. It waits for a reviewer now\./);

  await desk.press('Control+k');
  await typeInto('Search or do anything', 'lock the work');
  await desk.press('Enter');
  await typeInto('Passphrase', REVIEWER_PASSPHRASE);
  await desk.press('Enter');
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();

  await desk.press('Alt+6');
  await page.getByRole('region', { name: 'Verdict' }).waitFor();
  await desk.press('a');
  await desk.reads(/accepted and signed\./);
  expect(shell.complaints).toEqual([]);
});

/** Where the focus has to be already, as after any step a person can type on. */
async function typeInto(label: string, text: string): Promise<void> {
  const field = shell.page.getByLabel(new RegExp(`^${label}( \\*)?$`)).and(shell.page.locator('input:focus'));
  await field.waitFor();
  await desk.settled();
  await shell.page.keyboard.type(text);
}

async function tabTo(name: RegExp): Promise<void> {
  const { page } = shell;
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (name.test(focused)) return;
  }
  await keepPicture(page, 'keyboard-lost');
  throw new Error(`Nothing called ${name} is reached by Tab.`);
}

test('whoever goes to a screen means its list: the next key works there, and not on the rail', async () => {
  const { page } = shell;
  const grid = page.getByRole('grid', { name: 'Controls' });
  const focused = grid.and(page.locator(':focus'));
  const open = page.getByRole('complementary', { name: /^Control / });
  await desk.goTo('Evidence');
  await desk.goTo('Controls');
  await focused.waitFor();
  await grid.getByRole('row').nth(2).waitFor();
  await desk.press('j');
  await desk.press('Enter');
  await open.waitFor();
  await desk.goTo('Controls');
  await open.waitFor({ state: 'detached' });
  await focused.waitFor();
  await desk.press('/');
  await desk.press('Alt+3');
  await focused.waitFor();
});

test('what waits for one’s review is one number on the rail, the tile and the next step', async () => {
  const { page } = shell;
  await desk.goTo('Overview');
  const tile = page.getByRole('button', { name: /^Waiting for review/ });
  const step = page.getByRole('button', { name: /Review \d+ checks?/ });
  const rail = page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: /^Review/ });
  await step.waitFor();
  const told = [await tile.innerText(), await step.innerText(), await rail.innerText()];
  const [waiting = '', next = '', badge = ''] = told.map(
    (words) => /\d+/.exec(words.replace(/^\d\n/, ''))?.[0],
  );
  expect([waiting, badge]).toEqual([next, next]);
  expect(told[0]).toContain('all for you');
  // What they may not do is not offered: they review.
  await desk.button('Open the review queue').waitFor();
  expect(await desk.button('Compose binder').count()).toBe(0);
});

test('a note that a reviewer began is still there when they come back to it', async () => {
  const { page } = shell;
  await desk.goTo('Review');
  await desk.settled();
  const note = page.getByLabel('Note to the preparer');
  await note.fill('The list is of last year.');
  await desk.goTo('Evidence');
  await desk.goTo('Review');
  await desk.settled();
  expect(await note.inputValue()).toBe('The list is of last year.');
});
