import { createHash } from 'node:crypto';
import { algorithmOf, digestNamed } from './algorithms.ts';
import { type Certificate, isValidAt } from './certificate.ts';
import { checkCms, digestOf, parseCms, type SignedCms, TIMESTAMP_INFO } from './cms.ts';
import { type Der, DerCursor, DerFault, oidOf, TAG } from './der.ts';

const GENERALIZED_TIME = 0x18;
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** What a time stamp (RFC 3161) says, once its own signature was found good. */
export interface TimeStamp {
  readonly at: Date;
  readonly authority: Certificate;
  readonly pool: readonly Certificate[];
}

/** Reads a token and checks it over the bytes it is said to stamp; anything wrong with it is a `DerFault`. */
export function readTimeStamp(token: Der, stamped: Buffer): TimeStamp {
  const cms = parseCms(token.raw);
  if (cms.contentType !== TIMESTAMP_INFO || cms.content === null)
    throw new DerFault('its time stamp is none');
  const { at, imprint } = stampInfo(cms.content);
  const digest = digestNamed(imprint.algorithm);
  if (digest === null || !createHash(digest).update(stamped).digest().equals(imprint.hash)) {
    throw new DerFault('its time stamp belongs to another signature');
  }
  checkAuthority(cms, cms.content, at);
  return { at, authority: cms.signer, pool: cms.certificates };
}

function checkAuthority(cms: SignedCms, content: Buffer, at: Date): void {
  const digest = digestOf(cms);
  const flaws = digest && checkCms(cms, createHash(digest).update(content).digest()).flaws;
  if (!flaws || flaws.length > 0)
    throw new DerFault('its time stamp was changed or is not signed as it must be');
  const stamps = cms.signer.x509.keyUsage?.includes(TIME_STAMPING) ?? false;
  if (!stamps || !isValidAt(cms.signer, at)) throw new DerFault('its time stamp is by nobody who may stamp');
}

/** TSTInfo (RFC 3161, 2.4.2); what comes behind the time is of no concern here. */
function stampInfo(content: Buffer): {
  at: Date;
  imprint: { algorithm: ReturnType<typeof algorithmOf>; hash: Buffer };
} {
  const info = DerCursor.over(content);
  info.take(TAG.integer);
  oidOf(info.take(TAG.oid));
  const imprint = new DerCursor(info.take(TAG.sequence));
  const algorithm = algorithmOf(imprint.take(TAG.sequence));
  const hash = imprint.take(TAG.octets).content;
  info.take(TAG.integer);
  return { at: timeOf(info.take(GENERALIZED_TIME)), imprint: { algorithm, hash } };
}

function timeOf(der: Der): Date {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,3})\d*)?Z$/.exec(
    der.content.toString('latin1'),
  );
  const [, year, month, day, hour, minute, second, fraction = '0'] = match ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`);
  if (!match || Number.isNaN(date.getTime())) throw new DerFault('its time stamp has no time');
  return date;
}
