import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, Menu, protocol, session } from 'electron';
import { homeOf } from '../core/door/home.ts';
import { APP_SCHEME, appProtocol } from './app-protocol.ts';
import { coreProcess } from './core-process.ts';
import { menu } from './menu.ts';
import { answerPages } from './pages.ts';
import { goQuiet, guardContents, guardSession } from './security.ts';
import { openWindow } from './window.ts';

/** Opens the desktop workbench: one instance, one core process, one window. */
export async function openWorkbench(): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  protocol.registerSchemesAsPrivileged([APP_SCHEME]);
  app.enableSandbox();
  goQuiet();
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  await app.whenReady();

  const core = coreProcess(homeOf(process.env), reloadWindows);
  guardSession(session.defaultSession);
  protocol.handle(APP_SCHEME.scheme, appProtocol(screensFolder(), core));
  answerPages(core);
  closeCoreBeforeQuit(core.close);
  Menu.setApplicationMenu(menu());
  openWindow();
}

/** Beside the bundle: `dist/app/electron/main.js` and `dist/renderer`. */
function screensFolder(): string {
  return fileURLToPath(new URL('../../renderer', import.meta.url));
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) {
    openWindow();
    return;
  }
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** A core that crashed starts again locked; a page still holds the port of the old one. */
function reloadWindows(): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.reload();
}

/** Quitting waits until the ledger is sealed and the workspace is locked. */
function closeCoreBeforeQuit(close: () => Promise<void>): void {
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}
