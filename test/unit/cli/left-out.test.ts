import { expect, test } from 'vitest';
import { omissionLine } from '../../../cli/verbs/binders.ts';

test('what is left out is told with its reason, and with what that comes to', () => {
  const file = { kind: 'file', id: 'a', label: 'E-1 tape.bin' };
  expect(
    omissionLine({ ...file, reason: 'too-large', detail: 'It is 3 MiB, and a volume holds 1 MiB.' }),
  ).toBe('  file E-1 tape.bin: too-large: It is 3 MiB, and a volume holds 1 MiB.');
  expect(omissionLine({ ...file, reason: 'withheld' })).toBe('  file E-1 tape.bin: withheld');
});
