import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient, safe } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BrowserShell, startBrowserShell } from '../../../../cli/browser-shell/server.ts';
import { CONTENT_SECURITY_POLICY } from '../../../../core/door/page.ts';
import type { Core } from '../../../../core/root.ts';
import { bearerFrom } from '../../../support/doors.ts';
import { FILE_BYTES, patternBytes } from '../../../support/stand-in-core.ts';

const STAND_IN = new URL('../../../support/stand-in-core.ts', import.meta.url).href;

let home: string;
let shell: BrowserShell;
let bearer: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bindery-shell-'));
  const screens = join(home, 'screens');
  await mkdir(join(screens, 'assets'), { recursive: true });
  await writeFile(join(home, 'secret.txt'), 'not for the page');
  await writeFile(join(screens, 'index.html'), '<!doctype html><title>Bindery</title>');
  await writeFile(join(screens, 'assets/main.js'), 'export {};');
  shell = await startBrowserShell({
    home,
    screens,
    port: 0,
    workspace: '/ws',
    coreModule: STAND_IN,
    limits: { rpcBytes: 10_000, fileBytes: FILE_BYTES + 1, idleMs: 300 },
  });
  bearer = await bearerFrom(shell.origin, shell.link());
});
afterAll(async () => {
  await shell.close();
  await rm(home, { recursive: true });
});

const own = () => ({ authorization: `Bearer ${bearer}` });
const about = (headers: Record<string, string>) =>
  raw('POST', '/rpc/system/about', { 'content-type': 'application/json', ...headers }, '{}');

test.each([-1, 70_000, Number.NaN, 1.5])('port %s is a usage fault', async (port) => {
  const started = startBrowserShell({ home, screens: home, port, coreModule: STAND_IN });
  await expect(started).rejects.toMatchObject({ fault: { code: 'usage' } });
});

test('a port that another program has is said to be unavailable', async () => {
  const started = startBrowserShell({ home, screens: home, port: Number(new URL(shell.origin).port) });
  const remedy = expect.stringContaining('--port');
  await expect(started).rejects.toMatchObject({ fault: { code: 'unavailable', remedy } });
});

describe('the link', () => {
  const session = (body: string) => fetch(`${shell.origin}/session`, { method: 'POST', body });
  const tokenOf = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get('token');

  test('keeps its token in the fragment, which no server ever sees', () => {
    const link = new URL(shell.link());
    expect([link.pathname, link.search, link.hash.slice(0, 7)]).toEqual(['/', '', '#token=']);
  });

  test('is exchanged once, and says which workspace to offer', async () => {
    const body = JSON.stringify({ token: tokenOf(shell.link()) });
    const first = await session(body);
    expect(await first.json()).toEqual({ bearer: expect.stringMatching(/^[\w-]{43}$/), workspace: '/ws' });
    expect((await session(body)).status).toBe(401);
  });

  test('stops working when a newer one is made', async () => {
    const older = JSON.stringify({ token: tokenOf(shell.link()) });
    shell.link();
    expect((await session(older)).status).toBe(401);
  });

  test.each(['', '{', '[]', '{"token":""}', `{"token":"${'x'.repeat(2000)}"}`])(
    'refuses %j',
    async (body) => {
      const answer = await session(body);
      expect([400, 401]).toContain(answer.status);
      expect(await answer.json()).toMatchObject({ ok: false });
    },
  );
});

