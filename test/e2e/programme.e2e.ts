import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, deskOn, handOver, keepPicture } from '../support/e2e.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';

const OWNER = { name: 'Ana Oñate', passphrase: 'kelp lantern 41 omega' };

describe('a programme from a template to its lockdown', () => {
  let shell: OpenShell;
  let desk: Desk;

  beforeAll(async () => {
    shell = await openBrowserShell();
    desk = deskOn(shell.page);
  });
  afterAll(() => shell.close());

  // Each step stands on the one before, so after a failure the rest would only wait.
  let broken = false;
  beforeEach(() => {
    if (broken) throw new Error('An earlier step failed.');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || broken) return;
    broken = true;
    await keepPicture(shell.page, 'programme-way');
  });

  const tab = (name: string) => shell.page.getByRole('tab', { name, exact: true }).click();

  test('it is started from a template, and its dates are counted from its first day', async () => {
    const { page } = shell;
    await desk.createWorkspace('Harbour', OWNER.name, OWNER.passphrase);
    await desk.goTo('Programme');
    await desk.button('Start from a template').click();
    const form = page.getByRole('dialog');
    await form.getByLabel(/^Fortune-50 readiness in 90 days/).check();
    await form.getByLabel('Name').fill('Readiness 2027');
    await form.getByLabel('First day', { exact: true }).fill('1 Feb 2027');
    await form.getByLabel('Name').focus();
    await form.getByText('Ends on 02 May 2027').waitFor();
    await desk.button('Start the programme').click();
    await page.getByRole('heading', { level: 1, name: 'Programme' }).waitFor();
    await desk.reads('Readiness 2027');
  });

  test('a risk is accepted with compensating controls until a day, and stays so in the register', async () => {
    const { page } = shell;
    await tab('Risks');
    await page.getByRole('grid', { name: 'Risks' }).getByRole('row').nth(1).click();
    await page.getByRole('complementary', { name: 'Risk' }).waitFor();
    await desk.press('a');
    const form = page.getByRole('form', { name: 'Accept this risk' });
    await form.getByLabel('Reason').fill('The old console goes away with the next release.');
    await form.getByLabel('Compensating controls').fill('Two people read its log each morning.');
    await form.getByLabel('Expires on', { exact: true }).fill('30 Jun 2027');
    await form.getByRole('button', { name: `Accept this risk as ${OWNER.name}` }).click();
    await desk.reads('Risk accepted in your name; it is in the ledger for good.');
    await desk.reads('until 30 Jun 2027');
    await page
      .getByRole('complementary', { name: 'Risk' })
      .getByText(/Accepted$/)
      .first()
      .waitFor();
  });

  test('a field is changed in place and is there after coming back', async () => {
    const { page } = shell;
    await desk.field('Owner').fill('Mia Okafor');
    await desk.field('Due').click();
    await desk.button('Close the risk').click();
    await page.getByRole('grid', { name: 'Risks' }).getByText('Mia Okafor').waitFor();
  });

  test('a criterion is attested in one’s own name', async () => {
    const { page } = shell;
    await tab('Gates and phases');
    const unsaid = page.getByRole('button', { name: /Not known yet$/ });
    await unsaid.first().click();
    await page.getByRole('button', { name: /^Attest\b/ }).click({ trial: true });
    await desk.press('t');
    const form = page.getByRole('form', { name: 'Attest' });
    await form.getByLabel('Statement').fill('Walked through it with the owner.');
    await form.getByRole('button', { name: `Attest as ${OWNER.name}` }).click();
    await desk.reads(`Attested as met by ${OWNER.name}; it is in the ledger for good.`);
    await desk.reads('Walked through it with the owner.');
  });

  test('a KPI is measured and shown against its target', async () => {
    const { page } = shell;
    await tab('Measures');
    await page.getByRole('complementary', { name: 'KPI' }).waitFor();
    await desk.press('m');
    await page.keyboard.type('3');
    await desk.button('Record').click();
    await desk.reads(/^3.* recorded; it is in the ledger for good\.$/);
    await page.getByRole('table').getByText(OWNER.name).waitFor();
  });

  test('a release packet refuses to be final until it is filled, and then is', async () => {
    const { page } = shell;
    await desk.goTo('Packets');
    await desk.button('Begin a packet').click();
    const form = page.getByRole('dialog');
    await form.getByLabel(/^Release packet/).check();
    await form.getByLabel('What it is about').fill('Release 4.2');
    await form.getByRole('button', { name: 'Begin the packet' }).click();
    await page.getByRole('heading', { name: 'What blocks it' }).waitFor();
    expect(await desk.button('Make it final').isDisabled()).toBe(true);
    await fillSections();
    await page.getByRole('heading', { name: 'Nothing blocks it' }).waitFor();
    await desk.button('Make it final').click();
    await desk.reads('Release packet is final in your name.');
  });

  test('a word changed afterwards is shown as a difference', async () => {
    const { page } = shell;
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('button').first().click();
    await page.getByLabel('In words').fill('Changed after it was final.');
    await desk.reads('Changed after it was final');
    await page.getByRole('heading', { name: /^Changed since: \d+ difference/ }).waitFor();
  });

  test('a handover packet keeps the customer’s word with the signed paper', async () => {
    const { page } = shell;
    await desk.goTo('Packets');
    await page.getByRole('button', { name: /^New packet/ }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel(/^Customer handover/).check();
    await form.getByLabel('What it is about').fill('Production');
    await form.getByRole('button', { name: 'Begin the packet' }).click();
    await page.getByRole('heading', { name: 'What blocks it' }).waitFor();
    await fillSections();
    await desk.button('Make it final').click();
    await desk.button('Capture the sign-off').click();
    const word = page.getByRole('form', { name: 'Customer sign-off' });
    await word.getByLabel('Name').fill('Jo Haddad');
    await word.getByLabel('Organisation').fill('Quay Logistics');
    await word.getByLabel('In their words').fill('We have everything we asked for.');
    await page
      .locator('input[type=file]')
      .last()
      .setInputFiles({
        name: 'letter.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('Signed: Jo Haddad'),
      });
    await word.getByRole('button', { name: 'Capture it' }).click();
    await page.getByRole('button', { name: /letter\.txt/ }).waitFor();
    await desk.reads('We have everything we asked for.');
  });

  test('the period is locked down with a reason, and what comes later needs one too', async () => {
    const { page } = shell;
    await desk.goTo('Programme');
    await tab('Period');
    const form = page.getByRole('form', { name: 'Lock down' });
    await form.getByLabel('Reason').fill('The pilot ends here; the rest goes into the next period.');
    await form.getByLabel(/^Leave open what is open/).check();
    await form.getByRole('button', { name: 'Lock down' }).click();
    await page.getByRole('heading', { name: 'Locked down' }).waitFor();
    await page.getByLabel('Add something late for this reason').fill('The signed letter came by post.');
    await desk.button('Add late').click();
    await desk.reads('What you add now is marked as late');
    expect(shell.complaints).toEqual([]);
  });

  /** Works through every section that is missing: a value, a text, and evidence where it is asked for. */
  async function fillSections(): Promise<void> {
    const { page } = shell;
    const sections = page.getByRole('navigation', { name: 'Sections' }).getByRole('button');
    for (const section of await sections.all()) {
      if ((await section.getByRole('img', { name: 'Missing' }).count()) === 0) continue;
      await section.click();
      const title = (await section.locator('.gate-title').innerText()).trim();
      const panel = page.getByRole('region', { name: title, exact: true });
      await panel.waitFor();
      for (const value of await panel.getByRole('spinbutton').all()) await value.fill('11');
      for (const day of await panel.getByPlaceholder('e.g. 31 Jan 2027').all()) {
        await day.fill('21 Nov 2026');
        await day.press('Enter');
      }
      const words = panel.getByLabel('In words');
      if ((await words.count()) > 0) await words.fill(`What there is to say about ${title}.`);
      if ((await panel.getByRole('heading', { name: /^Evidence, at least/ }).count()) > 0)
        await handOver(panel.locator('.drop-area').first(), 'drop', {
          name: `${title}.txt`,
          type: 'text/plain',
          content: `Shown: ${title}.`,
        });
      await section.getByRole('img', { name: 'Filled' }).waitFor();
    }
  }
});
