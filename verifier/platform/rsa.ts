import type { PublicKey } from './public-key.ts';

export const PADDING = { RSA_PKCS1_PADDING: 1, RSA_PKCS1_PSS_PADDING: 6 } as const;

/** A hash function with the length of what it gives. */
interface HashFunction {
  (data: Uint8Array): Uint8Array;
  readonly outputLen: number;
}

interface RsaSigned {
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  readonly padding?: number;
  readonly saltLength?: number;
}

/** What stands before a digest (RFC 8017, 9.2), by the digest's length. */
const DIGEST_INFO: Readonly<Record<number, string>> = {
  20: '3021300906052b0e03021a05000414',
  32: '3031300d060960864801650304020105000420',
  48: '3041300d060960864801650304020205000430',
  64: '3051300d060960864801650304020305000440',
};

/** RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017, 8.1.2 and 8.2.2). Only public numbers are computed with. */
export function isRsaSigned(key: PublicKey, hash: HashFunction, signed: RsaSigned): boolean {
  const { modulus, exponent } = key;
  const length = Math.ceil(modulus.toString(2).length / 8);
  const value = numberOf(signed.signature);
  if (signed.signature.length !== length || value >= modulus) return false;
  const message = bytesOf(power(value, exponent, modulus), length);
  const digest = hash(signed.data);
  if (signed.padding === PADDING.RSA_PKCS1_PSS_PADDING)
    return isPss(message, digest, {
      hash,
      bits: modulus.toString(2).length - 1,
      salt: signed.saltLength ?? 20,
    });
  const info = Buffer.from(DIGEST_INFO[digest.length] ?? '', 'hex');
  const filling = new Uint8Array(Math.max(0, length - info.length - digest.length - 3)).fill(0xff);
  return (
    info.length > 0 &&
    filling.length >= 8 &&
    Buffer.concat([Buffer.of(0, 1), filling, Buffer.of(0), info, digest]).equals(message)
  );
}

function isPss(
  message: Buffer,
  digest: Uint8Array,
  { hash, bits, salt }: { hash: HashFunction; bits: number; salt: number },
): boolean {
  const size = Math.ceil(bits / 8);
  const encoded = message.subarray(message.length - size);
  const masked = encoded.subarray(0, size - digest.length - 1);
  const own = encoded.subarray(size - digest.length - 1, size - 1);
  const unused = 8 * size - bits;
  if (message.length > size && message[0] !== 0) return false;
  if (encoded.at(-1) !== 0xbc || masked.length < salt + 1 || (masked[0] ?? 0) >> (8 - unused) !== 0)
    return false;
  const mask = maskOf(own, masked.length, hash);
  const block = Buffer.from(masked.map((byte, i) => byte ^ (mask[i] ?? 0)));
  block[0] = (block[0] ?? 0) & (0xff >> unused);
  const filling = block.subarray(0, block.length - salt);
  if (filling.at(-1) !== 1 || filling.subarray(0, -1).some((byte) => byte !== 0)) return false;
  const salted = Buffer.concat([Buffer.alloc(8), digest, block.subarray(block.length - salt)]);
  return Buffer.from(hash(salted)).equals(own);
}

/** MGF1 (RFC 8017, B.2.1). */
function maskOf(seed: Uint8Array, length: number, hash: HashFunction): Buffer {
  const parts: Uint8Array[] = [];
  for (let i = 0; i * hash.outputLen < length; i += 1)
    parts.push(hash(Buffer.concat([seed, Buffer.of(i >>> 24, i >>> 16, i >>> 8, i)])));
  return Buffer.concat(parts).subarray(0, length);
}

export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function bytesOf(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
