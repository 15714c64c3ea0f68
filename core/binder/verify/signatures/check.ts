import type { VerifySignature, Vouch } from '../../../../shared/domain/binder.ts';
import type { Findings } from '../findings.ts';
import { keyIdOf } from '../ledger-key.ts';
import { nameOf } from '../pdf/values.ts';
import type { DigestName } from './algorithms.ts';
import type { SignedRange } from './byte-range.ts';
import { type Certificate, fingerprintOf, holderOf, isTrusted, isValidAt } from './certificate.ts';
import {
  type CmsFlaw,
  checkCms,
  digestOf,
  isDetachedData,
  parseCms,
  type SignedCms,
  TIMESTAMP_TOKEN,
} from './cms.ts';
import { DerFault } from './der.ts';
import type { SignatureField } from './fields.ts';
import { readTimeStamp, type TimeStamp } from './time-stamp.ts';

/** A filled field on its way through the checks. What is wrong with it alone is kept apart until the end. */
export interface Candidate {
  readonly field: SignatureField;
  readonly range: SignedRange | null;
  readonly cms: SignedCms | null;
  /** A time stamp over the signature's value, where it carries one. */
  readonly stamp: TimeStamp | null;
  /** A member's word for the certificate, where it carries one. */
  readonly vouch: Vouch | null;
  readonly findings: Findings;
}

const FLAWS: Readonly<Record<CmsFlaw, (name: string) => string>> = {
  'weak-digest': (name) => `The signature ${name} uses a digest that is unknown or no longer safe.`,
  'digest-mismatch': (name) =>
    `The file is not what ${name} signed: bytes that the signature covers were changed.`,
  'signature-value': (name) =>
    `The signature ${name} was not made with the key of its certificate, or was changed.`,
  'signature-attributes': (name) => `The signature ${name} does not say what it signs.`,
  'certificate-mismatch': (name) => `The signature ${name} does not name the certificate it was made with.`,
  'certificate-usage': (name) => `The certificate of ${name} is not meant for signing.`,
};

const CAPACITIES: Readonly<Record<string, string>> = {
  Preparer: 'preparer',
  Reviewer: 'reviewer',
  Approver: 'approver',
  Recipient: 'recipient',
};

/** Reads the signature's bytes strictly; what cannot be read is found wrong. */
export function readCms(field: SignatureField, der: Buffer | null, findings: Findings): SignedCms | null {
  const where = `signature ${field.name}`;
  const type = nameOf(field.value?.dict.entries.get('Type'));
  if ((type !== null && type !== 'Sig') || field.value?.subFilter !== 'ETSI.CAdES.detached') {
    findings.add(
      'signature-format',
      where,
      `The signature ${field.name} is not of the kind a binder has (PAdES).`,
    );
  }
  if (der === null) return null;
  try {
    const cms = parseCms(der);
    if (!isDetachedData(cms)) throw new DerFault('it signs something of its own instead of the file');
    if ([...cms.unsigned.keys()].some((type) => type !== TIMESTAMP_TOKEN)) {
      throw new DerFault('it carries additions that nothing covers');
    }
    return cms;
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    findings.add('signature-format', where, `The signature ${field.name} cannot be read: ${error.message}.`);
    return null;
  }
}

/** The time stamp that the signature carries, if any; a wrong one is found. */
export function readStamp(
  field: SignatureField,
  cms: SignedCms | null,
  findings: Findings,
): TimeStamp | null {
  const token = cms?.unsigned.get(TIMESTAMP_TOKEN);
  if (!cms || !token) return null;
  try {
    return readTimeStamp(token, cms.signature);
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    const message = `The signature ${field.name} carries a time stamp that does not hold: ${error.message}.`;
    findings.add('time-stamp', `signature ${field.name}`, message);
    return null;
  }
}

export function digestNeeded(cms: SignedCms | null): DigestName | null {
  return cms === null ? null : digestOf(cms);
}

