import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { launchChromium } from '../support/browser.ts';
import { command } from '../support/command.ts';
import { deskOn, keepPicture, scrollsSideways } from '../support/e2e.ts';
import { openBrowserShell } from '../support/shell.ts';
import { FAMILIES } from '../tamper/attacks/index.ts';
import { Pdf } from '../tamper/pdf.ts';
import { makeRealBinder, type RealBinder } from '../tamper/real-binder.ts';
import { verifyBytes } from '../unit/core/binder/verify/verify.ts';

/** The verifier page as a stranger has it: a file on a disk, in a browser that has no network. */
let folder = '';
let binder: RealBinder;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const asked: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-verifier-'));
  const { code, out } = await command(['verifier', '--out', join(folder, 'verifier.html')]);
  expect([code, out]).toEqual([0, expect.stringContaining(await hashOf(join(folder, 'verifier.html')))]);
  binder = await makeRealBinder();
  browser = await launchChromium();
  context = await browser.newContext({ offline: true });
  page = await context.newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address());
});
afterAll(async () => {
  await browser?.close();
  binder?.workspace.close();
  await rm(folder, { recursive: true });
});

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

const address = () => pathToFileURL(join(folder, 'verifier.html')).href;

/** What the page says, in the shape of the report that the command line gives. */
type Said = Pick<VerifyReport, 'verdict' | 'sha256' | 'proven' | 'notProven'> & {
  readonly problems: string[];
  readonly signatures: string[];
  readonly certificates: string[];
};

async function shownOf(bytes: Buffer, name = 'binder.pdf'): Promise<Said> {
  await page.locator('#report').evaluate((place) => place.replaceChildren());
  await page.setInputFiles('#file', { name, mimeType: 'application/pdf', buffer: bytes });
  await page.locator('[data-verdict]').waitFor();
  return page.locator('#report').evaluate((place) => {
    const texts = (selector: string) =>
      [...place.querySelectorAll(selector)].map((one) => one.textContent ?? '');
    return {
      verdict: (place.querySelector<HTMLElement>('[data-verdict]')?.dataset.verdict ?? '') as 'valid',
      sha256: texts('.hash')[0]?.replace('SHA-256 ', '') ?? '',
      problems: [...place.querySelectorAll<HTMLElement>('#problems li')].map(
        (one) => `${one.dataset.code} @ ${one.textContent}`,
      ),
      signatures: texts('tbody tr'),
      certificates: texts('#certificates li'),
      proven: texts('#proven li'),
      notProven: texts('#not-proven li'),
    };
  });
}

/** What `bindery verify` says of the same bytes. */
async function toldOf(bytes: Buffer, trust: readonly string[] = []): Promise<Said> {
  const { verdict, sha256, problems, signatures, proven, notProven } = await verifyBytes(bytes, { trust });
  const yes = (fact: boolean) => (fact ? 'yes' : 'no');
  return {
    verdict,
    sha256,
    problems: problems.map(({ code, where, message }) => `${code} @ ${where}: ${message}`),
    signatures: signatures.map((one) =>
      [
        ...[
          one.field,
          one.by,
          one.at === null ? '–' : momentWords(one.at),
          yes(one.valid),
          yes(one.coversRevision),
          yes(one.coversWholeFile),
        ],
        ...[yes(one.trusted), one.timeStamp === null ? 'none' : momentWords(one.timeStamp.at)],
      ].join(''),
    ),
    certificates: signatures.map(({ field, by, fingerprint }) => `${field}, ${by}: ${fingerprint}`),
    proven,
    notProven,
  };
}

