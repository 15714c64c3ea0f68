import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askAuthority } from '../../../../../core/binder/time/authority.ts';
import { timeStampQuery, tokenIn } from '../../../../../core/binder/time/token.ts';
import { localServer, stampAuthority } from '../../../../support/stamp-authority.ts';
import { faultOf } from '../../../../support/workspaces.ts';

const signature = randomBytes(71);
const random = { bytes: randomBytes };
let folder: string;
let authority: Awaited<ReturnType<typeof stampAuthority>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-clock-'));
  authority = await stampAuthority(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function answerTo(query: Buffer): Promise<Buffer> {
  writeFileSync(join(folder, 'q.tsq'), query);
  return readFileSync(await authority.answer(join(folder, 'q.tsq')));
}

it('an answer to another question about the same signature is not taken', async () => {
  const [asked, other] = [Buffer.from('40aa', 'hex'), Buffer.from('40bb', 'hex')];
  const answer = await answerTo(timeStampQuery(signature, asked));
  expect(tokenIn(answer, signature, asked).length).toBeGreaterThan(1_000);
  expect(await faultOf(() => tokenIn(answer, signature, other))).toMatchObject({
    detail: expect.stringContaining('answers another question'),
  });
  const bare = await answerTo(timeStampQuery(signature));
  expect(await faultOf(() => tokenIn(bare, signature, asked))).toMatchObject({ code: 'invalid-input' });
});

it('a token that was changed anywhere is not taken', async () => {
  const good = await answerTo(timeStampQuery(signature));
  const token = tokenIn(good, signature);
  for (let at = 20; at < token.length; at += 61) {
    const bad = Buffer.from(token);
    bad[at] = (bad[at] ?? 0) ^ 4;
    expect({ at, ...(await faultOf(() => tokenIn(bad, signature))) }).toMatchObject({
      at,
      code: 'invalid-input',
    });
  }
});

it('an authority that says nothing is not waited for, and one that is not there is said so', async () => {
  const silent = await localServer(() => {});
  try {
    const waiting = askAuthority(silent.address, signature, random, { patienceMs: 200 });
    expect(await faultOf(waiting)).toMatchObject({ detail: 'It did not answer in time.' });
    const stop = new AbortController();
    const stopped = askAuthority(silent.address, signature, random, { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
  } finally {
    await silent.close();
  }
  expect(await faultOf(askAuthority(silent.address, signature, random))).toMatchObject({
    detail: 'It cannot be reached.',
  });
});

it.each(['ftp://clock.example/', 'clock', 'https://me:secret@clock.example/'])(
  '"%s" is no address of an authority',
  async (address) => {
    expect(await faultOf(askAuthority(address, signature, random))).toMatchObject({ code: 'invalid-input' });
  },
);
