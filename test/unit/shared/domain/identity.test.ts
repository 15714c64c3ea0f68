import { expect, test } from 'vitest';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { assessmentId, deriveId, nodeId } from '../../../../shared/domain/identity.ts';

test('an id is the same wherever it is derived, and 32 hex digits', () => {
  expect(assessmentId(sha256, 'e', 't', 's')).toBe(assessmentId(sha256, 'e', 't', 's'));
  expect(nodeId(sha256, 'control', 'f', 'ac-1')).toMatch(/^[0-9a-f]{32}$/);
});

test('parts do not run into each other', () => {
  const ids = [
    deriveId(sha256, 'k', 'ab', 'c'),
    deriveId(sha256, 'k', 'a', 'bc'),
    deriveId(sha256, 'k', 'abc'),
    deriveId(sha256, 'k', 'a","bc'),
  ];
  expect(new Set(ids).size).toBe(4);
  expect(nodeId(sha256, 'control', 'f', 'x')).not.toBe(nodeId(sha256, 'item', 'f', 'x'));
});
