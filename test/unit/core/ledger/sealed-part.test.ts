import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openPart, partId, sealPart } from '../../../../core/ledger/sealed-part.ts';
import { newKeyring, withNewEpoch } from '../../../../core/workspace/keyring.ts';

const random = { bytes: (count: number) => randomBytes(count) };
const keyring = newKeyring(random);
const text = Buffer.from('{"what":"a segment as it travels"}'.repeat(40));

describe('a sealed part', () => {
  test('opens to the same bytes, and shows none of them', () => {
    const sealed = sealPart(keyring, text);
    expect(openPart(keyring, sealed)?.equals(text)).toBe(true);
    expect(sealed.includes('segment')).toBe(false);
    expect(sealed.length).toBeLessThan(text.length);
  });

  test('is the same on every device, and another for any other bytes', () => {
    expect(partId(sealPart(keyring, text))).toBe(partId(sealPart(keyring, Buffer.from(text))));
    const other = sealPart(keyring, Buffer.concat([text, Buffer.from(' ')]));
    expect(partId(other)).not.toBe(partId(sealPart(keyring, text)));
  });

  test('with any one bit turned opens to nothing', () => {
    const sealed = sealPart(keyring, Buffer.from('short'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const broken = Buffer.from(sealed);
      broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openPart(keyring, broken)).toBeNull();
    }
  });

  test('cut short anywhere opens to nothing', () => {
    const sealed = sealPart(keyring, text);
    for (let length = 0; length < sealed.length; length++) {
      expect(openPart(keyring, sealed.subarray(0, length))).toBeNull();
    }
  });

  test('of an earlier epoch still opens, of another workspace never', () => {
    const sealed = sealPart(keyring, text);
    expect(openPart(withNewEpoch(keyring, random), sealed)?.equals(text)).toBe(true);
    expect(openPart(newKeyring(random), sealed)).toBeNull();
  });

  test('that would unpack beyond the limit opens to nothing', () => {
    const bomb = sealPart(keyring, Buffer.alloc(65 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(64 * 1024);
    expect(openPart(keyring, bomb)).toBeNull();
  });
});
