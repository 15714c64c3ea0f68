import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { expect, test, vi } from 'vitest';

test('the preload hands over the port and leaves nothing else on the page', async () => {
  const source = await readFile(new URL('../../../electron/preload.cts', import.meta.url), 'utf8');
  const ipc = { on: vi.fn(), send: vi.fn() };
  const page = { postMessage: vi.fn(), addEventListener: vi.fn() };
  const world = vm.createContext({
    require: () => ({ ipcRenderer: ipc }),
    window: page,
    location: { origin: 'app://bindery' },
  });
  const before = Object.keys(page);
  vm.runInContext(stripTypeScriptTypes(source), world);

  page.addEventListener.mock.calls.find(([event]) => event === 'DOMContentLoaded')?.[1]();
  expect(ipc.send).toHaveBeenCalledWith('bindery:connect');
  const [channel, receive] = ipc.on.mock.calls[0] ?? [];
  expect(channel).toBe('bindery:port');
  const port = { name: 'port' };
  receive({ ports: [port] });
  expect(page.postMessage).toHaveBeenCalledWith('bindery:port', 'app://bindery', [port]);
  expect(Object.keys(page)).toEqual(before);
});

test('what is bundled for Electron runs as JavaScript: the same program answers from the bundle', async () => {
  const root = new URL('../../..', import.meta.url);
  const run = promisify(execFile);
  await run(process.execPath, ['electron/build.ts'], { cwd: root });
  const { stdout } = await run(
    process.execPath,
    ['dist/app/cli/main.js', 'call', '.', 'system.about', '--json'],
    {
      cwd: root,
    },
  );
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    value: { shell: 'cli', version: expect.any(String) },
  });
});
