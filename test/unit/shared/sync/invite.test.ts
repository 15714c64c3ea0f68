import { expect, test } from 'vitest';
import { readInvite, writeInvite } from '../../../../shared/sync/invite.ts';

const invite = {
  url: 'https://sync.example:8443',
  serverKey: 'MCowBQYDK2VwAyEA',
  workspace: 'Prüfung 7',
  code: 'abc',
  identity: null,
};

test('an invite is read back as it was written, whoever wrote it', () => {
  expect(readInvite(` ${writeInvite(invite)}\n`)).toEqual(invite);
  const plain = Buffer.from(JSON.stringify(invite)).toString('base64url');
  expect(readInvite(`bindery-invite-1.${plain}`)).toEqual(invite);
});

test.each(['', 'bindery-invite-1.', 'bindery-invite-1.###', `bindery-invite-2.${btoa('{}')}`])(
  '%j is no invite',
  (text) => {
    expect(readInvite(text)).toBeNull();
  },
);
