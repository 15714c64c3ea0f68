import { describe, expect, test } from 'vitest';
import { actionWords, describeChange } from '../../../../shared/domain/change-words.ts';

const change = (field: string, before: unknown, after: unknown) => ({
  record: 'assessment:a',
  field,
  before,
  after,
});

test('an act says each value once, and a new workspace its name and who opened it', () => {
  const at = (record: string, field: string, after: string) => ({ record, field, before: null, after });
  const days = ['a', 'b', 'c', 'd'].map((id) => at(`evidence:${id}`, 'collected', '2026-01-31'));
  expect(describeChange('evidence.add@1', days)).toBe('Evidence taken in: collected 2026-01-31');
  const created = [
    at('workspace:1', 'name', 'Harbour 2026'),
    at('workspace:1', 'marking', ''),
    at('member:1', 'name', 'Ada Lovelace'),
  ];
  expect(describeChange('workspace.create@1', created)).toBe(
    'Workspace created: Harbour 2026; first member Ada Lovelace',
  );
});

describe('a change in words', () => {
  test('names what changed, from what to what', () => {
    expect(
      describeChange('assess@1', [
        change('result', 'not-reviewed', 'satisfied'),
        change('note', null, 'Seen.'),
      ]),
    ).toBe('Assessed: result not-reviewed → satisfied; note Seen.');
  });

  test('stays short, on one line, and says what was emptied', () => {
    const words = describeChange('evidence.update@1', [
      change('note', 'x', `${'long '.repeat(40)}\nline`),
      change('owner', 'Ada', ''),
    ]);
    expect(words).toMatch(/^Evidence details changed: note x → long .*…; owner Ada → empty$/);
    expect(words).not.toContain('\n');
    const many = ['title', 'owner', 'note', 'collected', 'expires'].map((field) =>
      change(field, null, field),
    );
    expect(describeChange('evidence.update@1', many)).toMatch(/and 2 more$/);
  });

  test('shows the words around a change that stands late in a long text', () => {
    const start = 'Reviewed the list of accounts of the first quarter with the owner of each system. ';
    const note = (before: string, after: string) =>
      describeChange('assess@1', [change('note', before, after)]);
    expect(note(`${start}Two accounts were left open.`, `${start}No account was left open.`)).toBe(
      'Assessed: note …owner of each system. Two accounts were left open. → …owner of each system. No account was left open.',
    );
    expect(note(start.trim(), `${start}And more.`)).toMatch(/→ …\S.* And more\.$/);
    expect(note(`${start}\n`, `${start} \n`)).toBe('Assessed: note in its spaces or line ends');
    const long = '😀'.repeat(100);
    expect(note(`${long}a`, `${long}b`).isWellFormed()).toBe(true);
  });

  test('names the files that were taken in, and their title only where it is another', () => {
    const files = (names: readonly string[]) =>
      change('files', null, { revision: 1, files: names.map((name) => ({ name })) });
    const taken = (...fields: ReturnType<typeof change>[]) => describeChange('evidence.add@1', fields);
    expect(taken(change('title', null, 'a.csv'), files(['a.csv']))).toBe('Evidence taken in: file a.csv');
    expect(taken(change('title', null, 'Accounts'), files(['a', 'b', 'c', 'd']))).toBe(
      'Evidence taken in: files a, b, c and 1 more; title Accounts',
    );
  });

  test('says in which capacity somebody signed, and why work came back', () => {
    const fact = (after: object) => describeChange('review.sign@1', [change('fact', null, after)]);
    expect(fact({ capacity: 'reviewer', verdict: 'signed', note: '' })).toBe('Signed off: as reviewer');
    expect(fact({ capacity: 'reviewer', verdict: 'returned', note: 'Too few.' })).toBe(
      'Signed off: with a note: Too few.',
    );
    expect(fact({ title: 'Binder' })).toBe('Signed off: Binder');
    expect(fact({ what: 'Taken in' })).toBe('Signed off');
  });

  test('leaves what has no words as it is', () => {
    expect(actionWords('future.thing@3')).toBe('future.thing@3');
    expect(
      describeChange('undo@1', [change('about', null, {}), change('files', null, { revision: 1 })]),
    ).toBe('Taken back');
  });
});
