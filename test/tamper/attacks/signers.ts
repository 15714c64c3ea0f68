import { constants, createHash, privateEncrypt, sign as signBytes } from 'node:crypto';
import { type CmsOptions, makeSigner, octets, oid, seq, set } from '../../unit/core/binder/verify/signer.ts';
import type { Attack, Family } from '../attack.ts';
import { latin, Pdf, type SignOptions } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';

/** The reviewer’s place filled by a stranger, whose signature is spoiled in one way. */
const strange =
  (
    options: Omit<SignOptions, 'field'> | ((binder: RealBinder) => Omit<SignOptions, 'field'>),
  ): Attack['file'] =>
  (binder) => {
    const spoiled = typeof options === 'function' ? options(binder) : options;
    return new Pdf(binder.once).sign(binder.stranger, { field: 'Reviewer', ...spoiled }).bytes;
  };
const cms = (options: CmsOptions | ((binder: RealBinder) => CmsOptions)): Attack['file'] =>
  strange((binder) => ({ cms: typeof options === 'function' ? options(binder) : options }));

/** The same by the accomplice, whose key is RSA. */
const byRsa =
  (value: (signed: Buffer, binder: RealBinder) => Buffer): Attack['file'] =>
  (binder) =>
    new Pdf(binder.once).sign(binder.accomplice, {
      field: 'Reviewer',
      cms: { value: (signed) => value(signed, binder) },
    }).bytes;

const attribute = (type: string, value: Buffer): Buffer => seq(oid(type), set(value));
const CERTIFICATE = ['certificate @ signature Reviewer'];
const VALUE = ['signature-value @ signature Reviewer'];
const FORMAT = ['signature-format @ signature Reviewer'];
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';

/** A certificate put into the reviewer’s signature instead of hers, bytes and place kept. */
function certificateSwapped({ twice, namesake }: RealBinder): Buffer {
  const pdf = new Pdf(twice);
  const from = pdf.bytes.lastIndexOf('/Contents <') + '/Contents <'.length;
  const der = Buffer.from(pdf.bytes.toString('latin1', from, pdf.bytes.indexOf('>', from)), 'hex');
  const key = namesake.key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from(key.x ?? '', 'base64url'), Buffer.from(key.y ?? '', 'base64url')]);
  // The uncompressed point of P-256 follows 03 42 00 04 in the public key of the certificate.
  point.copy(der, der.indexOf(Buffer.from('03420004', 'hex')) + 4);
  pdf.bytes.write(der.toString('hex'), from, 'latin1');
  return pdf.bytes;
}

