import { describe, expect, test } from 'vitest';
import { differences } from '../../../../shared/domain/difference.ts';

describe('the difference between what was signed and what is there', () => {
  test('is nothing where nothing differs', () => {
    expect(differences({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
  });

  test('is named by its path, entries counted from 1', () => {
    expect(
      differences(
        { note: 'a', items: [{ result: 'x' }, { result: 'y' }] },
        { note: 'b', items: [{ result: 'x' }, { result: 'z' }] },
      ),
    ).toEqual([
      { field: 'note', before: 'a', after: 'b' },
      { field: 'items 2 result', before: 'y', after: 'z' },
    ]);
  });

  test('is the whole list where its length changed, and null for what is not there', () => {
    expect(differences({ evidence: [1] }, { evidence: [1, 2] })).toEqual([
      { field: 'evidence', before: [1], after: [1, 2] },
    ]);
    expect(differences({ a: 1 }, { b: 2 })).toEqual([
      { field: 'a', before: 1, after: null },
      { field: 'b', before: null, after: 2 },
    ]);
    expect(differences({ a: null }, { a: {} })).toEqual([{ field: 'a', before: null, after: {} }]);
  });
});
