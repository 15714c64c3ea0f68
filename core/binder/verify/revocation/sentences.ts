import type { VerifySignature } from '../../../../shared/domain/binder.ts';

type Known = VerifySignature & { readonly revocation: NonNullable<VerifySignature['revocation']> };

const known = (signatures: readonly VerifySignature[]): Known[] =>
  signatures.filter((one): one is Known => one.valid && one.revocation !== undefined);

/** Of which certificates the file itself shows that they were good when they were used. */
export function revocationsProven(signatures: readonly VerifySignature[]): string[] {
  return known(signatures).flatMap(
    ({ by, field, revocation: { state, at, by: authority, signedAt, timeProven } }) => {
      if (state !== 'good') return [];
      const clock = timeProven ? 'by its time stamp' : 'by its signer’s clock';
      return [
        `The certificate of ${by} was not revoked when it signed as ${field} (${signedAt}, ${clock}): ${authority} says so for ${at}, and the file holds what it says.`,
      ];
    },
  );
}

/** What stays open about revocations, each in one sentence. */
export function revocationsOpen(signatures: readonly VerifySignature[]): string[] {
  const told = known(signatures);
  if (told.length === 0) return ['Whether a certificate was revoked: nothing is looked up on a network.'];
  const open = told.flatMap((one) => openOf(one) ?? []);
  return [
    ...open,
    'Whether a certificate was revoked after what the file holds on it: nothing is looked up on a network.',
  ];
}

function openOf({
  by,
  field,
  revocation: { state, at, by: authority, of, signedAt, timeProven },
}: Known): string | null {
  const whose = `the certificate of ${by}, which signed as ${field},`;
  if (state === 'missing')
    return `Whether ${whose} was revoked: the file holds no list or answer on that of ${of}.`;
  if (state === 'good-before')
    return `Whether ${whose} was revoked between ${at}, of which the newest word of ${authority} is, and ${signedAt}.`;
  if (state === 'revoked-later' && timeProven)
    return `What ${authority} says of a later time: it revoked the certificate of ${of} at ${at}; the time stamp shows that the signature as ${field} was there before.`;
  if (state === 'revoked-later')
    return `That ${by} signed as ${field} at ${signedAt}, before the certificate of ${of} was revoked at ${at}: only the signer’s own clock says so. Whoever had the key later could have put it back.`;
  if (state === 'self-issued')
    return `Whether ${whose} was given up: its holder vouches for it alone, so no authority lists it.`;
  return null;
}