export const SIGNERS: Family = {
  name: 'Keys, certificates and the signature’s own bytes',
  about: 'Somebody signs in the reviewer’s place, or the bytes of a signature are made to fit.',
  attacks: [
    {
      title: 'The reviewer’s place signed by a stranger',
      file: strange({}),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'That Mallory really signed',
    },
    {
      title: 'The reviewer’s place signed in her name with another key',
      file: ({ once, namesake }) => new Pdf(once).sign(namesake, { field: 'Reviewer' }).bytes,
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'That Rita really signed',
    },
    {
      title: 'Both places signed by strangers over the same pages',
      file: ({ unsigned, stranger, accomplice }) =>
        new Pdf(unsigned).sign(stranger, { field: 'Preparer' }).sign(accomplice, { field: 'Reviewer' }).bytes,
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'That Mallory, Eve really signed',
    },
    { title: 'Another key in the reviewer’s certificate', file: certificateSwapped, found: VALUE },
    {
      title: 'A certificate that had ended',
      file: (binder) =>
        new Pdf(binder.once).sign(makeSigner('Rita', { to: new Date('2025-06-01') }), { field: 'Reviewer' })
          .bytes,
      found: CERTIFICATE,
    },
    {
      title: 'A certificate that was not in force yet',
      file: (binder) =>
        new Pdf(binder.once).sign(makeSigner('Rita', { from: new Date('2030-01-01') }), { field: 'Reviewer' })
          .bytes,
      found: CERTIFICATE,
    },
    {
      title: 'A certificate that is not for signing',
      file: (binder) =>
        new Pdf(binder.once).sign(makeSigner('Rita', { usage: 0x20 }), { field: 'Reviewer' }).bytes,
      found: CERTIFICATE,
    },
    {
      title: 'A certificate too many',
      file: cms(({ accomplice }) => ({ extraCertificate: accomplice.certificate })),
      found: FORMAT,
    },
    {
      title: 'A key that is not its certificate’s',
      file: (binder) =>
        new Pdf(binder.once).sign({ ...binder.stranger, key: binder.namesake.key }, { field: 'Reviewer' })
          .bytes,
      found: VALUE,
    },
    { title: 'The digest downgraded to SHA-1', file: cms({ digestOid: '1.3.14.3.2.26' }), found: VALUE },
    { title: 'The digest downgraded to MD5', file: cms({ digestOid: '1.2.840.113549.2.5' }), found: VALUE },
    {
      title: 'The signature said to be made by another algorithm',
      file: cms({ algorithm: seq(oid('1.2.840.10045.4.3.4')) }),
      found: VALUE,
    },
    {
      title: 'An ECDSA signature of another digest',
      file: cms(({ stranger }) => ({ value: (signed) => signBytes('sha512', signed, stranger.key) })),
      found: VALUE,
    },
    {
      title: 'An ECDSA signature of other bytes',
      file: cms(({ stranger }) => ({
        value: () => signBytes('sha256', latin('something else'), stranger.key),
      })),
      found: VALUE,
    },
    {
      title: 'An ECDSA signature of zeros',
      file: cms({ value: () => Buffer.from('3006020100020100', 'hex') }),
      found: VALUE,
    },
    {
      title: 'An RSA signature with another padding (PSS under the name of PKCS#1)',
      file: byRsa((signed, { accomplice }) =>
        signBytes('sha256', signed, { key: accomplice.key, padding: constants.RSA_PKCS1_PSS_PADDING }),
      ),
      found: VALUE,
    },
    {
      title: 'An RSA signature of the bare digest, without its algorithm',
      file: byRsa((signed, { accomplice }) =>
        privateEncrypt(accomplice.key, createHash('sha256').update(signed).digest()),
      ),
      found: VALUE,
    },
    {
      title: 'An RSA signature with bytes behind the padding',
      file: byRsa((signed, { accomplice }) =>
        Buffer.concat([signBytes('sha256', signed, accomplice.key), Buffer.of(0)]),
      ),
      found: VALUE,
    },
    {
      title: 'No message digest among the signed attributes',
      file: cms({ attributes: (list) => list.filter((item) => !item.includes(oid(MESSAGE_DIGEST))) }),
      found: VALUE,
    },
    {
      title: 'No content type among the signed attributes',
      file: cms({ attributes: (list) => list.slice(1) }),
      found: VALUE,
    },
    {
      title: 'A signed attribute given twice',
      file: cms({ attributes: (list) => [...list, ...list.slice(0, 1)] }),
      found: FORMAT,
    },
    {
      title: 'Two values of the message digest',
      file: cms({
        attributes: ([type, digest, ...more]) => [
          type ?? latin(''),
          seq(oid(MESSAGE_DIGEST), set(octets(Buffer.alloc(32)), (digest ?? latin('')).subarray(-34))),
          ...more,
        ],
      }),
      found: FORMAT,
    },
    {
      title: 'A message digest of another file',
      file: cms({ messageDigest: Buffer.alloc(32, 7) }),
      found: ['digest-mismatch @ signature Reviewer'],
    },
    {
      title: 'No signing certificate among the signed attributes',
      file: cms({ withoutSigningCertificate: true }),
      found: CERTIFICATE,
    },
    {
      title: 'Another certificate named as the signing one',
      file: cms(({ namesake }) => ({ named: namesake.certificate })),
      found: CERTIFICATE,
    },
    {
      title: 'Additions that nothing covers',
      file: cms({ unsigned: seq(oid('1.2.3.4'), set(octets(latin('x')))) }),
      found: FORMAT,
    },
    {
      title: 'A counter-signature among the unsigned attributes',
      file: cms({ unsigned: attribute('1.2.840.113549.1.9.6', seq()) }),
      found: FORMAT,
    },
    {
      title: 'Content of its own instead of the file',
      file: cms({ content: { type: '1.2.840.113549.1.7.1', bytes: latin('x') } }),
      found: FORMAT,
    },
    {
      title: 'Another kind of signature (SubFilter)',
      file: strange({ dict: '/SubFilter /adbe.pkcs7.detached' }),
      found: FORMAT,
    },
    { title: 'A signature without a time', file: strange({ at: null }), found: FORMAT },
    { title: 'A value of zeros', file: strange({ patch: (hex) => '0'.repeat(hex.length) }), found: FORMAT },
    {
      title: 'Something behind the value',
      file: strange({ patch: (hex) => `${hex.slice(0, -4)}beef` }),
      found: ['padding @ signature Reviewer'],
    },
    {
      title: 'The preparer’s signature pasted into the reviewer’s place',
      file: ({ once, stranger }) => {
        const first = new Pdf(once);
        const hex =
          /\/Contents\s*<([0-9a-f]*?)(?:0{64,})>/.exec(first.text(first.signature('Preparer')))?.[1] ?? '';
        return new Pdf(once).sign(stranger, {
          field: 'Reviewer',
          patch: (own) => hex + '0'.repeat(own.length - hex.length),
        }).bytes;
      },
      found: ['digest-mismatch @ signature Reviewer'],
    },
  ],
};
