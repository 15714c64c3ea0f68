import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCore } from '../../../core/index.ts';
import { command, documentOf } from '../../support/command.ts';
import { finish, makeEngagement } from '../../support/workspaces.ts';

let folder: string;
const at = (name: string) => join(folder, name);

/** Two good binders among two files that cannot be read as any, in the order of their names. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-several-'));
  const test = await makeEngagement();
  await finish(test.api, test.api.binders.compose({ out: at('a.pdf') }));
  await test.close();
  writeFileSync(at('b.pdf'), 'no PDF at all');
  mkdirSync(at('c.pdf'));
  copyFileSync(at('a.pdf'), at('d.pdf'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verify = (...words: string[]) =>
  command(['verify', ...words], {}, { createCore, folder, environment: { BINDERY_HOME: at('home') } });
const filesOf = (document: unknown) =>
  (document as { value: { files: Record<string, unknown>[] } }).value.files;

describe('among several files', () => {
  it.each([
    ['a folder', () => [folder], 'c.pdf', { code: 'invalid-input' }, 'This is not a file.'],
    [
      'files by name',
      () => ['a.pdf', 'b.pdf', 'gone.pdf', 'd.pdf'].map(at),
      'gone.pdf',
      { code: 'not-found' },
      /There is no file/,
    ],
  ])('of %s, what cannot be read has its own fault, and every other its verdict', async (...row) => {
    const [, words, third, fault, said] = row;
    const run = await verify(...words(), '--json');
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({
      ok: true,
      value: {
        files: [
          { file: at('a.pdf'), verdict: 'valid-unknown-signer', problems: [] },
          {
            file: at('b.pdf'),
            verdict: 'unreadable',
            fault: { code: 'invalid-input', where: at('b.pdf') },
            signatures: [],
            problems: [{ code: 'unreadable', message: 'This file is not a PDF, so it is no binder.' }],
          },
          {
            file: at(third),
            verdict: 'unreadable',
            fault,
            problems: [{ message: expect.stringMatching(said) }],
          },
          { file: at('d.pdf'), verdict: 'valid-unknown-signer', problems: [] },
        ],
      },
    });
  });

  it('people are told the same', async () => {
    const { code, out } = await verify(folder);
    expect(code).toBe(1);
    expect(out).toContain(`${at('b.pdf')}: Cannot be read, so there is no verdict. This file is not a PDF`);
    expect(out.match(/: Valid, by signers/g)).toHaveLength(2);
  });

  it('one that was changed is told by 3, though another cannot be read', async () => {
    const bytes = readFileSync(at('a.pdf'));
    const turned = bytes.indexOf('/MediaBox') + 1;
    bytes[turned] = (bytes[turned] ?? 0) ^ 1;
    writeFileSync(at('e.pdf'), bytes);
    const run = await verify(at('b.pdf'), at('e.pdf'), '--json');
    rmSync(at('e.pdf'));
    expect(run.code).toBe(3);
    expect(filesOf(documentOf(run)).map(({ verdict }) => verdict)).toEqual(['unreadable', 'invalid']);
  });

  it('a file that is the only one named is refused as ever', async () => {
    const run = await verify(at('b.pdf'), '--json');
    expect([run.code, documentOf(run)]).toMatchObject([1, { ok: false, fault: { code: 'invalid-input' } }]);
  });

  it('what is wrong with the binder compared with is said of that one', async () => {
    for (const words of [[at('a.pdf')], [at('a.pdf'), at('d.pdf')]]) {
      const run = await verify(...words, '--against', at('b.pdf'), '--json');
      expect([run.code, documentOf(run)]).toMatchObject([
        1,
        { ok: false, fault: { code: 'invalid-input', where: at('b.pdf') } },
      ]);
    }
  });
});
