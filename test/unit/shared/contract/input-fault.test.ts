import { expect, test } from 'vitest';
import { z } from 'zod';
import { Day, Id, Name, Page } from '../../../../shared/contract/base.ts';
import { FileSource } from '../../../../shared/contract/frameworks.ts';
import { inputFault } from '../../../../shared/contract/input-fault.ts';
import { tell } from '../../../../shared/fault-sentences.ts';

/** What a person reads first of an input that does not fit. */
function told(shape: z.ZodType, input: unknown): string {
  const { error } = shape.safeParse(input);
  if (error === undefined) throw new Error('it fits');
  return tell(inputFault(error.issues, input)).happened;
}

const Files = z.object({ files: z.array(FileSource).min(1).max(2) });

test.each<[string, z.ZodType, unknown, string]>([
  ['what is missing', z.object({ name: Name }), {}, 'name: It is missing. Give a text.'],
  ['an empty text', z.object({ id: Id }), { id: '' }, 'id: It is empty. Write something.'],
  ['a text too long', Name, 'x'.repeat(201), 'It is too long. Write at most 200 characters.'],
  [
    'a text too short',
    z.object({ p: z.string().min(8) }),
    { p: 'x' },
    'p: It is too short. Write at least 8 characters.',
  ],
  [
    'no day',
    z.object({ from: Day }),
    { from: '2026-02-30' },
    'from: It is not a day of the calendar. Write it as YYYY-MM-DD.',
  ],
  ['a number below', Page, { limit: 0 }, 'limit: It is too small. Give more than 0.'],
  ['a number above', Page, { limit: 1001 }, 'limit: It is too large. Give 1000 or less.'],
  ['a fraction', Page, { offset: 1.5 }, 'offset: It is the number 1.5. Give a whole number.'],
  [
    'another type',
    z.object({ final: z.boolean() }),
    { final: 'yes' },
    'final: It is a text. Give true or false.',
  ],
  ['null', z.object({ name: Name }), { name: null }, 'name: It is null. Give a text.'],
  ['no object at all', z.object({}), [], 'It is a list. Give an object.'],
  [
    'none of the choices',
    z.object({ as: z.enum(['a', 'b']) }),
    { as: 'c' },
    'as: It is none of the choices. Give one of: a, b.',
  ],
  ['an empty list', Files, { files: [] }, 'files: Give at least one.'],
  [
    'too many',
    Files,
    { files: [{ upload: 'a' }, { upload: 'b' }, { upload: 'c' }] },
    'files: There are too many. Give at most 2.',
  ],
  [
    'the nearest of several forms',
    Files,
    { files: [{ path: '' }] },
    'files.0.path: It is empty. Write something.',
  ],
  [
    'what is not known',
    z.strictObject({}),
    { more: 1 },
    'It has "more", which is not known here. Leave that out.',
  ],
  ['a rule of our own', z.string().refine(() => false, { error: 'Say why.' }), 'x', 'Say why.'],
  [
    'a form without a word of its own',
    z.email(),
    'x',
    'It does not have the right form. Write it as the help shows.',
  ],
])('%s is told in plain words', (_what, shape, input, words) => {
  expect(told(shape, input)).toBe(words);
});
