import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Attack, Family } from './attack.ts';
import { FAMILIES } from './attacks/index.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/verifying.md', import.meta.url));
const PARTS = /(<!-- attacks -->\n)[\s\S]*(<!-- \/attacks -->)/;

function row({ title, found, verdict = 'invalid', told }: Attack): string {
  const names = found.map((one) => `\`${one}\``).join('<br>');
  const honest = `${verdict}${told === undefined ? '' : `: “${told} …”`}`;
  return `| ${title} | ${found.length > 0 ? names : honest} |`;
}

function section({ name, about, attacks }: Family): string {
  const lines = attacks.map(row).join('\n');
  return `### ${name}\n${about}\n\n| what is done | what is found |\n|---|---|\n${lines}\n`;
}

const table = (): string => FAMILIES.map(section).join('\n');

it('is the table that the documentation prints', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const now = text.replace(PARTS, (_, open: string, close: string) => `${open}${table()}${close}`);
  if (process.env.BINDERY_WRITE) writeFileSync(DOCUMENT, now);
  expect(now).toBe(readFileSync(DOCUMENT, 'utf8'));
  expect(text).toMatch(PARTS);
});

it('names every attack once, and more than forty of them', () => {
  for (const { name, attacks } of FAMILIES) {
    const titles = attacks.map(({ title }) => title);
    expect(new Set(titles).size, name).toBe(titles.length);
  }
  expect(FAMILIES.flatMap(({ attacks }) => attacks).length).toBeGreaterThan(40);
});
