import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../run/tools.mjs';

/** Nothing may call a network, the browser's own services included. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
];

/** Starts the Chromium of this machine; its sandbox cannot work for root, so there it runs without. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === null) throw new Error('There is no Chromium here; "npm test" provides one.');
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, chromiumSandbox: !asRoot, args: QUIET });
}
