import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCore } from '../../core/index.ts';
import { type Desk, deskOn, handOver, keepPicture } from '../support/e2e.ts';
import { PASSPHRASE, REVIEWER_PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';
import { OWN_CATALOG } from '../support/whole-way.ts';
import { type Api, CHEAP, finish } from '../support/workspaces.ts';

let shell: OpenShell;
let desk: Desk;
/** A control whose result two copies set apart. */
let disputed: string;

beforeAll(async () => {
  shell = await openBrowserShell(async (home) => {
    const laptop = await mkdtemp(join(tmpdir(), 'bindery-laptop-'));
    disputed = await twoCopies(home, laptop).finally(() => rm(laptop, { recursive: true, force: true }));
  });
  desk = deskOn(shell.page);
  await desk
    .button(/\bQuay\b/)
    .first()
    .click();
  await desk.unlock(PASSPHRASE);
});
afterEach(({ task }) =>
  task.result?.state === 'fail' ? keepPicture(shell.page, 'apart-and-back') : undefined,
);
afterAll(() => shell.close());

describe('a value that two copies set apart', () => {
  test('is counted on the overview, which leads to it', async () => {
    const { page } = shell;
    await desk.goTo('Overview');
    await desk.reads('Resolve 1 conflict');
    await desk.press('1');
    await page.getByRole('region', { name: 'Conflict: Result' }).waitFor();
    await desk.reads(/Result was set apart; 2 values are kept/);
  });

  test('shows both sides on the record, and one key keeps one', async () => {
    const { page } = shell;
    await page.evaluate((id) => {
      location.hash = `#/controls/${id}`;
    }, disputed);
    const box = page.getByRole('region', { name: 'Conflict: Result' });
    await box.getByText('Boris Жук on Laptop').waitFor();
    expect((await box.locator('.conflict-value').allInnerTexts()).sort()).toEqual([
      'not satisfied',
      'satisfied',
    ]);
    await box.getByText('Ana Oñate on').waitFor();
    const [kept = ''] = await box.locator('.conflict-value').allInnerTexts();
    await desk.press('[');
    await desk.reads(`Result: kept "${kept}". Both sides stay in the ledger.`);
    await box.waitFor({ state: 'detached' });
    await page
      .getByRole('group', { name: 'Result', exact: true })
      .getByRole('button', { pressed: true, name: new RegExp(`^\\W*${kept}`, 'i') })
      .waitFor();
    await desk.goTo('Ledger');
    await page.getByText('Conflicts', { exact: true }).click();
    await desk.reads('No conflicts');
  });
});

describe('a change of many controls at once', () => {
  test('is taken back by one press, and each control is as it was', async () => {
    const { page } = shell;
    await desk.goTo('Controls');
    const rows = page.getByRole('grid', { name: 'Controls' }).getByRole('row');
    await rows.nth(3).waitFor();
    const results = () => page.getByRole('gridcell').filter({ hasText: /Not applicable/ });
    const before = await rows.allInnerTexts();
    await desk.press('j');
    for (let row = 0; row < 3; row += 1) {
      await desk.press('x');
      await desk.press('j');
    }
    await desk.reads('3 selected');
    await desk.press('3');
    await desk.reads('3 controls: not applicable.');
    await results().nth(2).waitFor();
    await desk.button('Undo').click();
    await desk.reads(/^Taken back: /);
    await results().first().waitFor({ state: 'detached' });
    expect(await rows.allInnerTexts()).toEqual(before);
  });
});

describe('a next step', () => {
  test('lands on the record in its lane, which takes the keys', async () => {
    const { page } = shell;
    await desk.goTo('Overview');
    await page.getByRole('button', { name: /Sign \d checks? as preparer/ }).click();
    await page.getByRole('button', { name: /^To sign/, pressed: true }).waitFor();
    const current = page.getByRole('region', { name: 'Queue' }).locator('[aria-current="true"]');
    const label = (await current.locator('code').innerText()).trim();
    await page.getByRole('article', { name: new RegExp(`^${label.replace(/[()]/g, '\\$&')} `) }).waitFor();
    await desk.press('p');
    await desk.reads(`${label} signed as prepared.`);
  });
});

describe('on paper', () => {
  afterAll(async () => {
    await shell.page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await shell.page.emulateMedia({ media: 'screen' });
  });

  test('every entry of the ledger stands, and nothing of the screen around it', async () => {
    const { page } = shell;
    await desk.goTo('Ledger');
    const entries = page.getByRole('grid', { name: 'Ledger' }).getByRole('row');
    await entries.nth(2).waitFor();
    // What was signed a moment ago is in the list before it is counted below it.
    await desk.settled();
    const all = /^(\d+) entries/.exec(await page.locator('.list-foot').innerText())?.[1];
    await page.setViewportSize({ width: 1280, height: 240 });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    expect(await entries.count()).toBe(Number(all) + 1);
    const last = await entries.last().boundingBox();
    expect(last?.y).toBeGreaterThan(240);
    expect(await page.getByRole('navigation', { name: 'Screens' }).isVisible()).toBe(false);
    expect(await desk.button('Seal now').isVisible()).toBe(false);
    await page.setViewportSize({ width: 1280, height: 720 });
  });
});

describe('evidence that has a new revision', () => {
  test('keeps the one before, which comes back byte for byte', async () => {
    const { page } = shell;
    await desk.goTo('Evidence');
    await page.getByRole('row', { name: /accounts\.txt/ }).click();
    const record = page.getByRole('complementary', { name: 'Evidence record' });
    await record.getByRole('button', { name: 'Download accounts.txt' }).waitFor();
    const next = join(shell.home, 'accounts-2.txt');
    writeFileSync(next, 'tide\n');
    await desk.pick(record.getByRole('button', { name: 'New revision' }), [next]);
    const earlier = record.getByRole('region', { name: '1 earlier revision' });
    await earlier.getByText('Revision 1').waitFor();
    await earlier.getByText('Ana Oñate').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      earlier.getByRole('button', { name: 'Download accounts.txt' }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toBe('tide\ncrane\n');
  });
});

describe('a binder that its composer signed', () => {
  test('is countersigned by the reviewer in the workbench, and then both signatures are named', async () => {
    const { page } = shell;
    await desk.lock();
    await desk.unlock(REVIEWER_PASSPHRASE);
    await desk.goTo('Binders');
    await page.getByText('Verify', { exact: true }).click();
    await drop('quay.pdf', join(shell.home, 'quay.pdf'));
    await page.getByRole('region', { name: 'Verification of quay.pdf' }).waitFor();
    await desk.button('Countersign').click();
    await page.getByRole('menuitem', { name: 'Countersign as reviewer' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      desk.button('Download countersigned binder').click(),
    ]);
    const signed = join(shell.home, 'signed.pdf');
    await download.saveAs(signed);
    expect(download.suggestedFilename()).toBe('quay countersigned.pdf');
    // The new verdict is in front by itself, and the file that was handed out gets the same.
    const after = page.getByRole('region', { name: 'Verification of quay countersigned.pdf' });
    await after.getByText('Boris Жук').first().waitFor();
    await drop('signed.pdf', signed, after);
    const report = page.getByRole('region', { name: 'Verification of signed.pdf' });
    await report.getByText(/^Whole and unchanged/).waitFor();
    const signatures = report.getByRole('region', { name: 'Signatures' });
    await signatures.getByText('Ana Oñate').first().waitFor();
    await signatures.getByText('Boris Жук').first().waitFor();
    expect(shell.complaints).toEqual([]);
  });

  async function drop(name: string, path: string, place = shell.page.getByText('Drop a binder here')) {
    await handOver(place, 'drop', { name, type: 'application/pdf', content: readFileSync(path) });
  }
});

/** A workspace that came back together after two people worked on a copy each. */
async function twoCopies(home: string, laptop: string): Promise<string> {
  const [here, there] = await Promise.all([
    createCore({ shell: 'test', home, cost: CHEAP }),
    createCore({ shell: 'test', home: laptop, cost: CHEAP }),
  ]);
  const { client: api } = here;
  await api.workspace.create({ name: 'Quay', member: 'Ana Oñate', passphrase: PASSPHRASE });
  await api.members.add({ name: 'Boris Жук', role: 'admin', passphrase: REVIEWER_PASSPHRASE });
  const { files } = await api.frameworks.import({ files: [{ path: OWN_CATALOG }] });
  await api.engagements.create({
    name: 'Quay audit',
    frameworks: files.flatMap((file) => (file.framework ? [file.framework.id] : [])),
    subjects: [],
  });
  const copy = join(laptop, 'copy');
  await api.workspace.clone({ target: copy, device: 'Laptop' });
  await there.client.workspace.unlock({ dir: copy, passphrase: REVIEWER_PASSPHRASE });
  const { rows } = await api.controls.list({ limit: 20, withdrawn: false });
  const [control, other] = rows.map((row) => row.id);
  if (!control || !other) throw new Error('The catalog has no controls.');
  await api.assessments.set({ control, result: 'satisfied' });
  await there.client.assessments.set({ control, result: 'not-satisfied' });
  await bring(there.client, api, join(laptop, 'carried'));
  await api.assessments.set({ control: other, result: 'satisfied' });
  writeFileSync(join(laptop, 'accounts.txt'), 'tide\ncrane\n');
  await api.evidence.add({ files: [{ path: join(laptop, 'accounts.txt') }], links: [] });
  await finish(api, api.binders.compose({ out: join(home, 'quay.pdf') }));
  await Promise.all([here.close(), there.close()]);
  return control;
}

async function bring(from: Api, to: Api, folder: string): Promise<void> {
  await from.ledger.export({ out: folder });
  await to.ledger.import({ from: folder });
}
