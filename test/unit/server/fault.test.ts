import { describe, expect, test } from 'vitest';
import { asProblem } from '../../../server/access/problem.ts';
import { DrizzleQueryError } from '../../../server/database/drizzle.ts';
import { traceOf, wordsOf } from '../../../server/fault.ts';

const SECRET = 'a sealed\n    at secret';
const failed = (cause?: Error) => new DrizzleQueryError('insert into "t" values ($1)', [SECRET], cause);

describe('a statement that failed is told', () => {
  test('without the values it was given, and with the place in the code', () => {
    const error = failed(new Error('no such table'));
    expect(error.message).toContain(SECRET);
    expect(wordsOf(error)).toBe('no such table, in: insert into "t" values ($1)');
    const trace = traceOf(error);
    expect(trace).toMatch(/\n +at .*fault\.test\.ts/);
    for (const part of ['sealed', 'secret', 'params']) expect(trace).not.toContain(part);
  });

  test('where nothing says why', () => {
    expect(wordsOf(failed())).toBe('a statement failed, in: insert into "t" values ($1)');
    expect(asProblem(failed()).reason).not.toContain('secret');
  });

  test('without the value that PostgreSQL quotes', () => {
    const cause = Object.assign(new Error(`invalid input syntax for type integer: "${SECRET}"`), {
      code: '22P02',
    });
    for (const error of [cause, failed(cause)]) {
      expect(asProblem(error)).toMatchObject({ code: 'internal' });
      expect(asProblem(error).reason).toContain('a value does not fit (22P02)');
      expect(asProblem(error).reason).not.toContain('secret');
    }
  });
});

test('any other error is told as it is', () => {
  const error = new TypeError('x is not a function');
  expect(traceOf(error)).toBe(error.stack);
  expect([wordsOf(error), wordsOf('a word')]).toEqual(['x is not a function', 'a word']);
});
