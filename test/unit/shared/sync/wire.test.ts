import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrames, encodeFrames, FIRST_ROOT, nextRoot } from '../../../../shared/sync/wire.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

describe('frames', () => {
  test('give back the parts they were made of', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (parts) => {
        const back = decodeFrames(encodeFrames(parts));
        expect(back?.map((part) => [...part])).toEqual(parts.map((part) => [...part]));
      }),
    );
  });

  test('cut anywhere but between parts are none', () => {
    const whole = encodeFrames([Uint8Array.of(1, 2, 3), Uint8Array.of(), Uint8Array.of(9)]);
    const ends = [0, 7, 11, 16];
    for (let length = 0; length <= whole.length; length++) {
      expect(decodeFrames(whole.subarray(0, length)) !== null).toBe(ends.includes(length));
    }
  });

  test('that promise more than is there are none', () => {
    expect(decodeFrames(Uint8Array.of(255, 255, 255, 255, 0))).toBeNull();
  });
});

describe('the root of a server’s order', () => {
  test('depends on every segment and on their order', () => {
    const [a, b] = ['a', 'b'].map((text) => createHash('sha256').update(text).digest('hex')) as [
      string,
      string,
    ];
    const ab = nextRoot(sha256, nextRoot(sha256, FIRST_ROOT, a), b);
    const ba = nextRoot(sha256, nextRoot(sha256, FIRST_ROOT, b), a);
    expect(ab).not.toBe(ba);
    expect(ab).toMatch(/^[0-9a-f]{64}$/);
  });
});
