import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { z } from 'zod';
import { RunningHashes } from './running-hash.ts';
import type { BlobPlace, BlobStore } from './store.ts';

export interface S3Settings {
  readonly kind: 's3';
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const Index = z.object({
  size: z.int().positive(),
  parts: z.array(z.object({ key: z.string(), from: z.int().nonnegative(), bytes: z.int().positive() })),
});
type Index = z.infer<typeof Index>;

/**
 * Any S3-compatible store. Parts stay the objects they arrived as, since the store joins none below 5 MiB; a small
 * index names them in order, and stands there only once the whole was checked.
 */
export class S3Store implements BlobStore {
  readonly #client: AwsClient;
  readonly #base: string;
  readonly #hashes = new RunningHashes();

  constructor(settings: S3Settings) {
    const { accessKeyId, secretAccessKey, region } = settings;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 3 });
    this.#base = `${settings.endpoint.replace(/\/$/, '')}/${settings.bucket}`;
  }

  async append(place: BlobPlace, offset: number, bytes: Uint8Array): Promise<boolean> {
    const key = `${partsOf(place)}${String(offset).padStart(14, '0')}`;
    await this.#call('PUT', key, { body: bytes });
    this.#hashes.add(partsOf(place), offset, bytes);
    return true;
  }

  async complete(place: BlobPlace, size: number): Promise<boolean> {
    const listed = await this.#list(partsOf(place));
    const parts: Index['parts'][number][] = [];
    let from = 0;
    for (const part of listed) {
      // A part that begins elsewhere was overtaken by another cut of the same bytes.
      if (Number(part.key.split('/').at(-1)) !== from) continue;
      parts.push({ ...part, from });
      from += part.bytes;
    }
    const seen = this.#hashes.end(partsOf(place), size);
    const sha256 = seen ?? (from === size ? await this.#hash({ size, parts }) : null);
    if (from !== size || sha256 !== place.sha256) {
      await this.drop(place);
      return false;
    }
    await this.#call('PUT', indexOf(place), { body: Buffer.from(JSON.stringify({ size, parts })) });
    return true;
  }

  async drop(place: BlobPlace): Promise<void> {
    for (const part of await this.#list(partsOf(place))) await this.#call('DELETE', part.key);
  }

  async *read(place: BlobPlace, from: number, to: number): AsyncIterable<Uint8Array> {
    const index = Index.parse(await (await this.#call('GET', indexOf(place))).json());
    yield* this.#pieces(index, from, to);
  }

  async ping(): Promise<void> {
    await this.#call('GET', '', { query: '?list-type=2&max-keys=1' });
  }

  async *#pieces(index: Index, from: number, to: number): AsyncGenerator<Uint8Array> {
    for (const part of index.parts) {
      const first = Math.max(from, part.from) - part.from;
      const end = Math.min(to, part.from + part.bytes) - part.from;
      if (first >= end) continue;
      const answer = await this.#call('GET', part.key, { headers: { range: `bytes=${first}-${end - 1}` } });
      if (answer.body) yield* answer.body as unknown as AsyncIterable<Uint8Array>;
    }
  }

  async #hash(index: Index): Promise<string> {
    const hash = createHash('sha256');
    for await (const piece of this.#pieces(index, 0, index.size)) hash.update(piece);
    return hash.digest('hex');
  }

  async #list(prefix: string): Promise<{ key: string; bytes: number }[]> {
    const found: { key: string; bytes: number }[] = [];
    let token = '';
    do {
      const query = `?list-type=2&prefix=${encodeURIComponent(prefix)}${token && `&continuation-token=${encodeURIComponent(token)}`}`;
      const text = await (await this.#call('GET', '', { query })).text();
      for (const [, entry = ''] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = /<Key>([^<]*)<\/Key>/.exec(entry)?.[1];
        if (key) found.push({ key, bytes: Number(/<Size>(\d+)<\/Size>/.exec(entry)?.[1] ?? 0) });
      }
      token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1] ?? '';
    } while (token);
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async #call(
    method: string,
    key: string,
    more: {
      readonly body?: Uint8Array;
      readonly query?: string;
      readonly headers?: Record<string, string>;
    } = {},
  ): Promise<Response> {
    const answer = await this.#client.fetch(`${this.#base}/${key}${more.query ?? ''}`, {
      method,
      ...(more.body ? { body: Buffer.from(more.body) } : {}),
      ...(more.headers ? { headers: more.headers } : {}),
    });
    if (!answer.ok && !(method === 'DELETE' && answer.status === 404)) {
      await answer.body?.cancel();
      throw new Error(`the file store answered ${answer.status} to ${method}`);
    }
    return answer;
  }
}

/** Keys are made of hex digits alone. */
function folderOf(place: BlobPlace): string {
  return `${place.tenant}/${createHash('sha256').update(place.workspace).digest('hex').slice(0, 32)}`;
}

function partsOf(place: BlobPlace): string {
  return `${folderOf(place)}/parts/${place.name}.${place.sha256}/`;
}

function indexOf(place: BlobPlace): string {
  return `${folderOf(place)}/whole/${place.name}.${place.sha256}`;
}
