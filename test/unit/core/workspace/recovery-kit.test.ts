import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  printRecoveryKit,
  RECOVERY_SECRET_BYTES,
  readRecoveryKit,
} from '../../../../core/workspace/recovery-kit.ts';
import { faultOf } from './workspace-fixture.ts';

const secret = fc.uint8Array({ minLength: RECOVERY_SECRET_BYTES, maxLength: RECOVERY_SECRET_BYTES });

describe('a printed recovery kit', () => {
  test('is nine groups of four that cannot be misread', () => {
    expect(printRecoveryKit(new Uint8Array(RECOVERY_SECRET_BYTES).fill(0xff))).toMatch(
      /^ZZZZ(-ZZZZ){7}-[0-9A-Z]{4}$/,
    );
    expect(printRecoveryKit(randomBytes(RECOVERY_SECRET_BYTES))).toMatch(
      /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){8}$/,
    );
  });

  test('carries every secret there and back', () => {
    fc.assert(
      fc.property(secret, (bytes) => {
        expect(readRecoveryKit(printRecoveryKit(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test.each<[string, (kit: string) => string]>([
    ['in small letters', (kit) => kit.toLowerCase()],
    ['without groups', (kit) => kit.replaceAll('-', '')],
    ['with spaces, line ends and long dashes', (kit) => ` ${kit.replaceAll('-', ' \u2013\n')}\t`],
    ['with O for 0', (kit) => kit.replaceAll('0', 'O')],
    ['with I for 1', (kit) => kit.replaceAll('1', 'I')],
    ['with l for 1 and o for 0', (kit) => kit.toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o')],
    [
      'in full-width letters',
      (kit) => kit.replace(/[0-9A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    ],
  ])('may be typed %s', (_how, type) => {
    const bytes = Buffer.from('0842108421084210842108421084210842108421', 'hex');
    const kit = printRecoveryKit(bytes);
    expect(kit).toContain('1');
    expect(readRecoveryKit(type(kit))).toEqual(bytes);
  });

  test('shows a typing error in any one place', async () => {
    const kit = printRecoveryKit(randomBytes(RECOVERY_SECRET_BYTES));
    for (const [at, letter] of [...kit].entries()) {
      if (letter === '-') continue;
      const wrong = kit.slice(0, at) + (letter === '7' ? '8' : '7') + kit.slice(at + 1);
      expect(await faultOf(() => readRecoveryKit(wrong))).toMatchObject({ code: 'invalid-input' });
    }
  });

  test.each(['', 'U', 'hello world', '1234-5678', 'ÄÖÜ'.repeat(12)])('is not %j', async (typed) => {
    expect(await faultOf(() => readRecoveryKit(typed))).toMatchObject({ code: 'invalid-input' });
  });
});
