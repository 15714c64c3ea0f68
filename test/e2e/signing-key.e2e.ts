import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { createCore } from '../../core/index.ts';
import { type CompanyKey, companyAuthority } from '../support/company-keys.ts';
import { type Desk, deskOn, handOver, keepPicture, scrollsSideways } from '../support/e2e.ts';
import { PASSPHRASE, REVIEWER_PASSPHRASE } from '../support/e2e-worlds.ts';
import { type OpenShell, openBrowserShell } from '../support/shell.ts';
import { OWN_PLAN } from '../support/whole-way.ts';
import { CHEAP } from '../support/workspaces.ts';

/** Signing with a company's key file at the workbench: picked, opened by its passphrase, and nothing of it kept. */
const SECRET = 'opens the key only';
let shell: OpenShell;
let desk: Desk;
let ada: CompanyKey;
let rita: CompanyKey;
let odd: CompanyKey;
let late: CompanyKey;
const sent: string[] = [];

beforeAll(async () => {
  shell = await openBrowserShell(async (home) => {
    const core = await createCore({ shell: 'test', home, cost: CHEAP });
    const api = core.client;
    await api.workspace.create({ name: 'Keys', member: 'Ana Oñate', passphrase: PASSPHRASE });
    await api.members.add({ name: 'Boris Жук', role: 'reviewer', passphrase: REVIEWER_PASSPHRASE });
    const { files } = await api.frameworks.import({ files: [{ path: OWN_PLAN }] });
    const frameworks = files.flatMap((file) => (file.framework ? [file.framework.id] : []));
    await api.engagements.create({ name: 'Harbour 2026', frameworks, subjects: [] });
    await core.close();
    const authority = await companyAuthority(home);
    ada = await authority.certify('Ana Company', 'ec', SECRET);
    rita = await authority.certify('Boris Company', 'rsa', SECRET);
    odd = await authority.certify('Ed Company', 'ed25519', SECRET);
    late = await authority.certify('Late Company', 'ec', SECRET, undefined, -1);
  });
  desk = deskOn(shell.page);
  shell.page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  await shell.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await desk.unlock(PASSPHRASE, 'Keys');
}, 120_000);
afterAll(() => shell.close());

async function choose({ p12 }: CompanyKey, passphrase: string): Promise<void> {
  await shell.page.locator('input[type=file][accept*=".p12"]').last().setInputFiles(p12);
  await desk.field('Password of the key file').fill(passphrase);
}

/** Whether the passphrase stands anywhere in the page, or where a page keeps things. */
const isKept = () =>
  shell.page.evaluate((secret) => {
    const fields = [...document.querySelectorAll('input')].map((input) => input.value);
    const stored = [localStorage, sessionStorage].map((store) => JSON.stringify(store));
    return [document.documentElement.outerHTML, ...fields, ...stored].some((text) => text.includes(secret));
  }, SECRET);

test('the composing is refused in plain words while the key is not one to sign with', async () => {
  await desk.goTo('Binders');
  await shell.page.getByText('A key file', { exact: true }).click();
  expect(await desk.button('Compose and sign').isDisabled()).toBe(true);
  for (const [key, passphrase, said] of [
    [ada, 'mistyped', 'The password does not open this key file.'],
    [odd, SECRET, 'A PDF is signed with ECDSA on P-256 or with RSA of at least 2048 bits'],
    [late, SECRET, 'The certificate of Late Company is valid from'],
  ] as const) {
    await choose(key, passphrase);
    await desk.button('Compose and sign').click();
    await desk.reads(said);
    expect(await desk.field('Password of the key file').inputValue()).toBe('');
    expect(await isKept()).toBe(false);
    if (key === ada) await keepPicture(shell.page, 'key-file-wrong-passphrase');
  }
  expect(await scrollsSideways(shell.page)).toBe(false);
  const { violations } = await new AxeBuilder({ page: shell.page }).setLegacyMode().analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(grave.map(({ id }) => id)).toEqual([]);
});

test('a binder is composed with the key file, and countersigned with another', async () => {
  const { page } = shell;
  await choose(ada, SECRET);
  await keepPicture(page, 'key-file-compose');
  await desk.button('Compose and sign').click();
  await page.getByRole('heading', { name: 'The binder is composed and signed' }).waitFor();
  expect(await isKept()).toBe(false);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    desk.button('Download binder').click(),
  ]);
  const file = join(shell.home, 'b.pdf');
  await download.saveAs(file);
  await desk.lock();
  await desk.unlock(REVIEWER_PASSPHRASE);
  await desk.goTo('Binders');
  await page.getByText('Verify', { exact: true }).click();
  const place = page.getByText('Drop a binder here');
  await handOver(place, 'drop', { name: 'b.pdf', type: 'application/pdf', content: readFileSync(file) });
  await page.getByRole('region', { name: 'Verification of b.pdf' }).waitFor();
  await page.getByText('A key file', { exact: true }).locator('visible=true').click();
  await choose(rita, SECRET);
  await keepPicture(page, 'key-file-countersign');
  await desk.button('Countersign').click();
  await page.getByRole('menuitem', { name: 'Countersign as reviewer' }).click();
  await desk.reads(/^Your signature is in the file/);
  const [signed] = await Promise.all([
    page.waitForEvent('download'),
    desk.button('Download countersigned binder').click(),
  ]);
  await signed.saveAs(join(shell.home, 'signed.pdf'));
  const report = await verifyBinder(join(shell.home, 'signed.pdf'), {
    trust: [readFileSync(ada.authorityPem, 'utf8')],
  });
  expect([report.verdict, report.signatures.map(({ by }) => by)]).toEqual([
    'valid',
    ['Ana Company', 'Boris Company'],
  ]);
  expect(await isKept()).toBe(false);
});

test('nothing but the bytes of the file and its passphrase was sent, and to the one who signs alone', () => {
  const told = sent.filter((request) => request.includes(SECRET));
  expect(told.length).toBeGreaterThan(0);
  for (const request of told) expect(request).toMatch(/\/rpc\/binders\/(compose|countersign) /);
  expect(sent.filter((request) => request.includes('.p12'))).toEqual([]);
  expect(shell.complaints).toEqual([]);
});
