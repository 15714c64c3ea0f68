import { FaultError } from '../../shared/fault.ts';
import { streamOf } from './stream.ts';

/**
 * HTTP-shaped requests over a message channel: a worker's port in the browser shell, a utility process in Electron.
 * Bodies stream both ways; a sender may be `WINDOW` chunks ahead of the reader, so a 10 GB file costs no memory.
 */
export interface Wire {
  post(message: WireMessage): void;
  listen(hear: (message: WireMessage) => void): void;
}

export type Headers = readonly (readonly [string, string])[];

/** `up` is the body of the request, `down` the body of the answer. */
type Way = 'up' | 'down';
export type WireMessage =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly method: string;
      readonly url: string;
      readonly headers: Headers;
      readonly body: boolean;
    }
  | { readonly kind: 'answer'; readonly id: number; readonly status: number; readonly headers: Headers }
  | { readonly kind: 'chunk'; readonly id: number; readonly way: Way; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number; readonly way: Way }
  /** The reader took a chunk and has room for one more. */
  | { readonly kind: 'more'; readonly id: number; readonly way: Way }
  /** `up`: the asker gave up on the whole; `down`: the answer broke off. */
  | { readonly kind: 'broken'; readonly id: number; readonly way: Way };

const WINDOW = 8;
const CHUNK_BYTES = 64 * 1024;

export interface DoorRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array> | null;
  readonly signal: AbortSignal;
}
export interface DoorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The asking end of a wire. */
export interface Asker {
  ask(request: DoorRequest): Promise<DoorAnswer>;
  /** The other end is gone: everything under way fails with `unavailable`. */
  lost(): void;
}

interface Asked {
  readonly down: Inlet;
  readonly room: Room;
  answered(answer: { status: number; headers: Headers }): void;
  failed(error: unknown): void;
}

/** Starts asking over a wire. */
export function askOver(wire: Wire): Asker {
  const asked = new Map<number, Asked>();
  let last = 0;
  wire.listen((message) => {
    const one = asked.get(message.id);
    if (!one) return;
    if (message.kind === 'answer') one.answered(message);
    else if (message.kind === 'chunk') one.down.push(message.bytes);
    else if (message.kind === 'more') one.room.grow();
    else if (message.kind === 'end') one.down.end();
    else if (message.kind === 'broken') one.failed(unavailable());
  });
  return {
    ask(request) {
      last += 1;
      return askOne(wire, asked, last, request);
    },
    lost() {
      for (const one of [...asked.values()]) one.failed(unavailable());
    },
  };
}

function askOne(
  wire: Wire,
  asked: Map<number, Asked>,
  id: number,
  request: DoorRequest,
): Promise<DoorAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<DoorAnswer>();
  const room = roomFor(WINDOW);
  const settle = () => {
    asked.delete(id);
    room.close();
    request.signal.removeEventListener('abort', giveUp);
  };
  const down = inlet({
    taken: () => wire.post({ kind: 'more', id, way: 'down' }),
    dropped: () => giveUp(),
    over: settle,
  });
  const failed = (error: unknown) => {
    settle();
    down.fail(error);
    reject(error);
  };
  const breakOff = (error: unknown) => {
    if (!asked.has(id)) return;
    wire.post({ kind: 'broken', id, way: 'up' });
    failed(error);
  };
  function giveUp(): void {
    breakOff(new FaultError({ code: 'cancelled' }));
  }
  asked.set(id, {
    down,
    room,
    failed,
    answered: ({ status, headers }) => resolve({ status, headers, body: down }),
  });
  request.signal.addEventListener('abort', giveUp);
  const { method, url, headers, body } = request;
  wire.post({ kind: 'request', id, method, url, headers, body: body !== null });
  if (request.signal.aborted) giveUp();
  else if (body !== null) void send(wire, id, 'up', body, room).catch(breakOff);
  return promise;
}

/** The answering end: every request that comes over the wire goes to `handle`. */
export function answerOver(wire: Wire, handle: (request: Request) => Promise<Response>): void {
  const open = new Map<number, Answering>();
  wire.listen((message) => {
    if (message.kind === 'request') {
      open.set(
        message.id,
        answerOne(wire, message, handle, () => open.delete(message.id)),
      );
      return;
    }
    const one = open.get(message.id);
    if (message.kind === 'chunk') one?.up.push(message.bytes);
    else if (message.kind === 'end') one?.up.end();
    else if (message.kind === 'more') one?.room.grow();
    else if (message.kind === 'broken') one?.givenUp();
  });
}

