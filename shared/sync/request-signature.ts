/** What a device signs of a request (RFC 9421), and how long a signature is taken; both ends use these. */
export const SIGNED_COMPONENTS = ['@method', '@authority', '@path', '@query'] as const;
/** Signed too where the request has a body (RFC 9530). */
export const DIGEST_COMPONENT = 'content-digest';
export const SIGNATURE_TAG = 'bindery-sync';
export const SIGNATURE_MAX_AGE_SECONDS = 300;
export const SIGNATURE_MAX_AHEAD_SECONDS = 60;
export const NONCE_BYTES = 16;
