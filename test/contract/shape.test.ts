import { expect, test } from 'vitest';
import { procedures } from '../../cli/procedures.ts';
import { ACCESSES } from '../../shared/domain/permissions.ts';

const all = procedures();

test('every procedure has a summary that reads as a sentence', () => {
  expect(all.filter(({ summary }) => !/^[A-Z].{8,}[^.]$/.test(summary))).toEqual([]);
});

test('every procedure says what right it needs', () => {
  expect(all.filter(({ access }) => !ACCESSES.includes(access))).toEqual([]);
});

test('every procedure says what it answers', () => {
  expect(all.filter(({ answers, output }) => output === null && answers !== 'stream')).toEqual([]);
});

test('the two streams are the only ones: long work is a job, change is one stream', () => {
  expect(all.filter(({ answers }) => answers === 'stream').map(({ path }) => path)).toEqual([
    'system.changes',
    'jobs.watch',
  ]);
});
