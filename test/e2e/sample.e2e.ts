import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
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

  test('has charts whose saved pictures hold all of them, also where the screen shows the numbers', async () => {
    const { page } = shell;
    await desk.goTo('Programme');
    const kpis = page.getByRole('region', { name: /KPIs at target/ });
    const pillars = page.getByRole('region', { name: /% ready/ });
    const gaps = page.getByRole('region', { name: /gaps open/ });
    await gaps.getByRole('button', { name: /^Show as table/ }).click();
    await gaps.getByRole('columnheader', { name: 'Planned' }).waitFor();
    const sizes = [await picture(kpis), await picture(pillars), await picture(gaps)];
    expect(sizes.map(({ width, height }) => [width > 1000, height > 550])).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ]);
  });

  /** How large the picture is that a chart is saved as, out of the head of the file. */
  async function picture(chart: Locator): Promise<{ width: number; height: number }> {
    const { page } = shell;
    await chart.getByRole('button', { name: /^Save:/ }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as picture (PNG)' }).click();
    const file = await readFile(await (await coming).path());
    return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
  }

  test('fits a narrow window: no tag is cut at an edge, and no list scrolls sideways', async () => {
    const { page } = shell;
    await page.setViewportSize({ width: 1280, height: 900 });
    const cut = (places: string) =>
      page
        .locator(places)
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    await desk.goTo('Review');
    await page.locator('.queue-row').first().waitFor();
    expect(await cut('.queue-list, .queue-about')).toBe(0);
    await desk.goTo('Programme');
    await page.getByRole('tab', { name: 'Risks', exact: true }).click();
    await desk.reads('Open, acceptance expired');
    expect(await cut('.vtable-row .pill-words')).toBe(0);
    await page.getByRole('tab', { name: 'Board', exact: true }).click();
    await page.locator('.pillar-title').first().waitFor();
    expect(await cut('.pillar-title, .pillar-foot')).toBe(0);
  });

  test('keeps every drawing and its words inside their panels, also at the narrowest', async () => {
    const { page } = shell;
    await page.setViewportSize({ width: 1024, height: 900 });
    await page.locator('.board-grid svg text').first().waitFor();
    await desk.settled();
    const outside = await page.locator('.board-grid svg').evaluateAll((drawings) =>
      drawings.flatMap((drawing) => {
        const edge = drawing.parentElement?.closest('section, .panel')?.getBoundingClientRect();
        const own = drawing.getBoundingClientRect();
        const places = [drawing, ...drawing.querySelectorAll('text')].map((one) => ({
          words: one.textContent?.slice(0, 40),
          box: one.getBoundingClientRect(),
        }));
        return places
          .filter(({ box }) => box.width > 0)
          .filter(
            ({ box }) =>
              edge === undefined || box.left < Math.max(edge.left, own.left - 1) || box.right > edge.right,
          )
          .map(({ words }) => words);
      }),
    );
    expect(outside).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
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
