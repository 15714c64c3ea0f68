import { createPrivateKey, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import type { MemberKey } from '../../shared/ledger/authority.ts';
import { ledgerKeyFromSeed, publicKeyText } from '../ledger/keys.ts';
import type { Ports } from '../ports.ts';
import { certificateToPem, createSigningKey } from './certificate.ts';

/** A member's private halves as their slot wraps them: PKCS #8 in base64. */
export interface MemberPrivateKeys {
  readonly ledgerKey: string;
  readonly pdfKey: string;
}

export function newPrivateKeys(): MemberPrivateKeys {
  const ledger = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  return { ledgerKey: ledger.toString('base64'), pdfKey: Buffer.from(createSigningKey()).toString('base64') };
}

export function ledgerKeyOf(keys: MemberPrivateKeys): KeyObject {
  return createPrivateKey({ key: Buffer.from(keys.ledgerKey, 'base64'), format: 'der', type: 'pkcs8' });
}

/** The public halves as they stand in the ledger, with a certificate made now. */
export async function publicKeys(
  keys: MemberPrivateKeys,
  about: {
    readonly memberName: string;
    readonly workspaceName: string;
    readonly passphraseSetByOther: boolean;
  },
  ports: Pick<Ports, 'clock' | 'random'>,
): Promise<MemberKey> {
  const { createMemberCertificate } = await import('./member-certificate.ts');
  const certificate = createMemberCertificate({
    memberName: about.memberName,
    workspaceName: about.workspaceName,
    privateKeyPkcs8: Buffer.from(keys.pdfKey, 'base64'),
    ...ports,
  });
  return {
    ledger: publicKeyText(ledgerKeyOf(keys)),
    certificate: certificateToPem(certificate),
    passphraseSetByOther: about.passphraseSetByOther,
  };
}

/** The key that signs a recovery; only who holds the recovery kit can derive it. */
export function recoveryKeyOf(kitSecret: Uint8Array): KeyObject {
  const seed = hkdfSync('sha256', kitSecret, new Uint8Array(0), 'bindery recovery signature', 32);
  return ledgerKeyFromSeed(new Uint8Array(seed));
}
