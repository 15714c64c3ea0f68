import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';

/** How long a screen may take on a machine that is busy with other things. */
export const PATIENCE = 20_000;

/** The acts of a person at the workbench, by what they see: roles and names, never the inside of a page. */
export interface Desk {
  readonly page: Page;
  button(name: string | RegExp): Locator;
  /** A field by its label, whether or not it is marked as needed. */
  field(label: string): Locator;
  createWorkspace(name: string, member: string, passphrase: string): Promise<string>;
  unlock(passphrase: string, folder?: string): Promise<void>;
  lock(): Promise<void>;
  goTo(screen: string): Promise<void>;
  /** Picks files in the dialog that a button opens. */
  pick(button: Locator, files: readonly string[]): Promise<void>;
  importFiles(files: readonly string[]): Promise<void>;
  startEngagement(name: string): Promise<void>;
  /** Until nothing is being loaded and what is there was drawn. */
  settled(): Promise<void>;
  /** Presses a key as a person would: not in the instant in which something appears. */
  press(key: string): Promise<void>;
  /** Waits until the words stand somewhere on the page. */
  reads(text: string | RegExp): Promise<void>;
}

export function deskOn(page: Page): Desk {
  page.setDefaultTimeout(PATIENCE);
  const button = (name: string | RegExp) =>
    page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  const field = (label: string) => page.getByLabel(new RegExp(`^${label}( \\*)?$`)).first();
  const reads = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const desk: Desk = {
    page,
    button,
    field,
    reads,
    async settled() {
      await page.evaluate(painted);
      // Placeholders for what is on its way; each screen words them differently.
      await page.locator('.loading:visible').first().waitFor({ state: 'detached' });
      await page.locator('[aria-busy="true"]:visible').first().waitFor({ state: 'detached' });
      await page.evaluate(painted);
    },
    async press(key) {
      await page.evaluate(painted);
      await page.keyboard.press(key);
    },
    async createWorkspace(name, member, passphrase) {
      await button('New workspace').click();
      await field('Workspace name').fill(name);
      await field('Your name').fill(member);
      await field('Passphrase').fill(passphrase);
      await field('Passphrase again').fill(passphrase);
      await button('Create workspace').click();
      const kit = await page.getByRole('region', { name: 'Recovery kit text' }).innerText();
      await page.getByLabel('I have stored it').check();
      await button('Open the workspace').click();
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
      return kit.trim();
    },
    async unlock(passphrase, folder) {
      if (folder !== undefined) await button(new RegExp(folder)).first().click();
      await field('Passphrase').fill(passphrase);
      await button('Unlock').click();
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    },
    async lock() {
      await button('Lock').click();
      await field('Passphrase').waitFor();
    },
    async goTo(screen) {
      await page
        .getByRole('navigation', { name: 'Screens' })
        .getByRole('button', { name: new RegExp(`^${screen}`) })
        .click();
      await page.getByRole('heading', { level: 1, name: screen }).waitFor();
    },
    async pick(opener, files) {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), opener.click()]);
      await chooser.setFiles([...files]);
    },
    async importFiles(files) {
      await desk.goTo('Frameworks');
      await button('Import').click();
      await desk.pick(button('Choose files'), files);
      await button(/^Import \d+ files?$/).click();
      await button('Done').click();
    },
    async startEngagement(name) {
      await button('Start an engagement').first().click();
      const form = page.getByRole('dialog');
      await form.getByLabel(/^Name/).fill(name);
      for (const box of await form.getByRole('checkbox').all()) await box.check();
      await form.getByRole('button', { name: 'Start engagement' }).click();
      await page.getByRole('grid', { name: 'Controls' }).waitFor();
    },
  };
  return desk;
}

/** Until what was just drawn is also listening. */
function painted(): Promise<void> {
  return new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))),
  );
}

/** Hands files to the page as a drop on this place, or as a paste. */
export async function handOver(
  target: Locator,
  kind: 'drop' | 'paste',
  file: { readonly name: string; readonly type: string; readonly content: string | Uint8Array },
): Promise<void> {
  const base64 = Buffer.from(file.content).toString('base64');
  await target.evaluate(
    (node, { base64, name, type, kind }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name, { type }));
      const on = { bubbles: true, cancelable: true };
      if (kind === 'paste') {
        node.dispatchEvent(new ClipboardEvent('paste', { ...on, clipboardData: data }));
        return;
      }
      for (const step of ['dragenter', 'dragover', 'drop']) {
        node.dispatchEvent(new DragEvent(step, { ...on, dataTransfer: data }));
      }
    },
    { base64, name: file.name, type: file.type, kind },
  );
}

/** A picture of one colour, as a screenshot tool would put it on the clipboard. */
export const SCREENSHOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Whether anything is wider than the window, which would make the whole page scroll sideways. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

const RESULTS = fileURLToPath(new URL('../../test-results/', import.meta.url));

/** Keeps what is on screen where the results of the tests are kept. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(RESULTS, 'screens', `${name}.png`) });
}
