import { app, type Session, type WebContents, type WebFrameMain } from 'electron';
import { isOwnUrl } from './app-protocol.ts';

/** Switches Chromium's own errands off: nothing here may call a network. */
export function goQuiet(): void {
  const { commandLine } = app;
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'disable-breakpad',
    'no-pings',
  ]) {
    commandLine.appendSwitch(name);
  }
}

/** No page leads anywhere else: no navigation, no window, no webview; a frame shows our own blobs only. */
export function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame || !event.url.startsWith('blob:app://')) event.preventDefault();
  });
}

/** Denies every permission but putting text on the clipboard, and every request that is not for our own files. */
export function guardSession(session: Session): void {
  const mayCopy = (permission: string, url: string) =>
    permission === 'clipboard-sanitized-write' && isOwnUrl(url);
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(mayCopy(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => mayCopy(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocal(details.url) }));
}

/** Whether a message comes from the top frame of our own page. */
export function isOwnFrame(frame: WebFrameMain | null): frame is WebFrameMain {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url);
}

function isLocal(url: string): boolean {
  return isOwnUrl(url) || /^(blob:app:|data:|devtools:)/.test(url);
}
