import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq, TSTInfo } from 'pkijs';
import { FaultError, refuse } from '../../../shared/fault.ts';
import { parseCms } from '../verify/signatures/cms.ts';
import { childrenOf, type Der, DerFault, readDer, smallIntegerOf, TAG } from '../verify/signatures/der.ts';
import { readTimeStamp } from '../verify/signatures/time-stamp.ts';

/**
 * What a time-stamping authority is asked (RFC 3161): only the SHA-256 of a signature's value leaves this machine. Over
 * a network a nonce tells the answer from an old one; by media the value, which never comes twice, does.
 */
export function timeStampQuery(signature: Uint8Array, nonce?: Buffer): Buffer {
  const imprint = new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: '2.16.840.1.101.3.4.2.1' }),
    hashedMessage: new asn1js.OctetString({
      valueHex: exact(createHash('sha256').update(signature).digest()),
    }),
  });
  const query = new TimeStampReq({
    version: 1,
    messageImprint: imprint,
    certReq: true,
    ...(nonce ? { nonce: new asn1js.Integer({ valueHex: exact(nonce) }) } : {}),
  });
  return Buffer.from(query.toSchema().toBER());
}

/**
 * The token in what the authority answered, a whole response or the bare token. It is read with the verifier's eyes:
 * what is attached here is not called bad there.
 */
export function tokenIn(answer: Uint8Array, signature: Uint8Array, nonce?: Buffer): Buffer {
  try {
    const token = tokenOf(readDer(Buffer.from(answer)));
    readTimeStamp(token, Buffer.from(signature));
    if (nonce && !nonce.equals(nonceOf(token))) throw new DerFault('its time stamp answers another question');
    return token.raw;
  } catch (error) {
    if (error instanceof FaultError) throw error;
    const why = error instanceof DerFault ? ` (${error.message})` : '';
    return refuse({
      code: 'invalid-input',
      detail: `This is no time stamp for this signature${why}.`,
      remedy: 'Ask the authority again, with the request of exactly this file; nothing was changed.',
    });
  }
}

const GRANTED = new Set([0, 1]);

function tokenOf(answer: Der): Der {
  const [first, token] = childrenOf(answer);
  if (first?.tag === TAG.oid) return answer;
  if (first?.tag !== TAG.sequence) throw new DerFault('there is no token in it');
  const [status] = childrenOf(first);
  if (status === undefined) throw new DerFault('it has no status');
  if (!GRANTED.has(smallIntegerOf(status)))
    refuse({
      code: 'unavailable',
      what: 'a time stamp',
      detail: `The authority refused it (status ${smallIntegerOf(status)}).`,
    });
  if (token === undefined) throw new DerFault('there is no token in it');
  return token;
}

function nonceOf(token: Der): Buffer {
  const { content } = parseCms(token.raw);
  const { nonce } = TSTInfo.fromBER(exact(content ?? Buffer.alloc(0)));
  return Buffer.from(nonce?.valueBlock.valueHexView ?? []);
}

/** The bytes in a buffer of their own: these libraries read a view's whole underlying buffer. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
