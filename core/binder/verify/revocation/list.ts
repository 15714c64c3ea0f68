import { type AlgorithmId, algorithmOf } from '../signatures/algorithms.ts';
import { type Certificate, mayListRevoked } from '../signatures/certificate.ts';
import {
  bitsOf,
  childrenOf,
  type Der,
  DerCursor,
  DerFault,
  readDer,
  smallIntegerOf,
  TAG,
  timeOf,
} from '../signatures/der.ts';
import { extensionsOf, isSignedBy, sequenceIn, type Testimony, type Word } from './said.ts';

const OID = {
  invalidityDate: '2.5.29.24',
  distributionPoint: '2.5.29.28',
  distributionPoints: '2.5.29.31',
} as const;
const ENTRY_KNOWN: ReadonlySet<string> = new Set(['2.5.29.21', OID.invalidityDate]);
const LIST_KNOWN: ReadonlySet<string> = new Set([OID.distributionPoint]);

/** Which certificates a list is about, where it is not about all of its issuer's. */
interface Scope {
  readonly people: boolean;
  readonly authorities: boolean;
  /** Where it is published: a certificate that is in it names the same place. */
  readonly places: readonly Buffer[];
}

const EVERYTHING: Scope = { people: true, authorities: true, places: [] };

/** A list of revoked certificates (RFC 5280, 5), whole and by the issuer itself. */
export class RevocationList implements Testimony {
  readonly #signed: Buffer;
  readonly #algorithm: AlgorithmId;
  readonly #signature: Buffer;
  readonly #issuer: Buffer;
  readonly #from: Date;
  readonly #until: Date | null;
  readonly #revoked = new Map<string, Date>();
  readonly #scope: Scope;
  /** By the issuer’s key: a long list is not checked over and over. */
  readonly #checked = new Map<string, boolean>();

  constructor(raw: Buffer) {
    const outer = DerCursor.over(raw);
    const body = outer.take(TAG.sequence);
    const algorithm = outer.take(TAG.sequence);
    this.#signature = bitsOf(outer.take(TAG.bits));
    outer.end();
    this.#signed = body.raw;
    this.#algorithm = algorithmOf(algorithm);
    const fields = new DerCursor(body);
    const version = fields.takeIf(TAG.integer);
    if (version !== null && smallIntegerOf(version) !== 1) throw new DerFault('its version is unknown');
    if (!fields.take(TAG.sequence).raw.equals(algorithm.raw))
      throw new DerFault('its algorithm is ambiguous');
    this.#issuer = fields.take(TAG.sequence).raw;
    this.#from = timeOf(fields.any());
    const until = fields.takeIf(TAG.utcTime) ?? fields.takeIf(TAG.time);
    this.#until = until && timeOf(until);
    const entries = fields.takeIf(TAG.sequence);
    const extensions = fields.takeIf(TAG.context0);
    fields.end();
    for (const entry of entries === null ? [] : childrenOf(entries)) this.#read(entry);
    this.#scope = extensions ? scopeOf(extensionsOf(readDer(extensions.content), LIST_KNOWN)) : EVERYTHING;
  }

  #read(entry: Der): void {
    const fields = new DerCursor(entry);
    const serial = fields.take(TAG.integer).content.toString('hex');
    const at = timeOf(fields.any());
    const extensions = fields.takeIf(TAG.sequence);
    fields.end();
    const said = extensions && extensionsOf(extensions, ENTRY_KNOWN).get(OID.invalidityDate);
    const since = said ? timeOf(readDer(said)) : at;
    const earlier = this.#revoked.get(serial);
    const first = since < at ? since : at;
    if (earlier === undefined || first < earlier) this.#revoked.set(serial, first);
  }

  wordOn(certificate: Certificate, issuer: Certificate): Word | null {
    if (!this.#issuer.equals(issuer.subject) || !certificate.issuer.equals(issuer.subject)) return null;
    if (!mayListRevoked(issuer) || !this.#isAbout(certificate)) return null;
    if (!this.#isBy(issuer)) return null;
    const serial = readDer(certificate.serial).content.toString('hex');
    const revokedAt = this.#revoked.get(serial) ?? null;
    return { from: this.#from, until: this.#until, revokedAt, by: issuer };
  }

  #isBy(issuer: Certificate): boolean {
    const key = issuer.keyInfo.toString('base64');
    const value = { signed: this.#signed, algorithm: this.#algorithm, signature: this.#signature };
    const is = this.#checked.get(key) ?? isSignedBy(issuer, value);
    this.#checked.set(key, is);
    return is;
  }

  #isAbout({ x509, extensions }: Certificate): boolean {
    if (x509.ca ? !this.#scope.authorities : !this.#scope.people) return false;
    const named = extensions.get(OID.distributionPoints);
    const { places } = this.#scope;
    return (
      places.length === 0 ||
      (named !== undefined &&
        places.some((place) => named.toString('latin1').includes(place.toString('latin1'))))
    );
  }
}

/** The issuing distribution point (RFC 5280, 5.2.5); lists for some reasons, or for others' certificates, are of no use. */
function scopeOf(extensions: ReadonlyMap<string, Buffer>): Scope {
  const said = extensions.get(OID.distributionPoint);
  if (said === undefined) return EVERYTHING;
  let scope = EVERYTHING;
  for (const { tag, content } of childrenOf(sequenceIn(said))) {
    if (tag === 0xa0) {
      const name = readDer(content);
      if (name.tag !== TAG.context0) throw new DerFault('it says something that is not understood here');
      scope = { ...scope, places: childrenOf(name).map(({ raw }) => raw) };
    } else if (tag === 0x81 && content[0] !== 0) scope = { ...scope, authorities: false };
    else if (tag === 0x82 && content[0] !== 0) scope = { ...scope, people: false };
    else throw new DerFault('it says something that is not understood here');
  }
  return scope;
}
