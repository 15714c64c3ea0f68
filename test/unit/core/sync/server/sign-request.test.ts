import { generateKeyPairSync } from 'node:crypto';
import { verifySignature, webcrypto } from 'http-message-sig';
import { describe, expect, test } from 'vitest';
import { signedHeaders } from '../../../../../core/sync/server/sign-request.ts';
import { readSignatureInput } from '../../../../../shared/sync/request-signature.ts';

const pair = generateKeyPairSync('ed25519');
const at = Date.parse('2026-03-01T10:00:00Z');
const ports = {
  clock: { now: () => at },
  random: { bytes: (count: number) => Buffer.alloc(count, 7) },
};
const url = 'https://sync.example:8443/v1/workspaces/w%201/segments?after=3&limit=2';

describe('a request signed by a device', () => {
  test.each([
    ['with a body', new TextEncoder().encode('{"ids":[]}')],
    ['without one', undefined],
  ])('%s is taken by another reading of RFC 9421', async (_name, body) => {
    const method = body ? 'POST' : 'GET';
    const headers = signedHeaders(
      { method, url, body },
      { id: 'device "1"', privateKey: pair.privateKey },
      ports,
    );
    const key = await crypto.subtle.importKey(
      'spki',
      pair.publicKey.export({ type: 'spki', format: 'der' }),
      'Ed25519',
      true,
      ['verify'],
    );
    const taken = await verifySignature(new Request(url, { method, headers, body: body ?? null }), {
      policy: {
        algorithms: ['ed25519'],
        requiredComponents: ['@method', '@authority', '@path', '@query', ...(body ? ['content-digest'] : [])],
        requiredParameters: ['created', 'nonce', 'keyid', 'tag'],
        now: at / 1000,
      },
      resolveVerifier: () => webcrypto.verifier(key),
    });
    expect(taken.parameters).toEqual({
      created: at / 1000,
      nonce: Buffer.alloc(16, 7).toString('base64url'),
      keyid: 'device "1"',
      alg: 'ed25519',
      tag: 'bindery-sync',
    });
  });
});

describe('what is no signature of the profile', () => {
  const good = signedHeaders({ method: 'GET', url }, { id: 'one', privateKey: pair.privateKey }, ports)[
    'signature-input'
  ] as string;

  test('is told from one that is', () => {
    expect(readSignatureInput(good, false)?.parameters.keyid).toBe('one');
  });

  test.each([
    ['a component left out', good.replace(' "@path"', '')],
    ['a component twice', good.replace('"@path"', '"@path" "@path"')],
    ['one component in place of another', good.replace('"@path"', '"@method"')],
    ['a component with parameters', good.replace('"@path"', '"@path";req')],
    ['another algorithm', good.replace('ed25519', 'hmac-sha256')],
    ['another tag', good.replace('bindery-sync', 'other')],
    ['a parameter twice', `${good};nonce="x"`],
    ['an unknown parameter', `${good};expires=1`],
    ['no nonce', good.replace(/;nonce="[^"]*"/, '')],
    ['a second signature beside it', `${good}, other=("@method");created=1`],
    ['a time that is a string', good.replace(/created=(\d+)/, 'created="$1"')],
    ['nothing', ''],
  ])('%s', (_name, header) => {
    expect(readSignatureInput(header, false)).toBeNull();
  });

  test('a body that is not covered', () => {
    expect(readSignatureInput(good, true)).toBeNull();
  });
});
