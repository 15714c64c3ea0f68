import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, deskOn, keepPicture, scrollsSideways } from '../support/e2e.ts';
import { emptyWorld, type FullWorld, fullWorld, PASSPHRASE } from '../support/e2e-worlds.ts';
import { bareWorld, type ProgrammeWorld, programmeWorld } from '../support/programme-world.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';

const SCREENS = [
  'overview',
  'frameworks',
  'frameworks/import',
  'frameworks/engagement',
  'frameworks/programme',
  'programme',
  'controls',
  'evidence',
  'evidence/due',
  'evidence/requests',
  'evidence/cadences',
  'checklists',
  'review',
  'packets',
  'binders',
  'binders/verify',
  'binders/earlier',
  'ledger',
  'ledger/conflicts',
  'ledger/verify',
  'sync',
  'settings',
  'settings/members',
  'settings/about',
];
const PROGRAMME = [
  'programme/risks',
  'programme/risks/new',
  'programme/risks/:risk',
  'programme/gates',
  'programme/gates/:criterion',
  'programme/gates/:gate',
  'programme/measures',
  'programme/measures/:maturity',
  'programme/actions',
  'programme/actions/:action',
  'programme/people',
  'programme/people/:person',
  'programme/period',
  'packets',
  'packets/new',
  'packets/:packet',
  'evidence/due',
  'evidence/requests/:request',
] as const;
/** What a programme shows before it has anything in it. */
const BARE = [
  'programme/board',
  'programme/risks',
  'programme/gates',
  'programme/measures',
  'programme/actions',
  'programme/people',
  'programme/period',
  'packets',
  'evidence/requests',
] as const;
const RECORDS = ['controls/:control', 'checklists/:checklist', 'evidence/:evidence'] as const;

let shell: OpenShell;
let desk: Desk;
let full: FullWorld;
let programme: ProgrammeWorld;

beforeAll(async () => {
  shell = await openBrowserShell(async (home) => {
    await emptyWorld(home, 'Empty');
    full = await fullWorld(home, 'Full');
    await bareWorld(home, 'Bare');
    programme = await programmeWorld(home, 'Ready');
  });
  desk = deskOn(shell.page);
  await shell.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
});

afterAll(() => shell.close());

describe('before a workspace is open', () => {
  test.each(['Choose', 'New workspace', 'Verify a binder', 'Use the recovery kit'])(
    'the page can be used by everybody: %s',
    async (way) => {
      if (way !== 'Choose') await desk.button(way).click();
      await expectSound(`door-${way.replaceAll(' ', '-').toLowerCase()}`);
      if (way !== 'Choose') await desk.button('Back').click();
    },
  );
});

describe('with nothing in the workspace', () => {
  beforeAll(() => enter('Empty'));
  afterAll(() => desk.lock());

  test.each(SCREENS)('%s says what to do next and can be used by everybody', async (screen) => {
    await open(screen);
    await expectSound(`empty-${screen.replace('/', '-')}`);
  });
});

describe('with 1,189 controls and work in every state', () => {
  beforeAll(() => enter('Full'));
  afterAll(() => desk.lock());

  test.each([...SCREENS, ...RECORDS])('%s can be used by everybody, in light and dark', async (screen) => {
    await open(screen.replace(/:(\w+)/, (_, name: keyof FullWorld) => full[name]));
    await expectSound(`full-${screen.replace(/\/:?/, '-')}`);
  });

  test('the command palette and the help can be used by everybody', async () => {
    const { page } = shell;
    await open('overview');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('acc');
    await page.getByRole('dialog').waitFor();
    await expectSound('full-palette');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await desk.button('Keyboard help').click();
    await expectSound('full-help');
    await page.keyboard.press('Escape');
  });
});

describe('with an engagement that has no programme yet', () => {
  beforeAll(() => enter('Bare'));
  afterAll(() => desk.lock());

  test.each(BARE)('%s says what to do next and can be used by everybody', async (screen) => {
    await open(screen);
    await expectSound(`bare-${screen.replace('/', '-')}`);
  });
});

describe('with a programme under way', () => {
  beforeAll(() => enter('Ready'));
  afterAll(() => desk.lock());

  test.each(PROGRAMME)('%s can be used by everybody, in light and dark', async (screen) => {
    await open(screen.replace(/:(\w+)/, (_, name: keyof ProgrammeWorld) => programme[name]));
    await expectSound(`ready-${screen.replaceAll(/\/:?/g, '-')}`);
    await shell.page.keyboard.press('Escape');
  });
});

async function enter(name: string): Promise<void> {
  await desk.settled();
  const door = shell.page.getByRole('heading', { name: 'Unlock', exact: true });
  if (await door.isVisible()) await desk.button('Back').click();
  await shell.page
    .getByRole('button', { name: new RegExp(`\\b${name}\\b`) })
    .first()
    .click();
  await desk.unlock(PASSPHRASE);
}

async function open(place: string): Promise<void> {
  await shell.page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
}

/** No part overflows, nothing complained, and no one is kept out by colour, name or order: in light and in dark. */
async function expectSound(picture: string): Promise<void> {
  const { page } = shell;
  await desk.settled();
  await keepPicture(page, picture);
  expect(await scrollsSideways(page)).toBe(false);
  expect(await barriers()).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await desk.settled();
  await keepPicture(page, `${picture}-dark`);
  // Names and order do not depend on colours.
  expect(await barriers(['color-contrast'])).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await desk.settled();
  expect(shell.complaints).toEqual([]);
}

async function barriers(rules?: string[]): Promise<string[]> {
  const builder = new AxeBuilder({ page: shell.page }).setLegacyMode();
  const { violations, passes } = await (rules ? builder.withRules(rules) : builder).analyze();
  // A page that axe could not look at has nothing to show for it.
  expect(passes.length).toBeGreaterThan(0);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
