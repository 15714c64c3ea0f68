import { EventEmitter } from 'node:events';
import type { ReadStream, WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { askHidden } from '../../../cli/terminal.ts';

/** A keyboard and a screen that keep the order of what happened. */
function seat() {
  const happened: string[] = [];
  const input = Object.assign(new EventEmitter(), {
    setRawMode: (raw: boolean) => happened.push(raw ? 'echo off' : 'echo on'),
    resume: () => undefined,
    pause: () => undefined,
  });
  const output = { write: (text: string) => happened.push(text) };
  const answer = askHidden(input as unknown as ReadStream, output as unknown as WriteStream, 'Passphrase: ');
  const keys = (text: string) => input.emit('data', Buffer.from(text));
  return { happened, answer, keys };
}

test('echo is off before the question stands there, and on again afterwards', async () => {
  const { happened, answer, keys } = seat();
  keys('sëcret\r');
  expect(await answer).toBe('sëcret');
  expect(happened).toEqual(['echo off', 'Passphrase: ', 'echo on', '\n']);
});

test('a typing error can be taken back', async () => {
  const { answer, keys } = seat();
  keys('ab𝄞\x7f\x7fc');
  keys('\x1b\r');
  expect(await answer).toBe('ac');
});

test.each(['\x03', '\x04'])('a person can give up (%j)', async (key) => {
  const { happened, answer, keys } = seat();
  keys(`half${key}`);
  await expect(answer).rejects.toMatchObject({ fault: { code: 'cancelled' } });
  expect(happened.at(-2)).toBe('echo on');
});