describe('who may call', () => {
  test('nobody without the bearer', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `Basic ${bearer}` }]) {
      const answer = await about(headers);
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({ json: { code: 'FAULT', data: { code: 'forbidden' } } });
    }
    expect((await raw('GET', '/files/evidence/e1/0', {})).status).toBe(401);
  });

  test('the page with its bearer', async () => {
    expect((await about({ ...own(), origin: shell.origin })).status).toBe(200);
  });

  test.each([
    { host: 'evil.example' },
    { host: 'localhost:1' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('not a stranger: %j', async (headers: Record<string, string>) => {
    expect((await about({ ...own(), ...headers })).status).toBe(403);
    expect((await raw('GET', '/', headers)).status).toBe(403);
    expect((await raw('POST', '/session', headers, '{}')).status).toBe(403);
  });

  test('no cookie is ever set and other sites are granted nothing', async () => {
    const { headers } = await raw('GET', '/', {});
    expect(Object.keys(headers).filter((name) => /cookie|access-control/.test(name))).toEqual([]);
  });
});

describe('screens', () => {
  test('carry the strict policy and are never cached or framed', async () => {
    const { status, headers } = await raw('GET', '/', {});
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  test('answer for every path of the one page', async () => {
    expect((await raw('GET', '/controls/ac-2', {})).body).toContain('<title>Bindery');
    expect((await raw('GET', '/assets/main.js', {})).headers['content-type']).toBe(
      'text/javascript; charset=utf-8',
    );
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%5csecret.txt',
    '/..%00/secret.txt',
    '//secret.txt',
    '/%ff.txt',
    '/missing.js',
  ])('never leave their folder: %s', async (path) => {
    const { status, body } = await raw('GET', path, {});
    expect(status).toBe(404);
    expect(body).not.toContain('not for the page');
  });
});

describe('files', () => {
  test('go in as a stream and are hashed', async () => {
    const bytes = patternBytes();
    const answer = await fetch(`${shell.origin}/files?name=a%20b.log&type=text%2Fplain`, {
      method: 'POST',
      headers: own(),
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({
      upload: 'u1',
      name: 'a b.log',
      bytes: FILE_BYTES,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      mediaType: 'text/plain',
    });
  });

  test('come out byte for byte, to be kept and never to run', async () => {
    const answer = await fetch(`${shell.origin}/files/evidence/e1/0`, { headers: own() });
    expect(Buffer.from(await answer.arrayBuffer()).equals(patternBytes())).toBe(true);
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''log%20%281%29%E2%80%99%C3%BC.txt",
    );
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  test('a reader that leaves half-way leaves the shell in order', async () => {
    const leave = new AbortController();
    const answer = await fetch(`${shell.origin}/files/evidence/e1/0`, {
      headers: own(),
      signal: leave.signal,
    });
    await answer.body?.getReader().read();
    leave.abort();
    expect((await about(own())).status).toBe(200);
  });

  test('an unknown one is a fault in words', async () => {
    const answer = await fetch(`${shell.origin}/files/evidence/none/0`, { headers: own() });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      ok: false,
      fault: { code: 'not-found', what: 'file', id: '/files/evidence/none/0' },
    });
  });
});

describe('limits', () => {
  test('a call that is too large is refused', async () => {
    const answer = await about({ ...own(), 'content-length': '20000' });
    expect(answer.status).toBe(400);
  });

  test('a sender that falls silent is let go', async () => {
    const { port } = new URL(shell.origin);
    const socket = connect(Number(port), '127.0.0.1');
    const said = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString();
      });
      socket.on('close', () => resolve(text));
    });
    socket.write(
      `POST /files?name=slow HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${bearer}\r\nContent-Length: 100\r\n\r\nabc`,
    );
    expect(await said).toMatch(/^HTTP\/1\.1 503 /);
  });
});

describe('a stranger', () => {
  test('who drips a token in byte by byte is let go after one wait for all of it', async () => {
    const { port } = new URL(shell.origin);
    const socket = connect(Number(port), '127.0.0.1');
    const said = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())));
    socket.write(`POST /session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => socket.write('x'), 50);
    expect(await said).toMatch(/^HTTP\/1\.1 503 /);
    clearInterval(drip);
    socket.destroy();
  });
});

describe('the core on its thread', () => {
  const client = (): Core['client'] =>
    createORPCClient(new RPCLink({ url: `${shell.origin}/rpc`, headers: own() }));

  test('may crash: what was under way fails with a fault and the next call finds it again, locked', async () => {
    const stream = await client().jobs.watch({ job: 'endless' });
    await stream.next();
    // The call that makes it crash is under way itself: it is answered or cut off, whichever is first.
    await Promise.all([
      safe(client().jobs.cancel({ job: 'crash' })),
      expect(drain(stream)).rejects.toThrow(),
    ]);
    await vi.waitFor(async () => {
      const { error } = await safe(client().workspace.info());
      expect(error).toMatchObject({ code: 'FAULT', data: { code: 'locked' } });
    }, 20_000);
  });

  test('never shows the inside of a bug', async () => {
    const answer = await raw(
      'POST',
      '/rpc/workspace/recent',
      { ...own(), 'content-type': 'application/json' },
      '{}',
    );
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('a secret of the inside');
  });
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A request as a hostile client would write it: `fetch` would tidy the path and forbid the headers. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(shell.origin);
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
      );
    });
    sent.on('error', reject);
    sent.end(headers['content-length'] ? 'x'.repeat(Number(headers['content-length'])) : body);
  });
}
