import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askWeb, isPublic, WEB_RULES, type WebRules } from '../../../../core/evidence/web-address.ts';

const asked: string[] = [];
let server: Server;
let port: number;
const { signal } = new AbortController();

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host}${request.url}`);
    const to = (where: string) => response.writeHead(302, { location: where }).end();
    if (request.url === '/here') response.writeHead(200).end('x'.repeat(1_000_000));
    else if (request.url === '/no-head') response.writeHead(request.method === 'HEAD' ? 405 : 200).end();
    else if (request.url === '/sign-in') response.writeHead(401).end();
    else if (request.url === '/moved') to('/here');
    else if (request.url === '/round') to('/round');
    else if (request.url === '/inside') to(`http://inside.test:${port}/here`);
    else if (request.url === '/address') to('http://10.0.0.1/');
    else if (request.url === '/file') to('file:///etc/passwd');
    else if (request.url === '/slow') setTimeout(() => response.end(), 5000).unref();
    else response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Resolves `outside.test` to the server here, which counts as public, and `inside.test` to what does not. */
const lookup: LookupFunction = (host, _options, done) =>
  host === 'nowhere.test'
    ? done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), [])
    : done(
        null,
        host === 'both.test'
          ? [
              { address: '127.0.0.1', family: 4 },
              { address: '127.0.0.2', family: 4 },
            ]
          : [{ address: host === 'inside.test' ? '127.0.0.2' : '127.0.0.1', family: 4 }],
      );
const rules: WebRules = { lookup, mayAsk: (address) => address === '127.0.0.1', timeoutMs: 300 };
const ask = (path: string, host = 'outside.test') => askWeb(`http://${host}:${port}${path}`, signal, rules);

describe('a web address', () => {
  test('is there where a page answers, also one that redirects, knows no HEAD or asks who it is', async () => {
    for (const path of ['/here', '/moved', '/no-head', '/sign-in'])
      expect(await ask(path)).toMatchObject({ outcome: 'ok' });
    expect((await ask('/moved')).detail).toBe(`It answered 200 at http://outside.test:${port}/here.`);
  });

  test.each([
    ['/gone', 'It answered 404.'],
    ['/round', 'It redirects more than 5 times.'],
    ['/slow', 'It did not answer in time.'],
  ])('is broken where nothing comes of it: %s', async (path, detail) => {
    expect(await ask(path)).toEqual({ outcome: 'unreachable', detail });
  });

  test('is broken where no host has the name', async () => {
    expect(await ask('/', 'nowhere.test')).toEqual({
      outcome: 'unreachable',
      detail: 'There is no host of that name.',
    });
  });
});

describe('what is not public is never asked', () => {
  const reached = async (work: () => Promise<unknown>) => {
    asked.length = 0;
    await work();
    return asked.filter((line) => !line.includes('outside.test'));
  };

  test.each([
    ['a name that leads inside', '/here', 'inside.test'],
    ['a name of which one address leads inside', '/here', 'both.test'],
    ['a redirect to a name that leads inside', '/inside', 'outside.test'],
    ['a redirect to an address inside', '/address', 'outside.test'],
    ['a redirect to a file', '/file', 'outside.test'],
  ])('%s', async (_what, path, host) => {
    let found: unknown;
    expect(await reached(async () => (found = await ask(path, host)))).toEqual([]);
    expect(found).toMatchObject({ outcome: 'not-checked' });
  });

  test.each([
    'http://127.0.0.1:1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'https://user:secret@example.org/',
    'ftp://example.org/',
    'http://localhost:1/',
  ])('%s', async (address) => {
    expect(await askWeb(address, signal, WEB_RULES)).toMatchObject({ outcome: 'not-checked' });
  });

  test.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['10.1.2.3', false],
    ['100.64.0.1', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['0.0.0.0', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['not an address', false],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublic(address)).toBe(expected);
  });
});
