import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createWorkspaceFolder,
  findWorkspace,
  type WorkspacePaths,
} from '../../../../core/workspace/folder.ts';
import { writeAtomically } from '../../../../core/workspace/folder-io.ts';
import { faultOf, removeWorkspace, temporaryWorkspace } from './workspace-fixture.ts';

let paths: WorkspacePaths;
beforeEach(() => {
  paths = temporaryWorkspace();
});
afterEach(() => removeWorkspace(paths));

describe('a folder', () => {
  test('that is not empty never becomes a workspace', async () => {
    const notes = join(paths.dir, 'notes.txt');
    writeFileSync(notes, 'mine');
    expect(await faultOf(() => createWorkspaceFolder(paths.dir))).toEqual({
      code: 'invalid-input',
      detail: 'this folder is not empty',
      where: paths.dir,
    });
    for (const file of [notes, join(notes, 'below')]) {
      expect(await faultOf(() => createWorkspaceFolder(file))).toMatchObject({ code: 'invalid-input' });
    }
    expect(readFileSync(notes, 'utf8')).toBe('mine');
  });

  test('that is empty or not there yet does', () => {
    const empty = join(paths.dir, 'empty');
    mkdirSync(empty);
    for (const dir of [empty, join(paths.dir, 'one', 'two')]) {
      expect(readdirSync(createWorkspaceFolder(dir).dir).sort()).toEqual(['incoming', 'vault']);
    }
  });

  test('is found by its key file; one that lost it is damaged, any other is not there', async () => {
    expect(await faultOf(() => findWorkspace(paths.dir))).toMatchObject({
      code: 'not-found',
      what: 'workspace',
    });
    writeFileSync(paths.database, 'something');
    expect(await faultOf(() => findWorkspace(paths.dir))).toMatchObject({
      code: 'corrupt',
      what: 'key file',
    });
    writeFileSync(paths.keys, '{}');
    expect(findWorkspace(paths.dir)).toEqual(paths);
  });
});

describe('writing a file in one step', () => {
  test('replaces it and leaves nothing beside it', () => {
    writeAtomically(paths.attempts, Buffer.from('old'));
    writeAtomically(paths.attempts, Buffer.from('new'));
    expect(readFileSync(paths.attempts, 'utf8')).toBe('new');
    expect(readdirSync(paths.dir).sort()).toEqual(['attempts.json', 'incoming', 'vault']);
  });

  test('keeps the old one where the new one cannot be put', async () => {
    mkdirSync(paths.keys);
    writeFileSync(join(paths.keys, 'in the way'), '');
    expect(await faultOf(() => writeAtomically(paths.keys, Buffer.from('new')))).toMatchObject({
      code: 'unavailable',
    });
    expect(readdirSync(paths.keys)).toEqual(['in the way']);
    expect(readdirSync(paths.dir).sort()).toEqual(['incoming', 'keys.json', 'vault']);
  });

  test('says what a file system refuses in words of ours', async () => {
    const long = join(paths.dir, 'x'.repeat(300));
    expect(await faultOf(() => writeAtomically(long, Buffer.of(1)))).toMatchObject({ code: 'invalid-input' });
    const nowhere = join(paths.dir, 'no', 'folder');
    expect(await faultOf(() => writeAtomically(nowhere, Buffer.of(1)))).toMatchObject({ code: 'not-found' });
    symlinkSync('loop', join(paths.dir, 'loop'));
    const loop = join(paths.dir, 'loop', 'file');
    expect(await faultOf(() => writeAtomically(loop, Buffer.of(1)))).toMatchObject({ code: 'invalid-input' });
  });
});
