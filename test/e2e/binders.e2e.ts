import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBag } from '../../core/binder/bag/verify-bag.ts';
import { readBinder } from '../../core/binder/verify/index.ts';
import { createCore } from '../../core/index.ts';
import { companyAuthority } from '../support/company-keys.ts';
import { type Desk, deskOn, keepPicture, scrollsSideways } from '../support/e2e.ts';
import { PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';
import { OWN_CATALOG } from '../support/whole-way.ts';
import { CHEAP } from '../support/workspaces.ts';

/** What a binder can be made into at the workbench: redacted, in volumes, a bag for an archive; a packet by a key file. */
const SECRET = 'opens the key only';
const STAFF = 'Mrs Example of the payroll team shares her account with the night shift.';
let shell: OpenShell;
let desk: Desk;
let keyFile = '';

beforeAll(async () => {
  shell = await openBrowserShell(async (home) => {
    const core = await createCore({ shell: 'test', home, cost: CHEAP });
    const api = core.client;
    await api.workspace.create({ name: 'Quay', member: 'Ana Oñate', passphrase: PASSPHRASE });
    const { files } = await api.frameworks.import({ files: [{ path: OWN_CATALOG }] });
    const frameworks = files.flatMap((file) => (file.framework ? [file.framework.id] : []));
    await api.engagements.create({ name: 'Harbour 2026', frameworks, subjects: [] });
    await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: STAFF });
    const tapes = ['north.bin', 'south.bin', 'salaries.bin'].map((name) => join(home, name));
    for (const tape of tapes) writeFileSync(tape, randomBytes(400_000));
    const links = [{ control: 'AC-2' }];
    await api.evidence.add({ files: tapes.map((path) => ({ path })), links, title: 'Tapes', together: true });
    await api.packets.create({ template: 'release', title: 'Release 4', about: 'The new crane' });
    await api.engagements.create({ name: 'Harbour 2025', frameworks, subjects: [] });
    await core.close();
    keyFile = (await (await companyAuthority(home)).certify('Ana Company', 'ec', SECRET)).p12;
  });
  desk = deskOn(shell.page);
  await shell.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await desk.unlock(PASSPHRASE, 'Quay');
  await desk.goTo('Binders');
  await chooseEngagement('Harbour 2026');
}, 120_000);
afterAll(() => shell.close());

/** As somebody without a mouse: what is chosen is typed, and taken by arrow and Enter. */
async function chooseByKeys(label: string, text: string, option: RegExp): Promise<void> {
  await shell.page.getByRole('combobox', { name: label }).focus();
  await shell.page.keyboard.type(text);
  await shell.page.getByRole('option', { name: option }).waitFor();
  await desk.press('ArrowDown');
  await desk.press('Enter');
}

async function chooseEngagement(name: string): Promise<void> {
  await shell.page.getByRole('combobox', { name: 'Engagement' }).click();
  await shell.page.getByRole('option', { name }).click();
  await desk.settled();
}

