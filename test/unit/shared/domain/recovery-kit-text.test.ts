import { expect, test } from 'vitest';
import { recoveryKitText } from '../../../../shared/domain/recovery-kit-text.ts';

test('a recovery kit says what it opens, how, and how to keep it', () => {
  const text = recoveryKitText({
    workspace: 'Payroll',
    member: 'Ada',
    folder: '/data/ada/Bindery/Payroll',
    at: '2026-11-21T07:25:19.000Z',
    kit: 'AAAA-BBBB',
  });
  for (const part of ['Payroll', 'Ada', '/data/ada/Bindery/Payroll', '2026-11-21', 'AAAA-BBBB'])
    expect(text).toContain(part);
  expect(text).toMatch(/without a passphrase[\s\S]*bindery recover/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
