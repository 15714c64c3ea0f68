import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCore } from '../../../core/index.ts';
import { CHEAP } from '../../support/workspaces.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bindery-recent-'));
});
afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true, force: true });
});

const made = async (dir: string, at = home) => {
  const core = await createCore({ shell: 'cli', home: at, cost: CHEAP });
  await core.client.workspace.create({ name: 'Payroll', member: 'Ada', passphrase: 'opens it', dir });
  await core.close();
};

test('a workspace made by command line is among the recent ones of the workbench, by its path alone', async () => {
  const dir = join(home, 'w');
  await made(dir);
  const workbench = await createCore({ shell: 'browser', home, cost: CHEAP });
  expect(await workbench.client.workspace.recent()).toMatchObject([{ dir, present: true }]);
  await workbench.close();
  const kept = readFileSync(join(home, 'recent.json'), 'utf8');
  expect(Object.keys(JSON.parse(kept)[0])).toEqual(['dir', 'openedAt']);
  expect(kept).not.toContain('Payroll');
});

test('a home that cannot be written keeps no workspace shut', async () => {
  const file = join(home, 'occupied');
  mkdirSync(join(file, 'recent.json'), { recursive: true });
  await made(join(home, 'w'), file);
  const core = await createCore({ shell: 'cli', home: file, cost: CHEAP });
  const { member } = await core.client.workspace.unlock({ dir: join(home, 'w'), passphrase: 'opens it' });
  expect(member.name).toBe('Ada');
  await core.close();
});
