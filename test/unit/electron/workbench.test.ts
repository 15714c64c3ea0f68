import type { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ChildDouble, electronDouble, WindowDouble } from '../../support/electron-double.ts';

type Double = ReturnType<typeof electronDouble>;

let electron: Double;
let windows: WindowDouble[];
let openWorkbench: () => Promise<void>;

vi.mock('electron', async () => (await import('../../support/electron-double.ts')).electronDouble());

beforeEach(async () => {
  vi.resetModules();
  electron = (await import('electron')) as unknown as Double;
  electron.app.removeAllListeners();
  electron.ipcMain.removeAllListeners();
  vi.clearAllMocks();
  windows = electron.BrowserWindow.all;
  windows.length = 0;
  ({ openWorkbench } = await import('../../../electron/workbench.ts'));
});

const children = () => electron.utilityProcess.fork.mock.results.map((result) => result.value as ChildDouble);
const connect = (senderFrame: unknown) =>
  (electron.ipcMain as EventEmitter).emit('bindery:connect', { senderFrame });
const ownFrame = () => ({ url: 'app://bindery/', parent: null, postMessage: vi.fn() });

test('a second instance steps back and starts nothing', async () => {
  electron.app.requestSingleInstanceLock.mockReturnValueOnce(false);
  await openWorkbench();
  expect(electron.app.quit).toHaveBeenCalledOnce();
  expect([windows.length, electron.protocol.handle.mock.calls.length]).toEqual([0, 0]);
});

test('the first instance comes to the front when a second is started', async () => {
  await openWorkbench();
  electron.app.emit('second-instance');
  expect(windows).toHaveLength(1);
  expect(windows[0]?.restore).toHaveBeenCalled();
  expect(windows[0]?.focus).toHaveBeenCalled();
});

test('the scheme and the sandbox are set before Electron is ready', async () => {
  await openWorkbench();
  const [ready] = electron.app.whenReady.mock.invocationCallOrder;
  for (const early of [electron.protocol.registerSchemesAsPrivileged, electron.app.enableSandbox]) {
    expect(early.mock.invocationCallOrder[0]).toBeLessThan(ready ?? 0);
  }
});

test('our own page gets a port to the core, and nothing else', async () => {
  await openWorkbench();
  const frame = ownFrame();
  connect(frame);
  const [child] = children();
  expect(child?.postMessage).toHaveBeenCalledWith({ kind: 'port' }, [{ name: 'the core’s end' }]);
  expect(frame.postMessage).toHaveBeenCalledWith('bindery:port', null, [{ name: 'the page’s end' }]);
});

test('a stranger who asks for a port gets no answer', async () => {
  await openWorkbench();
  const strangers = [
    { ...ownFrame(), url: 'https://example.org/' },
    { ...ownFrame(), parent: {} },
  ];
  for (const stranger of strangers) connect(stranger);
  connect(null);
  expect(children()).toEqual([]);
  for (const stranger of strangers) expect(stranger.postMessage).not.toHaveBeenCalled();
});

test('a core that crashes takes its pages back to the start, and the next page finds a new one', async () => {
  await openWorkbench();
  connect(ownFrame());
  children()[0]?.emit('exit', 1);
  expect(windows[0]?.webContents.reload).toHaveBeenCalledOnce();
  connect(ownFrame());
  expect(children()).toHaveLength(2);
});

test('quitting waits until the core has locked', async () => {
  await openWorkbench();
  connect(ownFrame());
  const asked = { preventDefault: vi.fn() };
  electron.app.emit('before-quit', asked);
  expect(asked.preventDefault).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalledOnce());
  expect(children()[0]?.postMessage).toHaveBeenCalledWith({ kind: 'close' });
  const again = { preventDefault: vi.fn() };
  electron.app.emit('before-quit', again);
  expect(again.preventDefault).not.toHaveBeenCalled();
});

test('the core’s process is not told the secrets of the command line', async () => {
  vi.stubEnv('BINDERY_PASSPHRASE', 'secret');
  await openWorkbench();
  connect(ownFrame());
  const [, , options] = electron.utilityProcess.fork.mock.calls[0] as unknown as [
    string,
    string[],
    { env: object },
  ];
  vi.unstubAllEnvs();
  expect(options.env).not.toHaveProperty('BINDERY_PASSPHRASE');
});
