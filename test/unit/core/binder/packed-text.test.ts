import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packedJson } from '../../../../core/binder/packed-text.ts';
import {
  canonicalBytes,
  canonicalPieces,
  canonicalText,
  type Json,
} from '../../../../shared/ledger/canonical.ts';
import { sha256Hex } from '../../../support/binder-model.ts';

const json = fc.jsonValue({ depthSize: 'medium', stringUnit: 'grapheme' }) as fc.Arbitrary<Json>;

test('canonical JSON in pieces is the canonical JSON', () => {
  fc.assert(
    fc.property(json, fc.nat(4), (value, depth) => {
      expect([...canonicalPieces(value, depth)].join('')).toBe(canonicalText(value));
    }),
  );
  expect(() => [...canonicalPieces({ a: ['\ud800'] })]).toThrow(TypeError);
  expect(() => [...canonicalPieces({ '\ud800': 1 })]).toThrow(TypeError);
});

test('lists that are handed out item by item are written as those that stand there', () => {
  fc.assert(
    fc.property(fc.array(json), json, (list, other) => {
      const streamed = { b: [{ list: () => list }], a: other, none: () => [] };
      const whole = canonicalText({ b: [{ list }], a: other, none: [] });
      expect([...canonicalPieces(streamed, 3)].join('')).toBe(whole);
    }),
  );
  // One that stands too deep is no value, and nothing is left out in silence.
  expect(() => [...canonicalPieces({ a: [{ b: () => [] }] }, 2)]).toThrow(TypeError);
});

test('packed JSON has the size and the hash of the canonical bytes, and hands them out again, any number of times', async () => {
  const value = {
    z: Array.from({ length: 9000 }, (_, n) => ({ n, say: 'the same again and again' })),
    a: 'ä',
  };
  const bytes = Buffer.from(canonicalBytes(value));
  const packed = packedJson(value);
  expect(packed).toMatchObject({ bytes: bytes.length, sha256: sha256Hex(bytes) });
  for (let time = 0; time < 2; time += 1) {
    const pieces: Uint8Array[] = [];
    for await (const piece of packed.open()) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(pieces.length).toBeGreaterThan(1);
  }
});
