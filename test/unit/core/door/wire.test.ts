import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { streamOf } from '../../../../core/door/stream.ts';
import {
  type Asker,
  answerOver,
  askOver,
  type DoorRequest,
  type WireMessage,
} from '../../../../core/door/wire.ts';

let close = () => {};
afterEach(() => close());

function linked(handle: (request: Request) => Promise<Response>): Asker {
  const { port1, port2 } = new MessageChannel();
  const wire = (port: typeof port1) => ({
    post: (message: WireMessage) => port.postMessage(message),
    listen: (hear: (message: WireMessage) => void) => port.on('message', hear),
  });
  answerOver(wire(port1), handle);
  close = () => port1.close();
  return askOver(wire(port2));
}

const get = (signal = new AbortController().signal): DoorRequest => ({
  method: 'GET',
  url: '/x?y=1',
  headers: [['accept', 'text/plain']],
  body: null,
  signal,
});

test('a request arrives as it was asked and its answer comes back', async () => {
  const asker = linked(async (request) => {
    const { pathname, search } = new URL(request.url);
    return new Response(`${request.method} ${pathname}${search} ${request.headers.get('accept')}`, {
      status: 418,
    });
  });
  const answer = await asker.ask(get());
  expect(answer.status).toBe(418);
  expect(await text(answer.body)).toBe('GET /x?y=1 text/plain');
});

test('a body goes up while its echo comes down', async () => {
  const asker = linked(async (request) => new Response(request.body));
  const answer = await asker.ask({ ...get(), method: 'POST', body: numbered(200) });
  expect(await text(answer.body)).toBe(Array.from({ length: 200 }, (_, index) => `${index};`).join(''));
});

test('a slow reader holds a fast sender back', async () => {
  let made = 0;
  async function* endless() {
    for (;;) {
      made += 1;
      yield new Uint8Array(1000);
    }
  }
  const asker = linked(async () => new Response(streamOf(endless())));
  const answer = await asker.ask(get());
  const reader = answer.body[Symbol.asyncIterator]();
  await reader.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(made).toBeLessThan(20);
  await reader.return?.();
});

test('an asker that gives up stops the answer at its source', async () => {
  let stopped = false;
  const asker = linked(async (request) => {
    request.signal.addEventListener('abort', () => {
      stopped = true;
    });
    return new Promise<Response>(() => {});
  });
  const leave = new AbortController();
  const answer = asker.ask(get(leave.signal));
  leave.abort();
  await expect(answer).rejects.toMatchObject({ fault: { code: 'cancelled' } });
  await vi.waitFor(() => expect(stopped).toBe(true));
});

test('what breaks on the way up reaches the asker as it was', async () => {
  async function* broken() {
    yield new Uint8Array(1);
    throw new Error('the disk is gone');
  }
  const asker = linked(async (request) => new Response(await request.text()));
  await expect(asker.ask({ ...get(), method: 'POST', body: broken() })).rejects.toThrow('the disk is gone');
});

test('an answer that cannot be made fails as unavailable, without the reason of the inside', async () => {
  const asker = linked(async () => {
    throw new Error('inside');
  });
  await expect(asker.ask(get())).rejects.toMatchObject({ fault: { code: 'unavailable' } });
});

test('when the other end is gone, everything under way fails', async () => {
  const asker = linked(() => new Promise<Response>(() => {}));
  const answers = [asker.ask(get()), asker.ask(get())];
  asker.lost();
  for (const answer of answers)
    await expect(answer).rejects.toMatchObject({ fault: { code: 'unavailable' } });
});

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* numbered(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.from(`${index};`);
}
