import { expect, test } from 'vitest';
import type { VerifySignature } from '../../../../shared/domain/binder.ts';
import { hasSigned } from '../../../../shared/domain/binder-signed.ts';

const signature = (
  certificatePem: string,
  vouch: { workspace: string; member: string } | null,
): VerifySignature => ({
  field: 'Preparer',
  by: 'Dr. Ada Company',
  capacity: null,
  at: null,
  valid: true,
  coversRevision: true,
  coversWholeFile: true,
  trusted: false,
  algorithm: '',
  fingerprint: '',
  certificatePem,
  timeStamp: null,
  vouchedBy: vouch && {
    workspace: { id: vouch.workspace, name: '' },
    member: { id: vouch.member, name: '' },
    key: '',
  },
});

const ada = { workspace: 'w', member: 'ada', isOwn: (pem: string) => pem === 'hers' };
const signed = (...of: Parameters<typeof signature>) => hasSigned({ signatures: [signature(...of)] }, ada);

test('whoever signed with their own key has signed, and whoever signed with their company’s', () => {
  expect(signed('hers', null)).toBe(true);
  expect(signed('a company’s', { workspace: 'w', member: 'ada' })).toBe(true);
});

test('another member has not, nor a namesake of another workspace, nor whoever nobody vouches for', () => {
  expect(signed('a company’s', { workspace: 'w', member: 'rita' })).toBe(false);
  expect(signed('a company’s', { workspace: 'elsewhere', member: 'ada' })).toBe(false);
  expect(signed('a company’s', null)).toBe(false);
});
