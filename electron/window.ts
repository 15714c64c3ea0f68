import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, type BrowserWindowConstructorOptions } from 'electron';
import { APP_URL } from './app-protocol.ts';

/** A page without Node, in a sandbox, in a world of its own. */
export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  navigateOnDragDrop: false,
  // Its dictionaries would come from a network.
  spellcheck: false,
} as const satisfies BrowserWindowConstructorOptions['webPreferences'];

/** Opens the workbench's window; it shows when there is something to see. */
export function openWindow(): void {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Bindery',
    webPreferences: {
      ...WEB_PREFERENCES,
      devTools: !app.isPackaged,
      preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(APP_URL);
}