async function expectClean(): Promise<void> {
  expect(await scrollsSideways(shell.page)).toBe(false);
  const { violations } = await new AxeBuilder({ page: shell.page }).setLegacyMode().analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(grave.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

const composed = () =>
  shell.page.getByRole('heading', { name: 'The binder is composed and signed' }).waitFor();

test('what is redacted is chosen by keys alone, with a reason, and may be put back', async () => {
  const { page } = shell;
  await desk.button('Redact something').focus();
  await desk.press('Enter');
  const form = page.getByRole('dialog', { name: 'Redact something' });
  await form.waitFor();
  await chooseByKeys('Note', 'night shift', /^AC-2 Accounts/);
  expect(await desk.button('Redact it').isDisabled()).toBe(true);
  await form.getByLabel('Reason').focus();
  await page.keyboard.type('Names of staff');
  await expectClean();
  await keepPicture(page, 'redact-note');
  await desk.press('Enter');
  await form.waitFor({ state: 'detached' });
  await desk.reads('Note on AC-2 Accounts');

  await desk.press('Enter');
  await form.waitFor();
  await form.getByText('A file of evidence').click();
  await chooseByKeys('Evidence', 'salaries', /Tapes/);
  await form.getByRole('combobox', { name: 'File' }).focus();
  await desk.press('Enter');
  await page.getByRole('option', { name: 'salaries.bin' }).waitFor();
  for (let n = 0; n < 4; n += 1) {
    await desk.press('ArrowDown');
    const chosen = await page.locator('[role=option][data-combobox-selected]').innerText();
    if (chosen.includes('salaries.bin')) break;
  }
  await desk.press('Enter');
  await form.getByLabel('Reason').fill('Salaries');
  await desk.press('Enter');
  await form.waitFor({ state: 'detached' });
  await desk.button(/^Keep it in: E-\S+ salaries\.bin$/).waitFor();
  await desk.button('Keep it in: Note on AC-2 Accounts').click();
  expect(await desk.button('Keep it in: Note on AC-2 Accounts').count()).toBe(0);
  await desk.button('Redact something else').click();
  await chooseByKeys('Note', 'AC-2', /^AC-2 Accounts/);
  await form.getByLabel('Reason').fill('Names of staff');
  await desk.press('Enter');
  await form.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Compose a redacted binder' }).waitFor();
  await keepPicture(page, 'binder-redacted');
  await expectClean();
});

test('what is redacted stays so in another kind of binder, and is kept for the engagement it was chosen in', async () => {
  const { page } = shell;
  const list = page.getByRole('region', { name: 'Redacted', exact: true });
  const note = desk.button('Keep it in: Note on AC-2 Accounts');
  await page.getByText('Release packet', { exact: true }).click();
  await desk.settled();
  await note.waitFor();
  await page.getByText('Evidence binder', { exact: true }).click();
  await desk.settled();
  await note.waitFor();
  await chooseEngagement('Harbour 2025');
  await list
    .getByText(/^Not redacted here, since it was chosen for Harbour 2026, .*Note on AC-2 Accounts\.$/)
    .waitFor();
  await page.getByRole('heading', { name: 'Compose Harbour 2025' }).waitFor();
  expect(await note.count()).toBe(0);
  await keepPicture(page, 'redacted-elsewhere');
  await expectClean();
  await chooseEngagement('Harbour 2026');
  await note.waitFor();
  expect(await list.getByText('Not redacted here').count()).toBe(0);
  await page.getByRole('heading', { name: 'Compose a redacted binder' }).waitFor();
});

test('a size that is none is said to be, and nothing is composed by it', async () => {
  const size = shell.page.getByRole('combobox', { name: 'Largest file' });
  expect(await size.inputValue()).toBe('2 GiB');
  for (const [typed, said] of [
    ['large', 'Write a size such as 700 MiB or 2 GiB.'],
    ['12 kB', 'A volume holds at least 1 MiB.'],
    ['10 GiB', 'A volume holds at most 9 GiB.'],
  ] as const) {
    await size.fill(typed);
    await desk.reads(said);
    expect(await desk.button('Compose and sign').isDisabled()).toBe(true);
  }
  await size.fill('1 MiB');
  await desk.press('Escape');
  await expectClean();
});

test('the redacted binder is in volumes, tells what was taken out, and holds nothing of it', async () => {
  await desk.button('Compose and sign').click();
  await composed();
  await desk.reads(/^3, this one and beside it/);
  const folder = join(shell.home, 'Binders');
  const [first = '', ...more] = readdirSync(folder).sort((a, b) => a.length - b.length);
  expect([first, ...more]).toHaveLength(3);
  expect(first).toContain('redacted');
  const { report, content } = await readBinder(join(folder, first));
  expect(report.problems).toEqual([]);
  const list = content?.manifest?.redaction?.list ?? [];
  expect(list.map(({ kind, label, reason }) => `${kind} ${label.replace(/E-\S+/, 'E-')}: ${reason}`)).toEqual(
    ['file E- salaries.bin: Salaries', expect.stringMatching(/^note Note on AC-2 .*: Names of staff$/)],
  );
  expect(JSON.stringify(content?.ledger?.state.extract)).not.toContain('Mrs Example');
  await keepPicture(shell.page, 'binder-in-volumes');
  await desk.button('Compose another').click();
});

test('a binder is saved as a bag for an archive, and its folder is one', async () => {
  const { page } = shell;
  await page.getByRole('textbox', { name: 'Title on the cover' }).fill('For the archive');
  await page.getByRole('combobox', { name: 'Largest file' }).fill('2 GiB');
  await desk.press('Escape');
  while ((await desk.button(/^Keep it in/).count()) > 0)
    await desk
      .button(/^Keep it in/)
      .first()
      .click();
  await desk.button('Compose and sign').click();
  await composed();
  await page.getByText('Earlier binders', { exact: true }).click();
  await desk
    .button('Verify: For the archive')
    .or(desk.button('Verify and countersign: For the archive'))
    .click();
  await desk.button('Save as an archive bag').focus();
  await desk.press('Enter');
  await desk.reads(/The archive bag holds \d+ files/);
  await keepPicture(page, 'binder-bag');
  await expectClean();
  const bag = readdirSync(join(shell.home, 'Binders')).find((name) => name.endsWith('archive bag')) ?? '';
  const job = { signal: new AbortController().signal, step: () => undefined };
  const report = await verifyBag(join(shell.home, 'Binders', bag), { trust: [] }, job);
  expect(report).toMatchObject({ valid: true, verdict: 'valid-unknown-signer', problems: [] });
});

test('a packet is signed with a key file', async () => {
  const { page } = shell;
  await desk.goTo('Packets');
  await page.getByText('Release 4').first().click();
  await page.getByText('A key file', { exact: true }).locator('visible=true').click();
  expect(await desk.button('Compose and sign').locator('visible=true').isDisabled()).toBe(true);
  await page.locator('input[type=file][accept*=".p12"]').last().setInputFiles(keyFile);
  await page.getByLabel('Password of the key file').locator('visible=true').fill(SECRET);
  await keepPicture(page, 'packet-key-file');
  await expectClean();
  await desk.button('Compose and sign').locator('visible=true').click();
  await page.getByRole('complementary', { name: 'Finish' }).getByRole('status').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), desk.button('Download').click()]);
  const file = join(shell.home, 'packet.pdf');
  await download.saveAs(file);
  const { report } = await readBinder(file);
  expect(report.signatures.map(({ by, valid }) => [by, valid])).toEqual([['Ana Company', true]]);
  expect(shell.complaints).toEqual([]);
});
