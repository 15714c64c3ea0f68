import { expect, test } from 'vitest';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { type SignedAssessment, SignedValues, signOffDigest } from '../../../../shared/domain/sign-off.ts';

const signed: SignedAssessment = {
  kind: 'assessment',
  engagement: 'e',
  target: 't',
  textHash: 'ab'.repeat(32),
  subject: 's',
  result: 'satisfied',
  method: null,
  note: '',
  evidence: [
    {
      id: 'v',
      title: 'T',
      collected: null,
      expires: null,
      periodFrom: null,
      periodTo: null,
      lastVerified: null,
      files: ['cd'.repeat(32)],
    },
  ],
};
const digest = (values: SignedValues) => signOffDigest(sha256, values);

test('every signed value, and only they, moves the digest', () => {
  const [evidence] = signed.evidence;
  const changed: SignedValues[] = [
    ...(['engagement', 'target', 'subject', 'note'] as const).map((field) => ({ ...signed, [field]: 'x' })),
    { ...signed, textHash: 'cd'.repeat(32) },
    { ...signed, result: 'not-satisfied' },
    { ...signed, method: 'test' },
    { ...signed, evidence: [] },
    ...(['id', 'title', 'collected', 'expires', 'periodFrom', 'periodTo', 'lastVerified'] as const).map(
      (field) => ({
        ...signed,
        evidence: evidence === undefined ? [] : [{ ...evidence, [field]: '2026-01-01' }],
      }),
    ),
    { ...signed, evidence: evidence === undefined ? [] : [{ ...evidence, files: [] }] },
    {
      kind: 'checklist',
      engagement: 'e',
      target: 't',
      textHash: signed.textHash,
      subject: 's',
      items: [signed],
    },
  ];
  expect(new Set([signed, ...changed].map(digest)).size).toBe(changed.length + 1);
  expect(digest(Object.fromEntries(Object.entries(signed).reverse()) as SignedAssessment)).toBe(
    digest(signed),
  );
});

test('values with a field more or less are no signed values', () => {
  expect(SignedValues.safeParse({ ...signed, extra: 1 }).success).toBe(false);
  expect(SignedValues.safeParse({ ...signed, note: undefined }).success).toBe(false);
  expect(SignedValues.parse(signed)).toEqual(signed);
});
