import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandFailed, root, run } from './step.mjs';

/** The programs of others that the tests hold our files against, and the Debian package of each. */
const TOOLS = {
  chromium: 'chromium',
  pdfsig: 'poppler-utils',
  pdfdetach: 'poppler-utils',
  pdftotext: 'poppler-utils',
  qpdf: 'qpdf',
  mutool: 'mupdf-tools',
  openssl: 'openssl',
  'softhsm2-util': 'softhsm2',
  'pkcs11-tool': 'opensc',
};

/** What a test does without where it cannot be had: a Java program and the jars it is made of. */
const JARS = '/usr/share/java';
const PREFLIGHT = {
  java: 'default-jre-headless',
  [`${JARS}/preflight.jar`]: 'libpdfbox2-java',
  [`${JARS}/pdfbox2.jar`]: 'libpdfbox2-java',
  [`${JARS}/fontbox2.jar`]: 'libfontbox2-java',
  [`${JARS}/xmpbox.jar`]: 'libpdfbox2-java',
  [`${JARS}/commons-io.jar`]: 'libcommons-io-java',
  [`${JARS}/commons-logging.jar`]: 'libcommons-logging-java',
  [`${JARS}/javax.activation.jar`]: 'libactivation-java',
  [`${JARS}/jaxb-api.jar`]: 'libjaxb-api-java',
};

/** The command line that runs PDFBox preflight, but for the file; null where a part of it is not here. */
export function findPreflight() {
  const [java, ...jars] = Object.keys(PREFLIGHT).map(find);
  if (java === null || jars.includes(null)) return null;
  return [java, '-cp', jars.join(delimiter), 'org.apache.pdfbox.preflight.Validator_A1b'];
}

/** Makes sure every tool is there: present, from Debian as root, or (Chromium) from Playwright; else one sentence. */
export async function provideTools() {
  const absent = await missing();
  if (absent.length > 0 && mayInstall()) await fromDebian(packagesOf(absent));
  if (findPreflight() === null && mayInstall()) await fromDebian([...new Set(Object.values(PREFLIGHT))]);
  if ((await missing()).includes('chromium')) await fromPlaywright();
  const left = await missing();
  if (left.length > 0) {
    throw new CommandFailed(
      `These programs are needed and could not be provided: ${left.join(', ')}; on Debian: apt-get install ${packagesOf(left).join(' ')}.`,
    );
  }
  console.log(`Here: ${Object.keys(TOOLS).join(', ')}.`);
  console.log(findPreflight() === null ? 'PDFBox preflight is not here.' : 'PDFBox preflight is here.');
}

/** Chromium's executable: the one named, the machine's own, or Playwright's; null where there is none. */
export async function findChromium() {
  const named = process.env.BINDERY_CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.map(onPath).find((path) => path !== null) ?? playwrightChromium();
}

async function playwrightChromium() {
  const { chromium } = await import('playwright-core');
  try {
    const path = chromium.executablePath();
    return existsSync(path) ? path : null;
  } catch {
    // Playwright has no browser for this platform.
    return null;
  }
}

async function missing() {
  const chromium = await findChromium();
  return Object.keys(TOOLS).filter((tool) => (tool === 'chromium' ? chromium : onPath(tool)) === null);
}

function find(name) {
  if (!name.startsWith('/')) return onPath(name);
  return existsSync(name) ? name : null;
}

function onPath(name) {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path)) ?? null;
}

function mayInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get') !== null;
}

function packagesOf(tools) {
  return [...new Set(tools.map((tool) => TOOLS[tool]))];
}

async function fromDebian(packages) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    await run('apt-get', ['update', '-q'], options);
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], options);
  } catch (error) {
    // What is still missing is said in one sentence by the caller.
    if (!(error instanceof CommandFailed)) throw error;
  }
}

async function fromPlaywright() {
  try {
    await run(process.execPath, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
  }
}
