import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../../core/door/page.ts';
import type { DoorAnswer, DoorRequest } from '../../../core/door/wire.ts';
import { APP_SCHEME, appProtocol } from '../../../electron/app-protocol.ts';
import { FaultError } from '../../../shared/fault.ts';

let folder: string;
let handle: (request: Request) => Promise<Response>;
const ask = vi.fn<(request: DoorRequest) => Promise<DoorAnswer>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-app-'));
  await mkdir(join(folder, 'screens'));
  await writeFile(join(folder, 'secret.txt'), 'not for the page');
  await writeFile(join(folder, 'screens/index.html'), '<title>Bindery</title>');
  await writeFile(join(folder, 'screens/main.js'), 'export {};');
  handle = appProtocol(join(folder, 'screens'), { ask });
});
afterAll(() => rm(folder, { recursive: true }));

const get = (path: string, init?: RequestInit) => handle(new Request(`app://bindery${path}`, init));

test('the scheme is a secure origin of its own that streams', () => {
  expect(APP_SCHEME).toEqual({
    scheme: 'app',
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
  });
});

test('a screen comes with the strict policy', async () => {
  const answer = await get('/');
  expect([answer.status, await answer.text()]).toEqual([200, '<title>Bindery</title>']);
  expect(answer.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test('every path of the one page answers, and scripts have their type', async () => {
  expect((await get('/review')).status).toBe(200);
  expect((await get('/main.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test.each([
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%5csecret.txt',
  '/x/..%00/secret.txt',
  '/missing.js',
  '/%ff.js',
])('%s leads nowhere', async (path) => {
  const answer = await get(path);
  expect([answer.status, (await answer.text()).includes('not for the page')]).toEqual([404, false]);
});

test('another host of the scheme leads nowhere', async () => {
  expect((await handle(new Request('app://elsewhere/index.html'))).status).toBe(404);
});

test('only files take anything but GET', async () => {
  expect((await get('/', { method: 'POST', body: 'x' })).status).toBe(404);
});

test('a file is asked of the core and keeps its own, stricter policy', async () => {
  ask.mockResolvedValueOnce({
    status: 200,
    headers: [
      ['content-type', 'text/html'],
      ['content-security-policy', "default-src 'none'; sandbox"],
    ],
    body: bytes('hello'),
  });
  const answer = await get('/files/evidence/e/0?sha256=a');
  expect(await answer.text()).toBe('hello');
  expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(ask.mock.calls[0]?.[0]).toMatchObject({
    method: 'GET',
    url: '/files/evidence/e/0?sha256=a',
    body: null,
  });
});

test('bytes that are handed in reach the core as a stream', async () => {
  let taken = '';
  ask.mockImplementationOnce(async ({ body }) => {
    for await (const chunk of body ?? []) taken += Buffer.from(chunk).toString();
    return { status: 201, headers: [], body: bytes('{}') };
  });
  expect((await get('/files?name=a', { method: 'POST', body: 'the bytes' })).status).toBe(201);
  expect(taken).toBe('the bytes');
});

test('a core that is gone is a fault, not a broken page', async () => {
  ask.mockRejectedValueOnce(new FaultError({ code: 'unavailable', what: 'the core', detail: 'gone' }));
  const answer = await get('/files/evidence/e/0');
  expect([answer.status, await answer.json()]).toEqual([
    503,
    { ok: false, fault: { code: 'unavailable', what: 'the core', detail: 'gone' } },
  ]);
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
