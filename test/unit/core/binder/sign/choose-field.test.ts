import { describe, expect, it } from 'vitest';
import { chooseField } from '../../../../../core/binder/sign/choose-field.ts';
import { SIGNATURE_FIELDS } from '../../../../../core/binder/sign/signer.ts';

const signedBy = (...signed: readonly string[]) =>
  SIGNATURE_FIELDS.map((name) => ({ name, signed: signed.includes(name) }));

describe('choosing a signature field', () => {
  it('takes the field made for the capacity, and the spare ones in turn when it is signed', () => {
    expect(chooseField(signedBy('Preparer'), 'Reviewer')).toBe('Reviewer');
    expect(chooseField(signedBy('Preparer', 'Reviewer'), 'Reviewer')).toBe('Spare1');
    expect(chooseField(signedBy('Reviewer', 'Spare1'), 'Reviewer')).toBe('Spare2');
  });

  it('never takes a field made for somebody else', () => {
    const full = signedBy('Reviewer', 'Spare1', 'Spare2');
    expect(() => chooseField(full, 'Reviewer')).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'conflict' }) }),
    );
  });
});
