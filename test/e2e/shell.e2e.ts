import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenShell, SHELLS } from '../support/shell.ts';

describe.each(SHELLS)('the workbench $name', (kind) => {
  let shell: OpenShell;
  const present = test.runIf(kind.present);

  beforeAll(async () => {
    if (kind.present) shell = await kind.open();
  });
  afterAll(async () => {
    if (kind.present) await shell.close();
  });

  present('opens on an empty disk and reaches no network', async () => {
    const { page } = shell;
    await page.getByText('Bindery').first().waitFor();
    expect(shell.complaints).toEqual([]);
  });

  present('greets everybody: no serious barrier on the first screen', async () => {
    const { violations } = await new AxeBuilder({ page: shell.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(', ')}`)).toEqual(
      [],
    );
  });

  present('runs no script but its own', async () => {
    const ran = await shell.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.intruder = true';
      document.body.append(script);
      return 'intruder' in globalThis;
    });
    expect(ran).toBe(false);
  });

  present('gives the page nothing of Node', async () => {
    const found = await shell.page.evaluate(() =>
      ['require', 'process', 'module', 'electron'].filter((name) => name in globalThis),
    );
    expect(found).toEqual([]);
  });
});