/** The cryptographic part: the digest of the covered bytes, the signature over it, the certificate and its dates. */
export function checkSignature(
  { field, cms, range, findings }: Candidate,
  contentDigest: Buffer | undefined,
  /** Where the last version ends that an earlier good signature covers. */
  goodUpTo: number,
): { algorithm: string } {
  if (cms === null) return { algorithm: 'unknown' };
  const where = `signature ${field.name}`;
  const { flaws, algorithm } = checkFlaws(cms, contentDigest);
  for (const flaw of flaws) {
    const code =
      flaw === 'digest-mismatch' ? flaw : flaw.startsWith('certificate') ? 'certificate' : 'signature-value';
    const place =
      code === 'digest-mismatch' ? ` The change is between bytes ${goodUpTo} and ${range?.end ?? 0}.` : '';
    findings.add(code, where, `${FLAWS[flaw](field.name)}${place}`);
  }
  const at = field.value?.at ?? null;
  if (at === null) {
    findings.add('signature-format', where, `The signature ${field.name} does not say when it was made.`);
  } else if (!isValidAt(cms.signer, at)) {
    const message = `The certificate of ${field.name} was not valid at the time the signature claims.`;
    findings.add('certificate', where, message);
  }
  return { algorithm };
}

function checkFlaws(
  cms: SignedCms,
  contentDigest: Buffer | undefined,
): { flaws: CmsFlaw[]; algorithm: string } {
  try {
    return checkCms(cms, contentDigest ?? Buffer.alloc(0));
  } catch (error) {
    if (error instanceof DerFault) return { flaws: ['signature-attributes'], algorithm: 'unknown' };
    throw error;
  }
}

/** The signature as the report tells it. */
export function reportSignature(
  { field, cms, findings, range, vouch, stamp }: Candidate,
  {
    algorithm,
    coversRevision,
    size,
    anchors,
    revocation,
  }: {
    algorithm: string;
    coversRevision: boolean;
    size: number;
    anchors: readonly Certificate[];
    revocation: VerifySignature['revocation'];
  },
): VerifySignature {
  const at = field.value?.at ?? null;
  const valid = findings.size === 0;
  const pool = cms?.certificates ?? [];
  // With a key that was revoked, anybody could put the clock back to before that.
  const doubtful = revocation?.state === 'revoked-later' && !revocation.timeProven;
  return {
    field: field.name,
    by: cms ? holderOf(cms.signer) : 'unknown',
    capacity: CAPACITIES[field.name] ?? null,
    at: at?.toISOString() ?? null,
    valid,
    coversRevision,
    coversWholeFile: range?.end === size,
    trusted:
      valid && !doubtful && cms !== null && isTrusted(cms.signer, { pool, anchors, at: at ?? new Date() }),
    algorithm,
    fingerprint: cms ? fingerprintOf(cms.signer) : '',
    certificatePem: cms ? cms.signer.x509.toString() : '',
    timeStamp: valid && stamp ? stampFacts(stamp, anchors) : null,
    vouchedBy: valid && vouch ? { ...said(vouch), key: keyIdOf(vouch) } : null,
    ...(revocation ? { revocation } : {}),
  };
}

function said({ body: { workspace, member } }: Vouch): Pick<Vouch['body'], 'workspace' | 'member'> {
  return { workspace, member };
}

/** A time stamp as the report's sentences tell it: whose word it is, and whether anybody here vouches for them. */
export interface StampFacts {
  readonly field: string;
  readonly at: string;
  readonly by: string;
  readonly trusted: boolean;
}

/** The signature's time stamp, if it carries one. */
export function reportStamp({ field, stamp }: Candidate, anchors: readonly Certificate[]): StampFacts[] {
  return stamp ? [{ field: field.name, ...stampFacts(stamp, anchors) }] : [];
}

function stampFacts(stamp: TimeStamp, anchors: readonly Certificate[]): Omit<StampFacts, 'field'> {
  const trusted = isTrusted(stamp.authority, { pool: stamp.pool, anchors, at: stamp.at });
  return { at: stamp.at.toISOString(), by: holderOf(stamp.authority), trusted };
}
