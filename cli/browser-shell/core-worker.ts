import { parentPort, workerData } from 'node:worker_threads';
import { httpDoor } from '../../core/door/http-door.ts';
import { answerOver, type WireMessage } from '../../core/door/wire.ts';
import type { CreateCore } from '../workbench.ts';
import { CLOSE, CLOSED, type CoreThreadOptions } from './core-thread.ts';

const { home, coreModule } = workerData as CoreThreadOptions;
const port = parentPort;
if (port === null) throw new Error('This file is the inside of a worker thread.');

const core = await (await creator())({ shell: 'browser', home });

answerOver(
  {
    post: (message) => port.postMessage(message),
    listen: (hear) =>
      port.on('message', (message: WireMessage | typeof CLOSE) => {
        if (message === CLOSE) void core.close().finally(() => port.postMessage(CLOSED));
        else hear(message);
      }),
  },
  httpDoor(core),
);

async function creator(): Promise<CreateCore> {
  if (coreModule === undefined) return (await import('../../core/index.ts')).createCore;
  const stand = (await import(coreModule)) as { readonly createCore: CreateCore };
  return stand.createCore;
}
