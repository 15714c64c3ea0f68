import { RevocationState } from '../../../../shared/domain/revocation.ts';
import {
  type Certificate,
  holderOf,
  isIssuedBy,
  isSelfIssued,
  parseCertificate,
} from '../signatures/certificate.ts';
import { RevocationAnswer } from './answer.ts';
import { RevocationList } from './list.ts';
import type { Testimony, Word } from './said.ts';
import type { DataKind } from './store.ts';

const LONGEST_CHAIN = 8;

/** Somebody whose certificate was used: a signer, or a clock that stamped the time. */
export interface Holder {
  readonly certificate: Certificate;
  /** Certificates that came with it. */
  readonly pool: readonly Certificate[];
  /** When it was used. */
  readonly at: Date;
  /** Whether that is more than the holder's own word. */
  readonly timeProven: boolean;
}

/** Validation data by what it is, once it could be read. */
export type Data =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'list' | 'answer'; readonly testimony: Testimony };

/** Whatever is wrong with it is a `DerFault`. */
export function readData(kind: DataKind, bytes: Buffer): Data {
  if (kind === 'certificate') return { kind, certificate: parseCertificate(bytes) };
  return { kind, testimony: kind === 'list' ? new RevocationList(bytes) : new RevocationAnswer(bytes) };
}

/** Every certificate that the ones of the holders lead to by their issuers. */
export function certificatesOf(holders: readonly Holder[], data: readonly Data[]): Certificate[] {
  const given = data.flatMap((one) => (one.kind === 'certificate' ? [one.certificate] : []));
  const linked = holders.map(({ certificate }) => certificate);
  const pool = [...given, ...holders.flatMap((holder) => holder.pool)];
  for (const known of linked) {
    for (const other of pool) {
      if (!linked.some(({ raw }) => raw.equals(other.raw)) && isIssuedBy(known, other)) linked.push(other);
    }
  }
  return linked;
}

/** Whether a piece of validation data says anything of one of these certificates. */
export function belongs(data: Data, certificates: readonly Certificate[]): boolean {
  if (data.kind === 'certificate') return certificates.some(({ raw }) => raw.equals(data.certificate.raw));
  return certificates.some((one) =>
    certificates.some((issuer) => data.testimony.wordOn(one, issuer) !== null),
  );
}

/**
 * What the data say of a holder's certificate and those above it, the worst of it: revoked when it was used; revoked
 * later, which a false clock would hide; nothing; good at a time before it was used; good when it was used. Whoever
 * vouches for themselves is on nobody's list.
 */
export type Standing =
  | {
      readonly state: 'revoked' | 'revoked-later';
      readonly of: string;
      readonly at: Date;
      readonly by: string;
    }
  | { readonly state: 'missing'; readonly of: string }
  | { readonly state: 'good-before' | 'good'; readonly at: Date; readonly by: string }
  | { readonly state: 'self-issued' };

const WORST_FIRST: readonly Standing['state'][] = RevocationState.options;

export function standingOf(holder: Holder, data: readonly Data[], anchors: readonly Certificate[]): Standing {
  const pool = certificatesOf([holder], [...data, ...anchors.map(asData)]);
  const found: Standing[] = [];
  let last: Certificate | undefined = holder.certificate;
  for (let depth = 0; last && depth < LONGEST_CHAIN; depth += 1) {
    const own: Certificate = last;
    // Whom the reader trusts, or who vouches for themselves, is the end of the chain.
    if (isSelfIssued(own) || (depth > 0 && anchors.some(({ raw }) => raw.equals(own.raw)))) break;
    last = pool.find((one) => one.x509.ca && isIssuedBy(own, one));
    found.push(last ? standingBy(holder, own, last, data) : { state: 'missing', of: holderOf(own) });
  }
  const sorted = found.sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
  return sorted[0] ?? { state: 'self-issued' };
}

const asData = (certificate: Certificate): Data => ({ kind: 'certificate', certificate });

function standingBy(
  { at }: Holder,
  certificate: Certificate,
  issuer: Certificate,
  data: readonly Data[],
): Standing {
  const words: Word[] = data.flatMap((one) => {
    const word = one.kind === 'certificate' ? null : one.testimony.wordOn(certificate, issuer);
    return word ? [word] : [];
  });
  const of = holderOf(certificate);
  const by = holderOf(issuer);
  const revoked = words
    .flatMap(({ revokedAt }) => revokedAt ?? [])
    .sort((a, b) => a.getTime() - b.getTime())[0];
  if (revoked) return { state: revoked <= at ? 'revoked' : 'revoked-later', of, at: revoked, by };
  // Lists forget certificates that have run out.
  const after = words.filter(({ from }) => from >= at && from <= certificate.x509.validToDate);
  const [first] = after.sort((a, b) => a.from.getTime() - b.from.getTime());
  if (first) return { state: 'good', at: first.from, by };
  const current = words.filter(({ from, until }) => from < at && until !== null && until >= at);
  const newest = current.sort((a, b) => b.from.getTime() - a.from.getTime())[0];
  return newest ? { state: 'good-before', at: newest.from, by } : { state: 'missing', of };
}
