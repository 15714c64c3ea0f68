import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { agrees, judgeContact, NOTHING_READ, readOn } from '../../../../shared/sync/server-order.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const [epoch, other] = ['a'.repeat(32), 'b'.repeat(32)];
const [root, another] = ['1'.repeat(64), '2'.repeat(64)];
const read = { epoch, sequence: 7, root };

describe('a contact', () => {
  test.each([
    ['first', NOTHING_READ, { epoch, sequence: 0, rootAt: null }, null],
    ['first', NOTHING_READ, { epoch, sequence: 9, rootAt: null }, null],
    ['continues', read, { epoch, sequence: 7, rootAt: root }, null],
    ['continues', read, { epoch, sequence: 9, rootAt: root }, { epoch, sequence: 9 }],
    ['went-back', read, { epoch, sequence: 9, rootAt: another }, null],
    ['went-back', read, { epoch, sequence: 6, rootAt: null }, null],
    ['went-back', read, { epoch, sequence: 7, rootAt: root }, { epoch, sequence: 8 }],
    ['went-back', NOTHING_READ, { epoch, sequence: 7, rootAt: null }, { epoch, sequence: 8 }],
    ['exchanged', read, { epoch: other, sequence: 9, rootAt: root }, null],
    ['exchanged', read, { epoch: other, sequence: 2, rootAt: null }, { epoch, sequence: 8 }],
  ] as const)('%s: read %j, server %j, witness %j', (verdict, was, now, witness) => {
    expect(judgeContact(was, now, witness)).toBe(verdict);
  });
});

describe('reading on', () => {
  test('takes one number after the other, and no other', () => {
    const id = 'c'.repeat(64);
    expect(readOn(sha256, read, { sequence: 8, id })).toMatchObject({ epoch, sequence: 8 });
    for (const sequence of [6, 7, 9]) expect(readOn(sha256, read, { sequence, id })).toBeNull();
  });

  test('agrees with a receipt of its number only at its root, and with any of another number', () => {
    expect(agrees(read, { epoch, sequence: 7, root })).toBe(true);
    expect(agrees(read, { epoch, sequence: 7, root: another })).toBe(false);
    expect(agrees(read, { epoch, sequence: 8, root: another })).toBe(true);
    expect(agrees(read, { epoch: other, sequence: 8, root })).toBe(false);
  });
});
