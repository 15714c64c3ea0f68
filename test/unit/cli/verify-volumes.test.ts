import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCore } from '../../../core/index.ts';
import { command, documentOf } from '../../support/command.ts';
import { finish, makeEngagement } from '../../support/workspaces.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const FIRST = 'set/Audit.pdf';
const SECOND = 'set/Audit volume 2 of 3.pdf';
const THIRD = 'set/Audit volume 3 of 3.pdf';

/** A binder in three volumes, and one of the same workspace that is one file. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-volumes-'));
  mkdirSync(at('set'));
  const { api, file, close } = await makeEngagement();
  await finish(api, api.binders.compose({ out: at('one.pdf') }));
  const files = ['tape 1', 'tape 2'].map((name) => ({ path: file(`${name}.bin`, randomBytes(500_000)) }));
  await api.evidence.add({ files, links: [{ control: 'AC-1' }] });
  await finish(api, api.binders.compose({ out: at(FIRST), title: 'Audit', volumeBytes: 2 ** 20 }));
  await close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...words: string[]) =>
  command(words, {}, { createCore, folder, environment: { BINDERY_HOME: at('home') } });
const second =
  'volume 2 of 3 of the binder “Audit”: it holds evidence files, and nothing of the ledger. Name the first volume instead (Audit.pdf).';

it.each([
  ['this one', SECOND, 'one.pdf', 'unsaid', [`This is ${second}`]],
  ['the other one', 'one.pdf', SECOND, 'unsaid', [`The other one is ${second}`]],
  [
    'both',
    SECOND,
    THIRD,
    'unsaid',
    [`This is ${second}`, `The other one is ${second.replace('volume 2', 'volume 3')}`],
  ],
  [
    'both are one file that',
    SECOND,
    SECOND,
    'consistent',
    ['Both are one and the same file, byte for byte: there is no difference.'],
  ],
])('compared with another, where %s is a further volume, says what to name', async (...row) => {
  const [, file, against, relation, sentences] = row;
  const ran = await run('verify', at(file), '--against', at(against), '--json');
  expect(documentOf(ran)).toMatchObject({ value: { files: [{ against: { relation, sentences } }] } });
});

it('of a set that is whole, the first volume alone is compared', async () => {
  const ran = await run('verify', at('set'), '--against', at('one.pdf'), '--json');
  const { files, sets } = (documentOf(ran) as { value: unknown }).value as {
    files: { file: string; against?: { relation: string } }[];
    sets: { whole: boolean }[];
  };
  expect(sets).toMatchObject([{ whole: true }]);
  expect(Object.fromEntries(files.map(({ file, against }) => [file, against?.relation ?? 'none']))).toEqual({
    [at(FIRST)]: 'consistent',
    [at(SECOND)]: 'none',
    [at(THIRD)]: 'none',
  });
  expect(ran.code).toBe(0);
});

it('is told for what it is by whoever compares or archives it', async () => {
  const diff = await run('binder', 'diff', at('one.pdf'), at(SECOND), '--json');
  expect(documentOf(diff)).toMatchObject({
    fault: {
      code: 'invalid-input',
      detail:
        'This is volume 2 of 3 of the binder “Audit”: it holds evidence files, and nothing of the ledger.',
      remedy: 'Name the first volume instead (Audit.pdf).',
    },
  });
  for (const file of [FIRST, SECOND])
    expect(documentOf(await run('binder', 'bag', at(file), '--out', at('bag'), '--json'))).toMatchObject({
      fault: { detail: 'This binder is in 3 volumes; a bag holds a binder that is one file.' },
    });
});
