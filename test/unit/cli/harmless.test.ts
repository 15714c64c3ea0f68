import { expect, test } from 'vitest';
import { harmless } from '../../../cli/terminal.ts';

test('a text of a record stays one line, so that none of it begins one of its own', () => {
  expect(harmless('Plug it\n::set-env::x')).toBe('Plug it ↵ ::set-env::x');
  expect(harmless('a\r\nb\u2028c')).not.toMatch(/[\r\n\u2028\u2029]/);
  expect(harmless('red \u001b[31m')).not.toContain('\u001b');
});
