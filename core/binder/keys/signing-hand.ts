import { workspaceRow } from '../../../db/queries/people.ts';
import type { SigningKey } from '../../../shared/contract/signing.ts';
import type { Vouch } from '../../../shared/domain/binder.ts';
import { refuse } from '../../../shared/fault.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';
import { publicKeyText, signLedger } from '../../ledger/keys.ts';
import {
  certificateFingerprint,
  certificateFor,
  certificatesFromPem,
  softwareSigner,
} from '../../members/certificate.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import { requireInForce } from '../sign/sign-pdf.ts';
import type { PdfSigner } from '../sign/signer.ts';
import { holderOf } from '../verify/signatures/certificate.ts';
import { chainOf } from './chain.ts';
import { tokenSigner } from './pkcs11.ts';
import { openKeyFile } from './pkcs12.ts';

/** Whoever signs now, and what is said about them. */
export interface SigningHand {
  readonly signer: PdfSigner;
  /** The member's ledger key says that the certificate is theirs. */
  readonly vouch: string;
  /** For the panel: which member it is, where the certificate names them in its own way. */
  readonly lines: readonly string[];
}

/** Takes the key in hand before any work is done for it: a wrong password, or a certificate that ran out, is said at once. */
export async function handOf(
  ws: OpenWorkspace,
  key: SigningKey = { kind: 'member' },
  signal?: AbortSignal,
): Promise<SigningHand> {
  const signer = await signerOf(ws, key, signal);
  signal?.throwIfAborted();
  requireInForce({ signer, at: new Date(ws.now()) });
  const lines = key.kind === 'member' ? [] : [`Signed in Bindery by ${ws.member().name}`];
  return { signer, vouch: JSON.stringify(vouchFor(ws, signer)), lines };
}

async function signerOf(ws: OpenWorkspace, key: SigningKey, signal?: AbortSignal): Promise<PdfSigner> {
  if (key.kind === 'token') return tokenSigner(key, signal);
  const member = ws.member();
  if (key.kind === 'file') return fileSigner(Buffer.from(key.content, 'base64'), key.password);
  const own = Buffer.from(ws.secrets.pdfKey, 'base64');
  return softwareSigner(member.name, own, certificatesFromPem(member.certificate));
}

/** A key file's one key, in the name its certificate gives. */
async function fileSigner(content: Uint8Array, password: string): Promise<PdfSigner> {
  const { privateKey, certificates } = await openKeyFile(content, password);
  const leaf = certificateFor(privateKey, certificates);
  if (leaf === undefined)
    refuse({
      code: 'invalid-input',
      detail: 'There is no certificate for its key in this file.',
      remedy: 'Export the key together with its certificate; nothing was signed.',
    });
  const chain = chainOf(leaf, certificates);
  return softwareSigner(holderOf(chain.holder), privateKey, chain.certificates);
}

function vouchFor(ws: OpenWorkspace, { certificates: [leaf = new Uint8Array()] }: PdfSigner): Vouch {
  const { id, name } = ws.member();
  const body: Vouch['body'] = {
    schema: 'bindery.vouch/1',
    workspace: { id: ws.workspace, name: workspaceRow(ws.db)?.name ?? '' },
    member: { id, name },
    certificate: certificateFingerprint(leaf),
    at: new Date(ws.now()).toISOString(),
  };
  const signature = Buffer.from(signLedger(ws.ledgerKey, canonicalBytes(body as unknown as Json)), 'hex');
  return { body, publicKey: publicKeyText(ws.ledgerKey), signature: signature.toString('base64url') };
}
