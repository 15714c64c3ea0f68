import { createHash, verify, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import { describe, expect, it } from 'vitest';
import { buildCms } from '../../../../../core/binder/sign/cms.ts';
import { memberSigner } from '../../../../support/signers.ts';

const digest = createHash('sha256').update('a binder').digest();
const OID = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};

/** The parts of a structured value. */
function partsOf(block: asn1js.BaseBlock | undefined): asn1js.BaseBlock[] {
  if (block instanceof asn1js.Constructed) return block.valueBlock.value as asn1js.BaseBlock[];
  throw new Error('not a structured value');
}

const der = (block: asn1js.BaseBlock | undefined) => (block ? Buffer.from(block.toBER()) : Buffer.of());
const oid = (block: asn1js.BaseBlock | undefined) =>
  block instanceof asn1js.ObjectIdentifier ? block.valueBlock.toString() : '';

async function signed(signer = memberSigner('Ada').signer) {
  const bytes = await buildCms(signer, digest);
  const [, wrapped] = partsOf(asn1js.fromBER(new Uint8Array(bytes).buffer).result);
  const [version, digests, content, certificates, signerInfos] = partsOf(partsOf(wrapped)[0]);
  const [signerVersion, sid, , attributes, algorithm, signature] = partsOf(partsOf(signerInfos)[0]);
  return {
    bytes,
    version,
    digests,
    content,
    certificates,
    signerVersion,
    sid,
    attributes,
    algorithm,
    signature,
  };
}

/** SET OF members in DER come in the order of their encodings. */
const inDerOrder = (members: readonly Buffer[]) => [...members].sort(Buffer.compare);

describe('the CMS of a signature', () => {
  it('has exactly the three attributes of the PAdES baseline, in the order of DER', async () => {
    const parts = partsOf((await signed()).attributes);
    const types = parts.map((attribute) => oid(partsOf(attribute)[0]));
    expect(types.sort()).toEqual(Object.values(OID).sort());
    const encoded = parts.map(der);
    expect(encoded).toEqual(inDerOrder(encoded));
  });

  it('signs those attributes with the key of the certificate', async () => {
    const { signer } = memberSigner('Ada');
    const { attributes, signature } = await signed(signer);
    const asSet = der(attributes);
    asSet[0] = 0x31;
    const value = (signature as asn1js.OctetString).valueBlock.valueHexView;
    const key = new X509Certificate(signer.certificates[0] ?? Buffer.of()).publicKey;
    expect(verify('sha256', asSet, key, value)).toBe(true);
    expect(asSet.includes(digest)).toBe(true);
  });

  it('names the signing certificate by its SHA-256, with issuer and serial number', async () => {
    const { signer } = memberSigner('Ada');
    const { attributes } = await signed(signer);
    const attribute = partsOf(attributes).find((part) => oid(partsOf(part)[0]) === OID.signingCertificateV2);
    const [certificateId] = partsOf(partsOf(partsOf(partsOf(attribute)[1])[0])[0]);
    const [hash, issuerSerial] = partsOf(certificateId);
    const leaf = signer.certificates[0] ?? Buffer.of();
    expect((hash as asn1js.OctetString).getValue()).toEqual(
      new Uint8Array(createHash('sha256').update(leaf).digest()).buffer,
    );
    expect(partsOf(issuerSerial)).toHaveLength(2);
  });

  it('carries the certificates byte for byte, each once, in the order of DER', async () => {
    const { signer } = memberSigner('Ada');
    const others = ['Bob', 'Cyd', 'Dan'].map((name) =>
      Buffer.from(memberSigner(name).signer.certificates[0] ?? []),
    );
    const chain = [Buffer.from(signer.certificates[0] ?? []), ...others];
    for (const certificates of [chain, [chain[0] ?? Buffer.of(), ...others.toReversed()]]) {
      const carried = partsOf((await signed({ ...signer, certificates })).certificates).map(der);
      expect(carried).toEqual(inDerOrder(chain));
    }
  });

  it('is detached: it says what kind of content it signs and carries none', async () => {
    const { content, digests } = await signed();
    expect(partsOf(content).map(oid)).toEqual(['1.2.840.113549.1.7.1']);
    expect(partsOf(digests)).toHaveLength(1);
  });

  it('asks for certificates it can read', async () => {
    const { signer } = memberSigner('Ada');
    for (const certificates of [[], [Buffer.from('no certificate')]]) {
      await expect(buildCms({ ...signer, certificates }, digest)).rejects.toMatchObject({
        fault: { code: 'invalid-input' },
      });
    }
  });
});
