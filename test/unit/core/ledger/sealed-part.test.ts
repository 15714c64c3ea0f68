import { randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { toColumns } from '../../../../core/ledger/columns.ts';
import {
  jsonIn,
  MAX_PART_BYTES,
  openPart,
  partId,
  sealPart,
  sealSegment,
  unpacked,
  unsealPart,
} from '../../../../core/ledger/sealed-part.ts';
import { newKeyring, withNewEpoch } from '../../../../core/workspace/keyring.ts';
import { canonicalBytes, type Json } from '../../../../shared/ledger/canonical.ts';
import type { CarriedSegment } from '../../../../shared/ledger/segment.ts';
import { hybridTime } from '../../../../shared/ledger/time.ts';

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

  test('that was sealed as parts were before still opens', () => {
    const before = newKeyring({ bytes: (count) => Buffer.alloc(count, 7) });
    const sealed = Buffer.from(
      'QlNFRzIAAAABbOqx/sRhamRKURKRots30+EsoeYQ/wBDZqi3iUZw9iI688EjEvh5TfhxEYYsl6MKCjxd9KFFRyOgEErZfdA07WPBVb7I' +
        'Iv5uY9xBQYzkVzelvUs55ZIwD8hca6qpEclSAY4=',
      'base64',
    );
    expect(openPart(before, sealed)?.toString()).toBe('{"what":"a part as it was sealed before"}');
    expect(unpacked(unsealPart(before, sealed) as Buffer)).toEqual({
      what: 'a part as it was sealed before',
    });
    sealed[20] = (sealed[20] ?? 0) ^ 1;
    expect(unsealPart(before, sealed)).toBeNull();
  });
});

const header = { schema: 'bindery.segment/1', writer: 'w', from: 1, heads: { w: [1, 'a'] } };
const segment = {
  ...{ header, signature: 'a'.repeat(128), seed: 'b'.repeat(64) },
  entries: Array.from({ length: 100 }, (_, n) => ({
    time: hybridTime(1_795_000_000_000 + n * 7, n % 3),
    action: 'assess@1',
    ops: [
      { record: `assessment:ctl-${n}`, field: 'note', parents: [['w', n + 1]], value: `note ${n} – größer` },
      { record: `assessment:ctl-${n}`, field: 'about', parents: [], value: { blob: 'c'.repeat(64) } },
      { record: `assessment:ctl-${n}`, field: 'gone', parents: [], hash: 'd'.repeat(64) },
    ],
  })),
} as unknown as CarriedSegment;
const plain = canonicalBytes(segment as unknown as Json);

describe('a sealed segment', () => {
  const sealed = sealSegment(keyring, segment);
  const packed = unsealPart(keyring, sealed) as Buffer;

  test('opens to the same, and is smaller in columns than as it is', () => {
    expect(unpacked(packed)).toEqual(segment);
    expect(sealed.length).toBeLessThan(0.9 * sealPart(keyring, plain).length);
  });

  test('is the same on every device, whatever order its keys have', () => {
    const again = JSON.parse(Buffer.from(plain).toString('utf8')) as CarriedSegment;
    expect(partId(sealSegment(keyring, again))).toBe(partId(sealed));
  });

  test('shares its key with nothing that is packed otherwise', () => {
    const salt = (part: Buffer) => part.subarray(9, 41).toString('hex');
    expect(salt(sealed)).not.toBe(salt(sealPart(keyring, plain)));
  });

  test('with any one bit turned opens to nothing', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 5) {
      const broken = Buffer.from(sealed);
      broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unsealPart(keyring, broken)).toBeNull();
    }
  });

  test('shows what files its values name without its texts', () => {
    expect(jsonIn(packed)).toContain(`"blob":"${'c'.repeat(64)}"`);
    expect(jsonIn(packed)).not.toContain('größer');
  });

  test('that has no columns travels as it is', () => {
    const [entry] = segment.entries;
    const odd = { ...segment, entries: [{ ...entry, time: 'noon' }] } as CarriedSegment;
    const part = sealSegment(keyring, odd);
    expect(openPart(keyring, part)?.equals(canonicalBytes(odd as unknown as Json))).toBe(true);
    expect(unpacked(unsealPart(keyring, part) as Buffer)).toEqual(odd);
    expect(openPart(keyring, sealed)).toBeNull();
  });
});

/** Whoever has the keys can seal whatever they like. */
describe('what somebody packed who has the keys', () => {
  const zip = (text: string | Buffer) => zstdCompressSync(text);
  const columns = (table: Buffer, text: Buffer, length = table.length) => {
    const head = Buffer.of(1, 0, 0, 0, 0);
    head.writeUInt32BE(length, 1);
    return Buffer.concat([head, table, text]);
  };
  const { table, text: values } = toColumns(segment) as { table: string; text: string };
  const bomb = zip(Buffer.alloc(MAX_PART_BYTES + 1, ' '));
  const half = zip(Buffer.concat([Buffer.from(table), Buffer.alloc(MAX_PART_BYTES / 2, ' ')]));

  test('in columns as they are is read, as the measure of what follows', () => {
    expect(unpacked(columns(zip(table), zip(values)))).toEqual(segment);
  });

  test.each([
    ['nothing', Buffer.of()],
    ['a kind that is not known', Buffer.concat([Buffer.of(2), zip('{}')])],
    ['bytes that are not packed', Buffer.from([0, 1, 2, 3])],
    ['no JSON', Buffer.concat([Buffer.of(0), zip('{')])],
    ['columns without their length', Buffer.of(1, 0, 0)],
    ['columns without anything', Buffer.of(1, 0, 0, 0, 0)],
    ['columns beyond their end', columns(zip(table), zip(values), 0xffffffff)],
    ['columns without texts', columns(zip(table), Buffer.of())],
    ['a text for a table', columns(zip(values), zip(values))],
    ['a table for a text', columns(zip(table), zip(table))],
    ['a text cut short', columns(zip(table), zip(values.slice(0, -1)))],
    ['no UTF-8', columns(zip(table), zip(Buffer.alloc(values.length + 100, 0xff)))],
    ['a table that grows too large', columns(bomb, zip(values))],
    ['a text that grows too large', columns(zip(table), bomb)],
    ['two that do so together', columns(half, zip(Buffer.alloc(MAX_PART_BYTES / 2, ' ')))],
    ['lists in lists without end', columns(zip('['.repeat(2e6)), zip(''))],
    ['lists in lists', columns(zip(`${'['.repeat(1e6)}${']'.repeat(1e6)}`), zip(''))],
  ])('with %s is nothing', (_what, packed) => {
    expect(unpacked(packed)).toBeNull();
    expect(() => jsonIn(packed)).not.toThrow();
  });
});
