import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

/**
 * A double of the `electron` module for machines without its binary: it keeps what it was told and lets a test play
 * the part of Chromium. `vi.mock('electron', () => electronDouble())`.
 */
export function electronDouble() {
  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    requestSingleInstanceLock: vi.fn(() => true),
    quit: vi.fn(),
    enableSandbox: vi.fn(),
    whenReady: vi.fn(async () => undefined),
    commandLine: { appendSwitch: vi.fn() },
  });
  return {
    app,
    BrowserWindow: WindowDouble,
    ipcMain: new EventEmitter(),
    Menu: { setApplicationMenu: vi.fn(), buildFromTemplate: vi.fn((template: unknown) => template) },
    MessageChannelMain: ChannelDouble,
    protocol: { registerSchemesAsPrivileged: vi.fn(), handle: vi.fn() },
    session: { defaultSession: sessionDouble() },
    utilityProcess: { fork: vi.fn(() => new ChildDouble()) },
  };
}

export class WindowDouble extends EventEmitter {
  static readonly all: WindowDouble[] = [];
  static getAllWindows(): WindowDouble[] {
    return WindowDouble.all;
  }
  readonly options: Record<string, unknown>;
  readonly webContents = { reload: vi.fn() };
  readonly loadURL = vi.fn(async () => undefined);
  readonly show = vi.fn();
  readonly focus = vi.fn();
  readonly restore = vi.fn();
  readonly isMinimized = vi.fn(() => true);
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    WindowDouble.all.push(this);
  }
}

class ChannelDouble {
  readonly port1 = { name: 'the core’s end' };
  readonly port2 = { name: 'the page’s end' };
}

export class ChildDouble extends EventEmitter {
  readonly postMessage = vi.fn((message: { readonly kind: string }) => {
    if (message.kind === 'close') this.emit('exit', 0);
  });
  readonly kill = vi.fn();
}

export function sessionDouble() {
  return {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    webRequest: { onBeforeRequest: vi.fn() },
  };
}