describe('the verifier page', () => {
  test('says of a binder with one signature, and with two, what the command line says', async () => {
    for (const bytes of [binder.once, binder.twice]) {
      const said = await shownOf(bytes);
      expect(said).toEqual(await toldOf(bytes));
      expect(said.verdict).toBe('valid-unknown-signer');
      expect(said.proven.length).toBeGreaterThan(3);
    }
  });

  test('takes signatures of either kind of key, by signers whom nobody knows', async () => {
    const pdf = new Pdf(binder.unsigned).update({});
    pdf.sign(binder.stranger, { field: 'Preparer' }).sign(binder.accomplice, { field: 'Reviewer' });
    const said = await shownOf(pdf.bytes);
    expect(said).toEqual(await toldOf(pdf.bytes));
    expect([said.verdict, said.problems]).toEqual(['valid-unknown-signer', []]);
  });

  test('refuses what is no PDF in a sentence', async () => {
    const { verdict } = await shownOf(Buffer.from('no binder at all'), 'letter.txt');
    expect(verdict).toBe('refused');
    expect(await page.locator('#report').innerText()).toContain(
      'letter.txt: This file is not a PDF, so it is no binder.',
    );
  });

  test('shows letters of the file as letters, never as a page', async () => {
    await shownOf(binder.once, '<img src=x onerror=alert(1)>.pdf');
    expect(await page.locator('#report img').count()).toBe(0);
    expect(await page.locator('#report').innerText()).toContain('<img src=x');
  });
});

/** Every fifth of each family; all of them among the long tests. */
const EVERY = process.env.BINDERY_ATTACKS === 'all' ? 1 : 5;

describe.each(FAMILIES)('the verifier page finds as the command line does: $name', ({ attacks }) => {
  test.each(attacks.filter((_, at) => at % EVERY === 0))('$title', async ({ file }) => {
    const bytes = await file(binder);
    expect(await shownOf(bytes)).toEqual(await toldOf(bytes));
  });
});

describe('a person with the page', () => {
  test('goes its whole way by keyboard, and finds the verdict under the cursor', async () => {
    await page.reload();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('file');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
    await chooser.setFiles({ name: 'binder.pdf', mimeType: 'application/pdf', buffer: binder.twice });
    await page.locator('[data-verdict="valid-unknown-signer"]').waitFor();
    expect(await page.evaluate(() => document.activeElement?.querySelector('h2')?.textContent)).toBe(
      'Valid, by signers whose certificates you did not name as trusted.',
    );
  });

  test('names certificates as trusted, and the verdict follows', async () => {
    const buffer = Buffer.from(binder.trust.join('\n'));
    await page.setInputFiles('#trust', { name: 'known.pem', mimeType: 'application/x-pem-file', buffer });
    await page.locator('[data-verdict="valid"]').waitFor();
    expect(await page.locator('#trusted').innerText()).toBe('1 file added.');
    expect(await shownOf(binder.twice)).toEqual(await toldOf(binder.twice, binder.trust));
    await keepPicture(page, 'verifier-valid');
  });

  test('drops a binder anywhere on the page', async () => {
    const transfer = await page.evaluateHandle((text) => {
      const made = new DataTransfer();
      made.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], 'dropped.pdf'));
      return made;
    }, binder.once.toString('base64'));
    await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
    await page.getByText('dropped.pdf,').waitFor();
  });

  test('finds nothing in the way of assistive technology, wide or narrow, light or dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 360]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(await scrollsSideways(page)).toBe(false);
        await keepPicture(page, `verifier-${colorScheme}-${width}`);
      }
  });
});

test('the page asked for nothing but itself, and had nothing to complain of', async () => {
  expect([...new Set(asked)]).toEqual([address()]);
  expect(complaints).toEqual([]);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
});

test('a request that somebody put into the page is stopped by its own policy', async () => {
  const stopped = await page.evaluate(() =>
    fetch('data:text/plain,hello').then(
      () => false,
      () => true,
    ),
  );
  expect(stopped).toBe(true);
});

test('the workbench hands out the same page before any workspace is open', async () => {
  const shell = await openBrowserShell();
  try {
    const desk = deskOn(shell.page);
    await desk.button('Verify a binder').click();
    const [download] = await Promise.all([
      shell.page.waitForEvent('download'),
      desk.button('Export the verifier page').click(),
    ]);
    await keepPicture(shell.page, 'verifier-export');
    expect(download.suggestedFilename()).toBe('bindery-verifier.html');
    expect(await hashOf(await download.path())).toBe(await hashOf(join(folder, 'verifier.html')));
    expect(shell.complaints).toEqual([]);
  } finally {
    await shell.close();
  }
});
