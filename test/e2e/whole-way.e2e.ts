import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, deskOn, handOver, keepPicture, SCREENSHOT } from '../support/e2e.ts';
import { type OpenShell, SHELLS } from '../support/shell.ts';
import { OWN_CATALOG, OWN_PLAN } from '../support/whole-way.ts';

const OWNER = { name: 'Ana Oñate', passphrase: 'kelp lantern 41 omega' };
const REVIEWER = { name: 'Boris Жук', passphrase: 'copper violin 87 delta' };

describe.each(SHELLS)('from an empty disk to a verified binder $name', (kind) => {
  let shell: OpenShell;
  let desk: Desk;
  let binder: string;
  const present = test.runIf(kind.present);

  beforeAll(async () => {
    if (!kind.present) return;
    shell = await kind.open();
    desk = deskOn(shell.page);
  });
  afterAll(async () => {
    if (kind.present) await shell.close();
  });

  // Each step stands on the one before, so after a failure the rest would only wait.
  let broken = false;
  beforeEach(() => {
    if (broken) throw new Error('An earlier step failed.');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || broken) return;
    broken = true;
    await keepPicture(shell.page, 'whole-way');
  });

  present('a workspace is created, and its recovery kit shown once', async () => {
    const kit = await desk.createWorkspace('Harbour', OWNER.name, OWNER.passphrase);
    expect(kit).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4})+$/);
    expect(await shell.page.content()).not.toContain(kit);
  });

  present(
    'a catalog and a plan are taken in by picking their files, after a look at what is in them',
    async () => {
      await desk.importFiles([OWN_CATALOG, OWN_PLAN]);
      await desk.reads('Harbour controls');
      await desk.reads('Harbour readiness plan');
    },
  );

  present('an engagement is opened over both', async () => {
    await desk.startEngagement('Quay audit');
    await desk.reads('6 controls, 1 withdrawn');
  });

  present('results are set from the keyboard, and a note saves itself', async () => {
    const { page } = shell;
    await page.getByRole('row').filter({ hasText: 'Policy of access' }).click();
    await page.getByRole('complementary', { name: 'Control AC-1' }).waitFor();
    await desk.press('1');
    await pressed('Satisfied');
    await desk.press('j');
    await page.getByRole('complementary', { name: 'Control AC-2' }).waitFor();
    await desk.press('2');
    await pressed('Not satisfied');
    await desk.press('n');
    await page.keyboard.type('Two accounts are shared: tide and crane.');
    await desk.press('Escape');
    await desk.reads(/^Saved \d/);
  });

  present('evidence is attached by picking, by dropping and by pasting a screenshot', async () => {
    const { page } = shell;
    const picked = join(shell.home, 'accounts list.txt');
    writeFileSync(picked, 'tide\ncrane\n');
    await desk.press('e');
    await desk.pick(page.getByRole('menuitem', { name: 'Pick files' }), [picked]);
    await desk.button(/^E-.*accounts list\.txt$/).waitFor();
    const beside = page.getByRole('region', { name: 'Evidence' });
    await handOver(beside, 'drop', { name: 'mail.txt', type: 'text/plain', content: 'They share one.' });
    await desk.button(/^E-.*mail\.txt$/).waitFor();
    await handOver(page.locator('body'), 'paste', {
      name: 'image.png',
      type: 'image/png',
      content: SCREENSHOT,
    });
    await desk.button(/^E-.*Screenshot .*\.png$/).waitFor();
  });

  present('the preparer signs two controls', async () => {
    const { page } = shell;
    await desk.press('p');
    await desk.reads('AC-2 signed as prepared. It waits for a reviewer now.');
    await desk.press('k');
    await page.getByRole('complementary', { name: 'Control AC-1' }).waitFor();
    await desk.button(/^Sign as preparer/).click();
    await desk.reads('AC-1 signed as prepared. It waits for a reviewer now.');
  });

  present(
    'a change to signed work is warned of, says whose sign-off it voids, and is taken back',
    async () => {
      const { page } = shell;
      const sheet = page.getByRole('complementary', { name: 'Control AC-1' });
      const warning = `Signed by ${OWNER.name} on `;
      await sheet.getByText(warning).waitFor();
      await desk.press('2');
      await desk.reads(`AC-1: not satisfied. The sign-off of ${OWNER.name} is void now.`);
      await sheet.getByText(warning).waitFor({ state: 'detached' });
      await desk.button('Undo').click();
      await sheet.getByText(warning).waitFor();
      await pressed('Satisfied');
      await desk.press('n');
      await page.keyboard.type('Seen at the quay.');
      await desk.press('Escape');
      await desk.reads(`AC-1 changed. The sign-off of ${OWNER.name} is void now.`);
      await desk.button('Undo').click();
      await sheet.getByText(warning).waitFor();
      await page.waitForFunction(() => document.querySelector('textarea')?.value === '');
    },
  );

  present('a checklist is worked with the space bar and signed', async () => {
    const { page } = shell;
    await desk.goTo('Checklists');
    await desk.button('Tasks').first().click();
    await page.getByRole('list', { name: 'Items' }).waitFor();
    for (let item = 1; item <= 3; item += 1) {
      await desk.press(' ');
      await desk.reads(`${item} of 3 items decided`);
      await desk.press('j');
    }
    await desk.press('p');
    await desk.reads('Tasks signed as prepared. It waits for a reviewer now.');
  });

  present('a second member comes in, and the owner leaves', async () => {
    const { page } = shell;
    await desk.goTo('Settings');
    await page.getByText('Members', { exact: true }).click();
    await desk.button('Add member').click();
    const form = page.getByRole('dialog');
    await form.getByLabel(/^Name/).fill(REVIEWER.name);
    await form.getByLabel(/^Passphrase( \*)?$/).fill(REVIEWER.passphrase);
    await form.getByLabel(/^Passphrase again/).fill(REVIEWER.passphrase);
    await form.getByRole('button', { name: 'Add member' }).click();
    await desk.reads('2 members');
    await desk.lock();
  });

  present('the reviewer unlocks, accepts one and returns one with a note', async () => {
    const { page } = shell;
    await desk.unlock(REVIEWER.passphrase);
    await desk.goTo('Review');
    await page
      .getByRole('article', { name: /AC-1/ })
      .or(page.getByRole('article', { name: /AC-2/ }))
      .first()
      .waitFor();
    await page.getByRole('region', { name: 'Queue' }).getByRole('button', { name: /AC-1/ }).click();
    await page.getByRole('article', { name: 'AC-1 Policy of access' }).waitFor();
    await page.keyboard.down('a');
    await desk.reads('AC-1 accepted and signed.');
    await page.getByRole('region', { name: 'Queue' }).getByRole('button', { name: /AC-2/ }).click();
    await page.getByRole('article', { name: 'AC-2 Accounts' }).waitFor();
    // The key is still held: it goes on by itself, and signs nothing more.
    await page.keyboard.down('a');
    await page.keyboard.up('a');
    await desk.press('n');
    await page.keyboard.type('Say since when the accounts are shared.');
    await desk.button(/^Return with note/).click();
    await desk.reads('AC-2 returned to its preparer.');
    await desk.lock();
  });

  present('the preparer finds what was returned, with the note', async () => {
    await desk.unlock(OWNER.passphrase);
    await desk.goTo('Review');
    await desk.reads('Say since when the accounts are shared.');
  });

  present('a binder is composed and signed while its progress is shown', async () => {
    const { page } = shell;
    await desk.goTo('Binders');
    await desk.button('Compose and sign').click();
    await page.getByRole('heading', { name: 'The binder is composed and signed' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      desk.button('Download binder').click(),
    ]);
    binder = join(shell.home, 'downloaded.pdf');
    await download.saveAs(binder);
    expect(readFileSync(binder).subarray(0, 5).toString()).toBe('%PDF-');
  });

  present('the binder is dropped into the workbench, which gives its verdict', async () => {
    const { page } = shell;
    await page.getByText('Verify', { exact: true }).click();
    const place = page.getByText('Drop a binder here');
    await handOver(place, 'drop', { name: 'b.pdf', type: 'application/pdf', content: readFileSync(binder) });
    await page.getByRole('region', { name: 'Verification of b.pdf' }).waitFor();
    await desk.reads(/^Whole and unchanged/);
  });

  present('another binder is dropped beside it, and whether its ledger is continued is told', async () => {
    const { page } = shell;
    const place = page.getByText('Compare with an earlier binder');
    await handOver(place, 'drop', { name: 'e.pdf', type: 'application/pdf', content: readFileSync(binder) });
    await page.getByRole('status', { name: 'Compared with e.pdf' }).waitFor();
    await desk.reads('Both binders were made from the same state of the ledger.');
    const [report] = await Promise.all([
      page.waitForEvent('download'),
      desk.button('Show and download what differs').click(),
    ]);
    await report.saveAs(join(shell.home, 'differences.html'));
    expect(readFileSync(join(shell.home, 'differences.html'), 'utf8')).toContain('<p>None.</p>');
    await desk.reads(/^Whole and unchanged/);
  });

  present('a binder with one byte turned over is called not valid', async () => {
    const { page } = shell;
    const bytes = readFileSync(binder);
    const at = bytes.indexOf('/MediaBox') + 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const changed = join(shell.home, 'changed.pdf');
    writeFileSync(changed, bytes);
    await desk.pick(desk.button('Verify another'), [changed]);
    await page.getByRole('region', { name: 'Verification of changed.pdf' }).waitFor();
    await desk.reads('Not valid: something is not as it was signed');
  });

  present('the reviewer countersigns it among the earlier binders, and sees the new verdict', async () => {
    const { page } = shell;
    await desk.lock();
    await desk.unlock(REVIEWER.passphrase);
    await desk.goTo('Binders');
    await page.getByText('Earlier binders', { exact: true }).click();
    await desk.button(/^Verify and countersign/).click();
    await desk.reads(/^Whole and unchanged/);
    await desk.button('Countersign').click();
    await page.getByRole('menuitem', { name: 'Countersign as reviewer' }).click();
    await desk.reads(/^Your signature is in the file\./);
    await desk.reads(/^2 signatures\. /);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      desk.button('Download countersigned binder').click(),
    ]);
    const countersigned = join(shell.home, 'countersigned.pdf');
    await download.saveAs(countersigned);
    expect(readFileSync(countersigned).subarray(0, 5).toString()).toBe('%PDF-');
    await desk.button('Back to all earlier binders').click();
    await desk.reads(`${REVIEWER.name}, reviewer, `);
    await desk.lock();
    await desk.unlock(OWNER.passphrase);
  });

  present('the ledger lists every change, and proves itself by a rebuild', async () => {
    const { page } = shell;
    await desk.goTo('Ledger');
    await page.getByRole('grid', { name: 'Ledger' }).getByRole('row').nth(3).click();
    await page.getByRole('radiogroup', { name: 'Ledger' }).getByText('Verify').click();
    await page.getByLabel('Also rebuild').check();
    await desk.button('Verify ledger').click();
    await desk.reads('Every entry is whole and signed for');
    await desk.reads(/tables compared, 0 differences/);
  });

  present('settings say who and what; nobody was asked anything by a network', async () => {
    const { page } = shell;
    await desk.goTo('Settings');
    await page.getByText('About', { exact: true }).click();
    await desk.reads(/Bindery/);
    expect(shell.complaints).toEqual([]);
  });

  present('nothing that was written can be read on the disk', () => {
    const workspace = join(
      shell.home,
      readdirSync(shell.home).find((name) => name.startsWith('Harbour')) ?? '',
    );
    const marks = [
      'Two accounts are shared',
      'accounts list.txt',
      'They share one.',
      'Say since when',
      OWNER.name,
    ];
    expect(leaksIn(workspace, marks)).toEqual([]);
  });

  async function pressed(result: string): Promise<void> {
    await shell.page
      .getByRole('group', { name: 'Result', exact: true })
      .getByRole('button', { name: new RegExp(`^\\W*${result}`), pressed: true })
      .waitFor();
  }
});

/** Files under a folder in which a mark stands in the clear. */
function leaksIn(folder: string, marks: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => marks.some((mark) => readFileSync(file).includes(mark)));
}
