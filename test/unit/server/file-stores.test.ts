import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FolderStore } from '../../../server/blobs/folder-store.ts';
import { S3Store } from '../../../server/blobs/s3-store.ts';
import type { BlobPlace, BlobStore } from '../../../server/blobs/store.ts';

/** As much of an S3-compatible store as ours asks: it lists two keys a page, and wants signed requests. */
const objects = new Map<string, Buffer>();
let s3: Server;
const folder = mkdtempSync(join(tmpdir(), 'bindery-files-'));

beforeAll(async () => {
  s3 = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://s3');
    const key = decodeURIComponent(url.pathname.replace('/bucket/', ''));
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=id/'))
      return response.writeHead(403).end();
    if (request.method === 'PUT') objects.set(key, Buffer.concat(pieces));
    if (request.method === 'DELETE') objects.delete(key);
    if (request.method !== 'GET') return response.end();
    if (url.searchParams.get('list-type')) return response.end(list(url.searchParams));
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    const found = objects.get(key);
    if (!found) return response.writeHead(404).end();
    return response.end(from ? found.subarray(Number(from), Number(to) + 1) : found);
  });
  await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  s3.close();
  rmSync(folder, { recursive: true, force: true });
});

function list(asked: URLSearchParams): string {
  const keys = [...objects.keys()].filter((key) => key.startsWith(asked.get('prefix') ?? '')).sort();
  const from = Number(asked.get('continuation-token') ?? 0);
  const page = keys.slice(from, from + 2);
  const more = from + 2 < keys.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : '';
  return `<R>${page.map((key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size></Contents>`).join('')}${more}</R>`;
}

const STORES: Record<string, () => BlobStore> = {
  'a folder': () => new FolderStore(folder),
  'an S3-compatible store': () =>
    new S3Store({
      kind: 's3',
      endpoint: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
      bucket: 'bucket',
      region: 'us-east-1',
      accessKeyId: 'id',
      secretAccessKey: 'secret',
    }),
};

const bytes = randomBytes(500_000);
const place = (): BlobPlace => ({
  tenant: 'a'.repeat(32),
  workspace: '../../etc',
  name: randomBytes(32).toString('hex'),
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const got: Uint8Array[] = [];
  for await (const piece of pieces) got.push(piece);
  return Buffer.concat(got);
}

describe.each(Object.entries(STORES))('%s', (_name, open) => {
  test('joins the parts of a file, checks it, and reads any part of it', async () => {
    const [store, where] = [open(), place()];
    const cuts = [0, 100_000, 100_001, 300_000, 500_000];
    for (const [at, from] of cuts.slice(0, -1).entries()) {
      // Each part comes to another process: none has seen the whole.
      expect(await open().append(where, from, bytes.subarray(from, cuts[at + 1]))).toBe(true);
    }
    expect(await store.complete(where, bytes.length)).toBe(true);
    expect(await all(store.read(where, 0, bytes.length))).toEqual(bytes);
    expect(await all(store.read(where, 99_990, 300_010))).toEqual(bytes.subarray(99_990, 300_010));
    await store.ping();
  });

  test('takes a part twice, and still checks the whole as it lies there', async () => {
    const [store, where] = [open(), place()];
    await store.append(where, 0, bytes.subarray(0, 10));
    await store.append(where, 0, bytes.subarray(0, 10));
    await store.append(where, 10, bytes.subarray(10));
    expect(await store.complete(where, bytes.length)).toBe(true);
  });

  test('drops what is not what was announced', async () => {
    const [store, where] = [open(), place()];
    await store.append(where, 0, bytes.subarray(0, 10));
    await store.append(where, 10, randomBytes(bytes.length - 10));
    expect(await store.complete(where, bytes.length)).toBe(false);
    await expect(all(store.read(where, 0, 1))).rejects.toThrow();
  });
});

test('a folder says where a part in front is missing, and knows a file that was whole before the note of it', async () => {
  const [store, where] = [new FolderStore(folder), place()];
  expect(await store.append(where, 10, bytes.subarray(10))).toBe(false);
  await store.append(where, 0, bytes);
  expect(await store.complete(where, bytes.length)).toBe(true);
  expect(await new FolderStore(folder).complete(where, bytes.length)).toBe(true);
  expect(await store.complete(place(), bytes.length)).toBe(false);
});

test('a workspace’s name never becomes a path', () => {
  const [tenant] = readdirSync(folder).filter((name) => !name.startsWith('.'));
  expect(readdirSync(join(folder, tenant ?? '')).every((name) => /^[0-9a-f]{32}$/.test(name))).toBe(true);
});
