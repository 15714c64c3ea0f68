import type { VerifyReport } from './binder.ts';

/**
 * Whether a valid signature covers the version whose manifest and ledger files were read: it is the first signed one.
 * Where none does, what they say is only what the file says of itself.
 */
export function isVouchedFor({ signatures }: Pick<VerifyReport, 'signatures'>): boolean {
  return signatures.find((signature) => signature.coversRevision)?.valid ?? false;
}

/**
 * Whether a member signed this binder, with whatever key: a company's certificate is told apart by the member whose
 * ledger key vouches for it. Nobody countersigns what they signed.
 */
export function hasSigned(
  { signatures }: Pick<VerifyReport, 'signatures'>,
  who: {
    readonly workspace: string;
    readonly member: string;
    readonly isOwn: (certificatePem: string) => boolean;
  },
): boolean {
  return signatures.some(
    ({ certificatePem, vouchedBy }) =>
      who.isOwn(certificatePem) ||
      (vouchedBy?.workspace.id === who.workspace && vouchedBy.member.id === who.member),
  );
}
