import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WorkspacePaths } from '../../../../core/workspace/folder.ts';
import { waitSeconds, withUnlockDelay } from '../../../../core/workspace/unlock-delay.ts';
import { type Fault, refuse } from '../../../../shared/fault.ts';
import { faultOf, removeWorkspace, standingClock, temporaryWorkspace } from './workspace-fixture.ts';

let paths: WorkspacePaths;
let clock: ReturnType<typeof standingClock>;
let tried: number;

beforeEach(() => {
  paths = temporaryWorkspace();
  clock = standingClock();
  tried = 0;
});
afterEach(() => removeWorkspace(paths));

function guess(right: boolean): Promise<string> {
  return withUnlockDelay(paths.attempts, clock, () => {
    tried++;
    return right ? 'open' : refuse({ code: 'wrong-key' });
  });
}
const wrong = (): Promise<Fault> => faultOf(() => guess(false));

async function guessWrong(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const fault = await wrong();
    clock.add((fault.code === 'wrong-key' ? fault.retryAfterSeconds : 0) ?? 0);
  }
}

describe('wrong passphrases', () => {
  test('cost nothing three times, then a second, and twice as much each time up to five minutes', () => {
    const waits = Array.from({ length: 15 }, (_, wrong) => waitSeconds(wrong));
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect(waitSeconds(1_000_000)).toBe(300);
  });

  test('are answered with their count and the wait', async () => {
    for (const attempts of [1, 2, 3])
      expect(await wrong()).toEqual({ code: 'wrong-key', attempts, retryAfterSeconds: 0 });
    expect(await wrong()).toEqual({ code: 'wrong-key', attempts: 4, retryAfterSeconds: 1 });
  });

  test('make even the right one wait, without trying it', async () => {
    await guessWrong(5);
    await wrong();
    const before = tried;
    clock.add(1.5);
    expect(await faultOf(() => guess(true))).toEqual({
      code: 'wrong-key',
      attempts: 6,
      retryAfterSeconds: 3,
    });
    expect(tried).toBe(before);
    clock.add(2.5);
    expect(await guess(true)).toBe('open');
  });

  test('are forgotten after the right one', async () => {
    await guessWrong(4);
    await guess(true);
    expect(existsSync(paths.attempts)).toBe(false);
    expect(await wrong()).toEqual({ code: 'wrong-key', attempts: 1, retryAfterSeconds: 0 });
  });

  test('are counted before they are tried, so that a killed process gets no free guess', async () => {
    let during = '';
    await withUnlockDelay(paths.attempts, clock, () => {
      during = readFileSync(paths.attempts, 'utf8');
    });
    expect(JSON.parse(during)).toMatchObject({ wrong: 1 });
  });
});

test('another fault is not counted as a wrong passphrase', async () => {
  await guessWrong(2);
  const damaged = { code: 'corrupt', what: 'key file', detail: 'cut' } as const;
  expect(await faultOf(() => withUnlockDelay(paths.attempts, clock, () => refuse(damaged)))).toEqual(damaged);
  expect(await wrong()).toMatchObject({ attempts: 3 });
});

describe('a clock that was put back', () => {
  test('neither shortens the wait nor makes it longer than it is', async () => {
    await guessWrong(12);
    expect(await wrong()).toMatchObject({ retryAfterSeconds: 300 });
    clock.add(-365 * 86_400);
    expect(await faultOf(() => guess(true))).toMatchObject({ attempts: 13, retryAfterSeconds: 300 });
    clock.add(299);
    expect(await faultOf(() => guess(true))).toMatchObject({ retryAfterSeconds: 1 });
    clock.add(1);
    expect(await guess(true)).toBe('open');
  });
});

test('a count that cannot be read locks nobody out', async () => {
  for (const text of ['', 'null', '{"wrong":-5,"last":0}', '{"wrong":1e99,"last":0}']) {
    writeFileSync(paths.attempts, text);
    expect(await guess(true)).toBe('open');
  }
});
