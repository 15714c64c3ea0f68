import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, deskOn } from '../support/e2e.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';

describe('the sample', () => {
  let shell: OpenShell;
  let desk: Desk;

  beforeAll(async () => {
    shell = await openBrowserShell();
    desk = deskOn(shell.page);
  });
  afterAll(() => shell.close());

  test('is built at one press, says how far it is, and opens on a programme in the middle of its work', async () => {
    const { page } = shell;
    await desk.button('Open the sample').click();
    await desk.reads(/Week \d+ of 26/);
    await page.getByRole('navigation', { name: 'Screens' }).waitFor({ timeout: 60_000 });
    await desk.goTo('Programme');
    await desk.reads('Security and compliance');
    await desk.reads(/gaps open/);
    await desk.goTo('Packets');
    await desk.reads('Release 4.2');
    await desk.reads('Something is missing');
  });

  test('is seen from the side of another of its people', async () => {
    await desk.lock();
    await desk.unlock('lindqvist sample');
    await desk.goTo('Review');
    await desk.reads(/^OPS-08/);
    await shell.page.getByRole('button', { name: /^Accept and sign/ }).waitFor();
    expect(shell.complaints).toEqual([]);
  });
});
