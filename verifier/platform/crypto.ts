/** What `node:crypto` is to the verifier, in the browser. */
export { constants, createHash, createPublicKey, verify } from './signed.ts';
export { Certificate as X509Certificate } from './x509.ts';
