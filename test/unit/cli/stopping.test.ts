import { expect, test } from 'vitest';
import { linkHint } from '../../../cli/stopping.ts';

test('Enter is promised only where somebody can press it', () => {
  expect(linkHint(true)).toContain('Press Enter for a new one');
  expect(linkHint(false)).not.toContain('Enter');
  expect(linkHint(false)).toContain('start it again for a new link');
});
