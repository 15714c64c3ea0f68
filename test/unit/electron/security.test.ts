import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Session, WebContents, WebFrameMain } from 'electron';
import { describe, expect, type Mock, test, vi } from 'vitest';
import { sessionDouble } from '../../support/electron-double.ts';

vi.mock('electron', async () => (await import('../../support/electron-double.ts')).electronDouble());
const { guardContents, guardSession, isOwnFrame } = await import('../../../electron/security.ts');
const { openWindow } = await import('../../../electron/window.ts');
const { BrowserWindow } = (await import('electron')) as unknown as {
  BrowserWindow: typeof import('../../support/electron-double.ts').WindowDouble;
};

/** The handler that was registered, taken while the double still remembers it. */
function firstGiven(mock: Mock): (...given: unknown[]) => unknown {
  return mock.mock.calls[0]?.[0] as (...given: unknown[]) => unknown;
}

describe('the window', () => {
  test('shows a page without Node, in a sandbox, in a world of its own', () => {
    openWindow();
    const [window] = BrowserWindow.all;
    expect(window?.options).toMatchObject({
      webPreferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
        devTools: false,
        preload: expect.stringMatching(/preload\.cjs$/),
      },
    });
    expect(window?.loadURL).toHaveBeenCalledWith('app://bindery/');
  });

  test('appears when there is something to see', () => {
    const window = BrowserWindow.all.at(-1);
    expect(window?.show).not.toHaveBeenCalled();
    window?.emit('ready-to-show');
    expect(window?.show).toHaveBeenCalledOnce();
  });
});

describe('a page', () => {
  const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn() });
  guardContents(contents as unknown as WebContents);
  const openWindowAsked = firstGiven(contents.setWindowOpenHandler);
  const refused = (event: string, details: object = {}) => {
    const asked = { preventDefault: vi.fn(), ...details };
    contents.emit(event, asked);
    return asked.preventDefault.mock.calls.length > 0;
  };

  test('opens no window', () => {
    expect(openWindowAsked({ url: 'https://example.org' })).toEqual({
      action: 'deny',
    });
  });

  test.each(['will-navigate', 'will-redirect', 'will-attach-webview'])('is refused %s', (event) => {
    expect(refused(event, { url: 'app://bindery/other' })).toBe(true);
  });

  test('frames nothing but its own blobs', () => {
    expect(refused('will-frame-navigate', { isMainFrame: false, url: 'blob:app://bindery/1' })).toBe(false);
    expect(refused('will-frame-navigate', { isMainFrame: false, url: 'https://example.org' })).toBe(true);
    expect(refused('will-frame-navigate', { isMainFrame: true, url: 'blob:app://bindery/1' })).toBe(true);
  });
});

describe('the session', () => {
  const session = sessionDouble();
  guardSession(session as unknown as Session);
  const asked = firstGiven(session.setPermissionRequestHandler);
  const checked = firstGiven(session.setPermissionCheckHandler);
  const device = firstGiven(session.setDevicePermissionHandler);
  const request = firstGiven(session.webRequest.onBeforeRequest);

  test.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'fullscreen',
    'openExternal',
    'display-capture',
  ])('denies %s', (permission) => {
    const answer = vi.fn();
    asked(null, permission, answer, {
      requestingUrl: 'app://bindery/',
    });
    expect(answer).toHaveBeenCalledWith(false);
    expect(checked(null, permission, 'app://bindery/')).toBe(false);
  });

  test('lets our own page, and no other, put text on the clipboard', () => {
    const may = (url: string) => checked(null, 'clipboard-sanitized-write', url);
    expect([may('app://bindery/'), may('app://other/'), may('https://bindery/')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('grants no device', () => {
    expect(device({})).toBe(false);
  });

  test.each([
    ['app://bindery/assets/main.js', false],
    ['blob:app://bindery/1', false],
    ['data:image/png;base64,', false],
    ['app://elsewhere/', true],
    ['https://fonts.example.org/a.woff2', true],
    ['http://127.0.0.1:8080/', true],
    ['file:///etc/passwd', true],
    ['ws://127.0.0.1/', true],
  ])('of a request for %s says cancelled: %s', (url, cancel) => {
    const answer = vi.fn();
    request({ url }, answer);
    expect(answer).toHaveBeenCalledWith({ cancel });
  });
});

describe('a sender', () => {
  const frame = (url: string, parent: object | null = null) => ({ url, parent }) as unknown as WebFrameMain;

  test.each([
    ['app://bindery/', null, true],
    ['app://bindery/controls', null, true],
    ['app://bindery/', {}, false],
    ['app://bindery.example/', null, false],
    ['app://binderyx/', null, false],
    ['https://bindery/', null, false],
    ['about:blank', null, false],
    ['', null, false],
  ])('at %s inside %j is ours: %s', (url, parent, ours) => {
    expect(isOwnFrame(frame(url, parent))).toBe(ours);
  });

  test('that is gone is not ours', () => {
    expect(isOwnFrame(null)).toBe(false);
  });
});

test('what is packed has its fuses set and publishes nothing', async () => {
  const recipe = await readFile(new URL('../../../electron-builder.yml', import.meta.url), 'utf8');
  for (const line of [
    'asar: true',
    'publish: null',
    'runAsNode: false',
    'enableNodeOptionsEnvironmentVariable: false',
    'enableNodeCliInspectArguments: false',
    'enableEmbeddedAsarIntegrityValidation: true',
    'onlyLoadAppFromAsar: true',
    'grantFileProtocolExtraPrivileges: false',
  ]) {
    expect(recipe).toContain(line);
  }
});