interface Answering {
  readonly up: Inlet;
  readonly room: Room;
  givenUp(): void;
}
type RequestMessage = Extract<WireMessage, { kind: 'request' }>;

function answerOne(
  wire: Wire,
  message: RequestMessage,
  handle: (request: Request) => Promise<Response>,
  done: () => void,
): Answering {
  const { id } = message;
  const stop = new AbortController();
  const room = roomFor(WINDOW);
  const up = inlet({ taken: () => wire.post({ kind: 'more', id, way: 'up' }) });
  const answer = async () => {
    const response = await handle(requestOf(message, up, stop.signal));
    if (stop.signal.aborted) return response.body?.cancel();
    wire.post({ kind: 'answer', id, status: response.status, headers: [...response.headers] });
    await send(wire, id, 'down', response.body ?? [], room);
  };
  void answer()
    .catch(() => {
      if (!stop.signal.aborted) wire.post({ kind: 'broken', id, way: 'down' });
    })
    .finally(done);
  return {
    up,
    room,
    givenUp() {
      stop.abort();
      room.close();
      up.fail(new FaultError({ code: 'cancelled' }));
    },
  };
}

function requestOf(message: RequestMessage, up: Inlet, signal: AbortSignal): Request {
  const body = message.body ? { body: streamOf(up), duplex: 'half' as const } : {};
  return new Request(new URL(message.url, 'http://bindery'), {
    method: message.method,
    headers: message.headers.map(([name, value]) => [name, value]),
    signal,
    ...body,
  });
}

async function send(
  wire: Wire,
  id: number,
  way: Way,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  room: Room,
): Promise<void> {
  for await (const bytes of body) {
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      if (!(await room.take())) return;
      // A copy of its own: cloning a view clones the whole buffer under it.
      wire.post({ kind: 'chunk', id, way, bytes: Uint8Array.from(bytes.subarray(from, from + CHUNK_BYTES)) });
    }
  }
  wire.post({ kind: 'end', id, way });
}

/** How many chunks may still be sent. */
interface Room {
  /** False once nobody reads any more. */
  take(): Promise<boolean>;
  grow(): void;
  close(): void;
}

function roomFor(chunks: number): Room {
  let left = chunks;
  let open = true;
  let wake: (() => void) | null = null;
  const rouse = () => {
    wake?.();
    wake = null;
  };
  return {
    async take() {
      while (open && left === 0) await new Promise<void>((resolve) => (wake = resolve));
      left -= 1;
      return open;
    },
    grow() {
      left += 1;
      rouse();
    },
    close() {
      open = false;
      rouse();
    },
  };
}

/** A body as it comes in; read once. */
interface Inlet extends AsyncIterable<Uint8Array> {
  push(bytes: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
}

interface InletEvents {
  readonly taken: () => void;
  /** The reader stopped before the end. */
  readonly dropped?: () => void;
  readonly over?: () => void;
}

function inlet(events: InletEvents): Inlet {
  const waiting: Uint8Array[] = [];
  let ending: { error?: unknown } | null = null;
  let wake: (() => void) | null = null;
  const rouse = () => {
    wake?.();
    wake = null;
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    let whole = false;
    try {
      for (;;) {
        const bytes = waiting.shift();
        if (bytes) {
          events.taken();
          yield bytes;
        } else if (ending) {
          whole = true;
          if ('error' in ending) throw ending.error;
          return;
        } else {
          await new Promise<void>((resolve) => (wake = resolve));
        }
      }
    } finally {
      if (!whole) events.dropped?.();
      events.over?.();
    }
  }
  return {
    push(bytes) {
      waiting.push(bytes);
      rouse();
    },
    end() {
      ending ??= {};
      rouse();
    },
    fail(error) {
      ending ??= { error };
      rouse();
    },
    [Symbol.asyncIterator]: read,
  };
}

function unavailable(): FaultError {
  return new FaultError({
    code: 'unavailable',
    what: 'the core',
    detail: 'it stopped unexpectedly and starts again, locked.',
  });
}
