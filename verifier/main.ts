// First of all: what comes after uses it as soon as it is loaded.
import './platform/buffer.ts';
import { z } from 'zod';
import { verifyBinder } from '../core/binder/verify/index.ts';
import { FaultError } from '../shared/fault.ts';
import { tell as sentence } from '../shared/fault-sentences.ts';
import { give, takeBack } from './platform/files.ts';
import { refusal, reportOf } from './report.ts';

// The page's security policy forbids making code from text, which zod otherwise tries for speed.
z.config({ jitless: true });

const PHASES = {
  digests: 'Hashing the file',
  attachments: 'Hashing the attached files',
  structure: 'Reading the structure',
};

const element = <T extends HTMLElement>(id: string, kind: new () => T): T => {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`There is no ${id}`);
  return found;
};

const drop = element('drop', HTMLElement);
const file = element('file', HTMLInputElement);
const trust = element('trust', HTMLInputElement);
const trusted = element('trusted', HTMLElement);
const progress = element('progress', HTMLElement);
const place = element('report', HTMLDivElement);

const certificates: string[] = [];
let shown: File | null = null;
let running: AbortController | null = null;

file.addEventListener('change', () => {
  const chosen = file.files?.[0];
  if (chosen) void verify(chosen);
  // The same file may be chosen again, after a certificate was added or the file was changed.
  file.value = '';
});

trust.addEventListener('change', async () => {
  for (const one of trust.files ?? []) certificates.push(await one.text());
  trust.value = '';
  trusted.textContent = certificates.length === 1 ? '1 file added.' : `${certificates.length} files added.`;
  if (shown) void verify(shown);
});

for (const name of ['dragenter', 'dragover'])
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) drop.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  const dropped = event.dataTransfer?.files[0];
  if (dropped) void verify(dropped);
});

async function verify(chosen: File): Promise<void> {
  running?.abort();
  const own = new AbortController();
  running = own;
  shown = chosen;
  place.replaceChildren();
  progress.hidden = false;
  tell(`Reading ${chosen.name} …`);
  const path = give(chosen);
  try {
    const report = await verifyBinder(path, {
      trust: certificates,
      signal: own.signal,
      onProgress: ({ phase, done, total }) => {
        if (running === own) tell(`${PHASES[phase]}: ${Math.floor((100 * done) / Math.max(1, total))} %`);
      },
    });
    if (running === own) show(reportOf({ ...report, file: chosen.name }));
  } catch (error) {
    if (running === own) show(refusal(chosen.name, sentenceOf(error)));
  } finally {
    takeBack(path);
    if (running === own) progress.hidden = true;
  }
}

function tell(text: string): void {
  if (progress.textContent !== text) progress.textContent = text;
}

function show(content: HTMLElement): void {
  place.replaceChildren(content);
  content.querySelector<HTMLElement>('.verdict')?.focus();
}

function sentenceOf(error: unknown): string {
  if (error instanceof FaultError) {
    const { happened, remedy } = sentence(error.fault);
    return [happened, remedy].filter(Boolean).join(' ');
  }
  return 'The file could not be read to its end. Nothing was said of it; try bindery verify.';
}
