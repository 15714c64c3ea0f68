import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginUnfinished } from '../../../../core/binder/unfinished.ts';
import { systemPorts } from '../../../../core/ports.ts';
import { createWorkspace } from '../../../../core/workspace/create-workspace.ts';
import { sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../core/workspace/unlock-workspace.ts';
import { CHEAP } from '../../../support/workspaces.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-unfinished-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dir = () => join(folder, 'ws');
const create = async () =>
  (await createWorkspace(systemPorts, { dir: dir(), name: 'W', member: 'Ada', passphrase: 'p', cost: CHEAP }))
    .open;

test('what a kill left of a file outside goes when the workspace is opened, and nothing else does', async () => {
  const open = await create();
  const part = beginUnfinished(open.db, 'one', join(folder, 'scan.txt'));
  writeFileSync(part, 'half of a scan');
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  sealAndClose(open);
  sealAndClose(await unlockWorkspace(systemPorts, { dir: dir(), passphrase: 'p' }));
  expect(existsSync(part)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['mine.txt', 'ws']);
});
