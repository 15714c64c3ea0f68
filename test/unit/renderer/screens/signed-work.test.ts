import { describe, expect, it } from 'vitest';
import { type SignOff, signedWarning, voidedWords } from '../../../../renderer/screens/common/signed-work.ts';

const signOff = (id: string, name: string, change: Partial<SignOff> = {}): SignOff => ({
  id,
  capacity: 'preparer',
  verdict: 'signed',
  by: { id: name, name },
  at: '2026-11-21T12:00:00.000Z',
  digest: 'd',
  note: '',
  voided: false,
  passphraseSetByOther: false,
  ...change,
});

describe('a change to signed work', () => {
  it('is preceded by who signed and when, of those sign-offs alone that still stand', () => {
    const signOffs = [
      signOff('1', 'Ana'),
      signOff('2', 'Boris', { at: '2026-11-22T12:00:00.000Z' }),
      signOff('3', 'Cleo', { voided: true }),
      signOff('4', 'Dana', { verdict: 'returned' }),
    ];
    expect(signedWarning(signOffs)).toBe(
      'Signed by Ana on 21 Nov 2026 and Boris on 22 Nov 2026; changing this voids the sign-offs.',
    );
    expect(signedWarning(signOffs.slice(0, 1))).toBe(
      'Signed by Ana on 21 Nov 2026; changing this voids the sign-off.',
    );
    expect(signedWarning(signOffs.slice(2))).toBe('');
  });

  it('is followed by whose sign-off it voided, and by nothing where none was lost', () => {
    const before = [signOff('1', 'Ana'), signOff('2', 'Boris'), signOff('3', 'Cleo', { voided: true })];
    const voided = before.map((one) => ({ ...one, voided: true }));
    expect(voidedWords(before, voided)).toBe('The sign-offs of Ana and Boris are void now.');
    expect(voidedWords(before.slice(0, 1), voided.slice(0, 1))).toBe('The sign-off of Ana is void now.');
    expect(voidedWords(voided, voided)).toBe('');
    expect(voidedWords(before, before)).toBe('');
  });
});
