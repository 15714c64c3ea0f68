/**
 * What a device signs of a request, by RFC 9421 in one fixed profile: the same few components in every request, one
 * signature, no component parameters. Both ends build the signed text here; the cryptography is theirs.
 */
export const SIGNED_COMPONENTS = ['@method', '@authority', '@path', '@query'] as const;
/** Signed too where the request has a body (RFC 9530). */
export const DIGEST_COMPONENT = 'content-digest';
export const SIGNATURE_TAG = 'bindery-sync';
export const SIGNATURE_ALGORITHM = 'ed25519';
export const SIGNATURE_MAX_AGE_SECONDS = 300;
export const SIGNATURE_MAX_AHEAD_SECONDS = 60;
export const NONCE_BYTES = 16;

/** Of a request, what is signed. */
export interface SignedRequest {
  readonly method: string;
  /** Host, and the port where it is not the scheme's own. */
  readonly authority: string;
  readonly path: string;
  /** With its question mark; empty where there is none. */
  readonly query: string;
  /** The header `content-digest`, where there is a body. */
  readonly contentDigest: string | null;
}

export interface SignatureParameters {
  /** Seconds since 1970. */
  readonly created: number;
  /** 16 random bytes in base64url. */
  readonly nonce: string;
  /** The device's id. */
  readonly keyid: string;
}

/** A `Signature-Input` of our profile, taken apart. */
export interface SignatureInput {
  readonly label: string;
  /** The components and parameters as they were written: the last line of what is signed. */
  readonly written: string;
  readonly components: readonly string[];
  readonly parameters: SignatureParameters;
}

/** `Signature-Input`'s value after its label. */
export function writeSignatureParameters(withBody: boolean, parameters: SignatureParameters): string {
  const components = withBody ? [...SIGNED_COMPONENTS, DIGEST_COMPONENT] : SIGNED_COMPONENTS;
  const list = components.map((name) => `"${name}"`).join(' ');
  return (
    `(${list});created=${parameters.created};nonce=${quoted(parameters.nonce)};keyid=${quoted(parameters.keyid)}` +
    `;alg="${SIGNATURE_ALGORITHM}";tag="${SIGNATURE_TAG}"`
  );
}

/** The bytes that are signed: a line for each component, and the parameters. */
export function signatureBase(
  request: SignedRequest,
  components: readonly string[],
  written: string,
): Uint8Array {
  const values: Readonly<Record<string, string>> = {
    '@method': request.method,
    '@authority': request.authority.toLowerCase(),
    '@path': request.path,
    '@query': request.query === '' ? '?' : request.query,
    [DIGEST_COMPONENT]: request.contentDigest ?? '',
  };
  const lines = components.map((name) => `"${name}": ${values[name] ?? ''}`);
  return new TextEncoder().encode([...lines, `"@signature-params": ${written}`].join('\n'));
}

const STRING = String.raw`"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"`;
const KEY = '[a-z*][a-z0-9_.*-]*';
const INPUT = new RegExp(
  String.raw`^(${KEY})=(\(((?:"[^"\\]{1,64}"(?: "[^"\\]{1,64}")*)?)\)((?:;${KEY}=(?:\d{1,15}|${STRING}))*))$`,
);
const PARAMETER = new RegExp(String.raw`;(${KEY})=(\d{1,15}|${STRING})`, 'g');

/** Null for what is no signature of our profile: other components, unknown, repeated or missing parameters. */
export function readSignatureInput(header: string, withBody: boolean): SignatureInput | null {
  const [, label, written, list, tail] = INPUT.exec(header) ?? [];
  if (label === undefined || written === undefined || list === undefined || tail === undefined) return null;
  const components = list === '' ? [] : list.split(' ').map((name) => name.slice(1, -1));
  const wanted: string[] = withBody ? [...SIGNED_COMPONENTS, DIGEST_COMPONENT] : [...SIGNED_COMPONENTS];
  if (components.length !== wanted.length || !wanted.every((name) => components.includes(name))) return null;
  const found = new Map<string, string>();
  for (const [, name, value] of tail.matchAll(PARAMETER)) {
    if (name === undefined || value === undefined || found.has(name)) return null;
    found.set(name, value);
  }
  const { created, nonce, keyid, alg, tag, ...others } = Object.fromEntries(found);
  if (created === undefined || nonce === undefined || keyid === undefined || Object.keys(others).length > 0) {
    return null;
  }
  if (alg !== `"${SIGNATURE_ALGORITHM}"` || tag !== `"${SIGNATURE_TAG}"` || !/^\d+$/.test(created))
    return null;
  if (!nonce.startsWith('"') || !keyid.startsWith('"')) return null;
  const parameters = { created: Number(created), nonce: unquoted(nonce), keyid: unquoted(keyid) };
  return { label, written, components, parameters };
}

/** The signature's bytes in base64 from the header `Signature`, under the label of its input; null where there is none. */
export function readSignature(header: string, label: string): string | null {
  const [, named, value] = new RegExp(`^(${KEY})=:([A-Za-z0-9+/]{86}==):$`).exec(header) ?? [];
  return named === label && value !== undefined ? value : null;
}

/** The header `content-digest` for a body's SHA-256 in base64. */
export function contentDigest(sha256: string): string {
  return `sha-256=:${sha256}:`;
}

function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text))
    throw new Error('only printable ASCII can stand in a signature parameter');
  return `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
}
