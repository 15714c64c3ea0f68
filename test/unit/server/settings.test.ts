import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../server/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'bindery-settings-'));
const keyFile = join(folder, 'key.pem');
writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
const rsa = join(folder, 'rsa.pem');
writeFileSync(
  rsa,
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
);
const good = {
  BINDERY_SERVER_FOLDER: folder,
  BINDERY_SERVER_KEY_FILE: keyFile,
  BINDERY_SERVER_SECRET: Buffer.alloc(32, 1).toString('base64url'),
};

describe('the server', () => {
  test('starts on its folder and its two secrets alone', () => {
    expect(readSettings(good)).toMatchObject({
      folder,
      host: '127.0.0.1',
      databaseUrl: null,
      migrates: true,
    });
  });

  test('without them does not start, and says all that is missing', () => {
    expect(() => readSettings({})).toThrow(
      /BINDERY_SERVER_FOLDER is missing[\s\S]*BINDERY_SERVER_KEY_FILE is missing[\s\S]*BINDERY_SERVER_SECRET is missing/,
    );
  });

  test.each([
    ['a short secret', { BINDERY_SERVER_SECRET: 'c2hvcnQ' }, 'shorter than 32 bytes'],
    ['a key of another kind', { BINDERY_SERVER_KEY_FILE: rsa }, 'no readable Ed25519'],
    ['a key that is not there', { BINDERY_SERVER_KEY_FILE: `${keyFile}x` }, 'no readable Ed25519'],
    ['an open address without a name', { BINDERY_HOST: '0.0.0.0' }, 'BINDERY_PUBLIC_URL is missing'],
    ['a name with a path', { BINDERY_PUBLIC_URL: 'https://x.example/sync' }, 'no address of the form'],
    ['half of TLS', { BINDERY_TLS_CERT_FILE: 'a' }, 'go together'],
    ['a port that is none', { BINDERY_PORT: '80a' }, 'BINDERY_PORT'],
    [
      'a store without its secret',
      { BINDERY_S3_ENDPOINT: 'http://s3', BINDERY_S3_BUCKET: 'b' },
      'BINDERY_S3_ACCESS_KEY_ID',
    ],
  ])('with %s does not start', (_name, more, said) => {
    expect(() => readSettings({ ...good, ...more })).toThrow(said);
  });

  test('never says what a secret is', () => {
    try {
      readSettings({
        BINDERY_SERVER_SECRET: 'c2hvcnQ',
        BINDERY_S3_SECRET_ACCESS_KEY: 'hidden',
        BINDERY_S3_ENDPOINT: 'x',
      });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toMatch(/c2hvcnQ|hidden/);
    }
  });
});
