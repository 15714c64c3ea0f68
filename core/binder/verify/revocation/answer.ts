import { createHash } from 'node:crypto';
import { type AlgorithmId, algorithmOf, digestNamed } from '../signatures/algorithms.ts';
import { type Certificate, isIssuedBy, isValidAt, parseCertificate } from '../signatures/certificate.ts';
import {
  bitsOf,
  childrenOf,
  type Der,
  DerCursor,
  DerFault,
  oidOf,
  readDer,
  TAG,
  timeOf,
} from '../signatures/der.ts';
import { extensionsOf, isSignedBy, type Testimony, type Word } from './said.ts';

const BASIC = '1.3.6.1.5.5.7.48.1.1';
const MAY_ANSWER = '1.3.6.1.5.5.7.3.9';
const SHA1 = '1.3.14.3.2.26';
const MOST_CERTIFICATES = 8;
const NOTHING_KNOWN: ReadonlySet<string> = new Set();

/** One certificate that an answer is about: its issuer by the hashes of name and key, and its number. */
interface Single {
  readonly digest: string;
  readonly nameHash: Buffer;
  readonly keyHash: Buffer;
  readonly serial: Buffer;
  readonly from: Date;
  readonly until: Date | null;
  readonly revokedAt: Date | null;
}

/** An authority's answer on single certificates (OCSP, RFC 6960), by the issuer or by whom it certified for that. */
export class RevocationAnswer implements Testimony {
  readonly #signed: Buffer;
  readonly #algorithm: AlgorithmId;
  readonly #signature: Buffer;
  readonly #at: Date;
  readonly #singles: readonly Single[];
  readonly #certificates: readonly Certificate[];

  constructor(raw: Buffer) {
    const response = DerCursor.over(raw);
    const status = response.take(TAG.enumerated).content;
    if (status.length !== 1 || status[0] !== 0) throw new DerFault('the authority gave no answer in it');
    const wrapped = new DerCursor(readDer(response.take(TAG.context0).content));
    response.end();
    if (oidOf(wrapped.take(TAG.oid)) !== BASIC) throw new DerFault('it is no answer of the usual kind');
    const basic = DerCursor.over(wrapped.take(TAG.octets).content);
    wrapped.end();
    const data = basic.take(TAG.sequence);
    this.#signed = data.raw;
    this.#algorithm = algorithmOf(basic.take(TAG.sequence));
    this.#signature = bitsOf(basic.take(TAG.bits));
    const bag = basic.takeIf(TAG.context0);
    basic.end();
    const certificates = bag ? childrenOf(readDer(bag.content)) : [];
    if (certificates.length > MOST_CERTIFICATES) throw new DerFault('it carries too many certificates');
    this.#certificates = certificates.map((der) => parseCertificate(der.raw));
    const fields = new DerCursor(data);
    fields.takeIf(TAG.context0);
    if (!fields.takeIf(TAG.context1)) fields.take(0xa2);
    this.#at = timeOf(fields.take(TAG.time));
    this.#singles = childrenOf(fields.take(TAG.sequence)).flatMap(singleOf);
    const extensions = fields.takeIf(TAG.context1);
    fields.end();
    if (extensions) extensionsOf(readDer(extensions.content), NOTHING_KNOWN);
  }

  wordOn(certificate: Certificate, issuer: Certificate): Word | null {
    if (!certificate.issuer.equals(issuer.subject)) return null;
    const serial = readDer(certificate.serial).content;
    const single = this.#singles.find((one) => one.serial.equals(serial) && isIssuerIn(one, issuer));
    const by = single && this.#signer(issuer);
    if (!single || !by) return null;
    const { from, until, revokedAt } = single;
    return { from, until, revokedAt, by: issuer };
  }

  /** The issuer, or somebody whom it certified for answering. */
  #signer(issuer: Certificate): Certificate | undefined {
    const value = { signed: this.#signed, algorithm: this.#algorithm, signature: this.#signature };
    const delegates = this.#certificates.filter(
      (one) =>
        (one.x509.keyUsage?.includes(MAY_ANSWER) ?? false) &&
        isIssuedBy(one, issuer) &&
        isValidAt(one, this.#at),
    );
    return [issuer, ...delegates].find((one) => isSignedBy(one, value));
  }
}

/** A single answer; that an authority does not know a certificate says nothing. */
function singleOf(der: Der): Single[] {
  const fields = new DerCursor(der);
  const id = new DerCursor(fields.take(TAG.sequence));
  const hash = algorithmOf(id.take(TAG.sequence));
  const [nameHash, keyHash] = [id.take(TAG.octets).content, id.take(TAG.octets).content];
  const serial = id.take(TAG.integer).content;
  id.end();
  const status = fields.any();
  const from = timeOf(fields.take(TAG.time));
  const next = fields.takeIf(TAG.context0);
  const extensions = fields.takeIf(TAG.context1);
  fields.end();
  if (extensions) extensionsOf(readDer(extensions.content), NOTHING_KNOWN);
  const digest = hash.oid === SHA1 ? 'sha1' : digestNamed(hash);
  const revoked = status.tag === 0xa1 ? childrenOf(status)[0] : undefined;
  if (digest === null || (status.tag !== 0x80 && !revoked)) return [];
  const until = next && timeOf(readDer(next.content));
  return [{ digest, nameHash, keyHash, serial, from, until, revokedAt: revoked ? timeOf(revoked) : null }];
}

function isIssuerIn({ digest, nameHash, keyHash }: Single, issuer: Certificate): boolean {
  const info = new DerCursor(readDer(issuer.keyInfo));
  info.take(TAG.sequence);
  const key = bitsOf(info.take(TAG.bits));
  const hashOf = (bytes: Buffer): Buffer => createHash(digest).update(bytes).digest();
  return hashOf(issuer.subject).equals(nameHash) && hashOf(key).equals(keyHash);
}
