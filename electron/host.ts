import { RPCHandler } from '@orpc/server/message-port';
import type { ParentPort } from 'electron';
import { httpDoor } from '../core/door/http-door.ts';
import { answerOver, type WireMessage } from '../core/door/wire.ts';
import { createCore } from '../core/index.ts';
import type { HostMessage } from './core-process.ts';

/** Electron gives a utility process this port to the main process. */
const { parentPort } = process as unknown as { readonly parentPort: ParentPort };

const core = await createCore({ shell: 'electron', home: process.argv[2] ?? '' });
const handler = new RPCHandler(core.router);

let hear: (message: WireMessage) => void = () => undefined;
answerOver(
  {
    post: (message) => parentPort.postMessage(message),
    listen: (listener) => {
      hear = listener;
    },
  },
  httpDoor(core),
);

parentPort.on('message', ({ data, ports }) => {
  const message = data as HostMessage;
  if (message.kind === 'port') servePage(ports[0]);
  else if (message.kind === 'close') void core.close().finally(() => process.exit(0));
  else hear(message);
});

function servePage(port: Electron.MessagePortMain | undefined): void {
  if (!port) return;
  handler.upgrade(port);
  port.start();
}
