import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCore } from '../../core/index.ts';
import { type Desk, deskOn, keepPicture, scrollsSideways } from '../support/e2e.ts';
import { PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';
import { OWN_CATALOG } from '../support/whole-way.ts';
import { CHEAP, finish } from '../support/workspaces.ts';

/** The binders of a workspace in a window that is narrow: nothing overlaps, and nothing is cut. */
const WIDTHS = [560, 760] as const;
const NOTE = 'Two joiners of the night shift lack a form, and nobody could say who had let them in.';
let shell: OpenShell;
let desk: Desk;
let before = '';
let after = '';

beforeAll(async () => {
  shell = await openBrowserShell(async (home) => {
    const core = await createCore({ shell: 'test', home, cost: CHEAP });
    const api = core.client;
    await api.workspace.create({ name: 'Quay', member: 'Ana Oñate', passphrase: PASSPHRASE });
    const { files } = await api.frameworks.import({ files: [{ path: OWN_CATALOG }] });
    const frameworks = files.flatMap((file) => (file.framework ? [file.framework.id] : []));
    await api.engagements.create({ name: 'Harbour 2026', frameworks, subjects: [] });
    await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: NOTE });
    before = join(home, 'before.pdf');
    await finish(api, api.binders.compose({ out: before }));
    await api.assessments.set({ control: 'AC-2', result: 'satisfied', note: `${NOTE} They have one now.` });
    await api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
    after = join(home, 'after.pdf');
    await finish(api, api.binders.compose({ out: after }));
    await core.close();
  });
  desk = deskOn(shell.page);
  await shell.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await desk.unlock(PASSPHRASE, 'Quay');
  await desk.goTo('Binders');
}, 120_000);
afterAll(() => shell.close());

/** Texts of the screen that lie over each other, and those of which a part is out of sight and out of reach. */
function flaws(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Seen {
      /** What stays where it is while the rest is scrolled lies over the rest rightly. */
      readonly layer: Element | null;
      readonly text: string;
      readonly left: number;
      readonly right: number;
      readonly top: number;
      readonly bottom: number;
    }
    const found: string[] = [];
    const seen: Seen[] = [];
    const main = document.querySelector('main') ?? document.body;
    for (const box of main.querySelectorAll('.page'))
      if (box.scrollWidth > box.clientWidth) found.push(`wider than the screen: ${box.scrollWidth}`);
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const text = (node.textContent ?? '').trim();
      const parent = node.parentElement;
      if (text === '' || parent === null || !parent.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        const { left, right, width, height } = line;
        if (width < 2 || height < 2) continue;
        let [top, bottom] = [line.top, line.bottom];
        let [from, to, reach] = [0, innerWidth, false];
        let layer: Element | null = null;
        for (let box: Element | null = parent; box !== null && box !== main; box = box.parentElement) {
          const { overflowX, textOverflow, position } = getComputedStyle(box);
          if (position === 'sticky' || position === 'fixed') layer ??= box;
          if (overflowX === 'visible') continue;
          const rect = box.getBoundingClientRect();
          [top, bottom] = [Math.max(top, rect.top), Math.min(bottom, rect.bottom)];
          // What scrolls can be reached, and three dots say that something is cut.
          if (overflowX !== 'hidden' && overflowX !== 'clip') reach = true;
          if (textOverflow === 'ellipsis') reach = true;
          [from, to] = [Math.max(from, rect.left), Math.min(to, rect.right)];
        }
        if (!reach && (left < from - 1 || right > to + 1)) found.push(`cut: ${text}`);
        if (right - from > 1 && to - left > 1)
          seen.push({ layer, text, left: Math.max(left, from), right: Math.min(right, to), top, bottom });
      }
    }
    for (const [i, one] of seen.entries())
      for (const other of seen.slice(i + 1)) {
        if (one.layer !== other.layer) continue;
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (across > 2 && down > 5) found.push(`over each other: ${one.text} | ${other.text}`);
      }
    return found;
  });
}

async function looksRight(name: string): Promise<void> {
  const { page } = shell;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await desk.settled();
    expect({ width, name, flaws: await flaws(page) }).toEqual({ width, name, flaws: [] });
    expect(await scrollsSideways(page)).toBe(false);
    await keepPicture(page, `binders-${name}-${width}`);
  }
}

const tab = (name: string) =>
  shell.page.getByRole('radiogroup', { name: 'Binders' }).getByText(name, { exact: true }).click();

test('composing a binder fits a narrow window', async () => {
  await looksRight('compose');
});

test('the binders that were composed fit a narrow window', async () => {
  await tab('Earlier binders');
  await shell.page.getByText('Harbour 2026: evidence binder').first().waitFor();
  await looksRight('earlier');
});

test('what differs between two binders fits a narrow window, before beside after', async () => {
  const { page } = shell;
  await tab('Verify');
  await page.getByLabel('Binder file').setInputFiles(after);
  await page.getByLabel('Binder to compare with').setInputFiles(before);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    desk.button('Show and download what differs').click(),
  ]);
  expect(download.suggestedFilename()).toBe('differences.html');
  const table = page.getByRole('table').filter({ hasText: 'They have one now.' });
  await table.waitFor();
  await looksRight('differences');
  for (const words of ['results', 'not-satisfied', 'satisfied', 'They have one now.'])
    expect(await table.innerText()).toContain(words);
});
