import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  contentDigest,
  DIGEST_COMPONENT,
  NONCE_BYTES,
  SIGNED_COMPONENTS,
  signatureBase,
  writeSignatureParameters,
} from '../../../shared/sync/request-signature.ts';
import type { Ports } from '../../ports.ts';

/** The device's own Ed25519 key, and the id under which the server knows it. */
export interface DeviceKey {
  readonly id: string;
  readonly privateKey: KeyObject;
}

/** The headers by which a request to the sync server proves which device it comes from (RFC 9421, RFC 9530). */
export function signedHeaders(
  request: { readonly method: string; readonly url: string; readonly body?: Uint8Array | undefined },
  device: DeviceKey,
  ports: Pick<Ports, 'clock' | 'random'>,
): Record<string, string> {
  const url = new URL(request.url);
  const digest =
    request.body === undefined
      ? null
      : contentDigest(createHash('sha256').update(request.body).digest('base64'));
  const written = writeSignatureParameters(digest !== null, {
    created: Math.floor(ports.clock.now() / 1000),
    nonce: ports.random.bytes(NONCE_BYTES).toString('base64url'),
    keyid: device.id,
  });
  const base = signatureBase(
    {
      method: request.method,
      authority: url.host,
      path: url.pathname,
      query: url.search,
      contentDigest: digest,
    },
    digest === null ? SIGNED_COMPONENTS : [...SIGNED_COMPONENTS, DIGEST_COMPONENT],
    written,
  );
  return {
    ...(digest === null ? {} : { 'content-digest': digest }),
    'signature-input': `sync=${written}`,
    signature: `sync=:${sign(null, base, device.privateKey).toString('base64')}:`,
  };
}
