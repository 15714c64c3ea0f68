import { ipcMain, MessageChannelMain } from 'electron';
import type { CoreProcess } from './core-process.ts';
import { isOwnFrame } from './security.ts';

/** Hands every page of ours that asks a port to the core; anybody else is not answered. */
export function answerPages(core: Pick<CoreProcess, 'serve'>): void {
  ipcMain.on('bindery:connect', ({ senderFrame }) => {
    if (!isOwnFrame(senderFrame)) return;
    const { port1, port2 } = new MessageChannelMain();
    core.serve(port1);
    senderFrame.postMessage('bindery:port', null, [port2]);
  });
}
