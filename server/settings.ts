import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type LimitSettings } from './access/limits.ts';
import type { S3Settings } from './blobs/s3-store.ts';
import { ServerFault } from './fault.ts';
import type { OidcSettings } from './people/sign-in.ts';

/** What an operator decides. It comes from the environment, and nothing secret has a default. */
export interface Settings {
  readonly folder: string;
  /** Null: PostgreSQL of our own in the folder. */
  readonly databaseUrl: string | null;
  readonly files: { readonly kind: 'folder'; readonly folder: string } | S3Settings;
  readonly signingKey: KeyObject;
  readonly secret: Uint8Array;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly trustsProxy: boolean;
  readonly metricsToken: string | null;
  /** Where an OpenTelemetry collector takes traces; null: none are sent. */
  readonly tracesUrl: string | null;
  /** The service people sign in with; null: API keys alone. */
  readonly oidc: OidcSettings | null;
  /** Whether webhooks may go to addresses inside the server's own network. */
  readonly reachesPrivate: boolean;
  readonly connections: number;
  /** Whether starting applies pending schema steps: with PostgreSQL of our own it does. */
  readonly migrates: boolean;
  readonly limits: LimitSettings;
  readonly drainSeconds: number;
  readonly times: Readonly<
    Partial<Record<'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval', number>>
  >;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is missing or wrong is said at once, and then nothing starts. */
export function readSettings(environment: Environment): Settings {
  const wrong: string[] = [];
  const take = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const folder = take(() => wanted(environment, 'BINDERY_SERVER_FOLDER', 'the folder for the server’s data'));
  const signingKey = take(() => readSigningKey(environment));
  const secret = take(() => readSecret(environment));
  const port = take(() => readNumber(environment, 'BINDERY_PORT', 8787, 0, 65_535));
  const connections = take(() => readNumber(environment, 'BINDERY_DATABASE_CONNECTIONS', 20, 2, 500));
  const drainSeconds = take(() => readNumber(environment, 'BINDERY_DRAIN_SECONDS', 20, 0, 3600));
  const host = environment.BINDERY_HOST ?? '127.0.0.1';
  const publicUrl = take(() => readPublicUrl(environment, host));
  const tls = take(() => readTls(environment));
  const files = take(() => readFiles(environment, folder ?? ''));
  const limits = take(() => readLimits(environment));
  const oidc = take(() => readOidc(environment));
  const databaseUrl = environment.DATABASE_URL || null;
  const complete =
    folder !== undefined &&
    signingKey &&
    secret &&
    port !== undefined &&
    connections !== undefined &&
    drainSeconds !== undefined &&
    publicUrl !== undefined &&
    tls !== undefined &&
    files &&
    limits &&
    oidc !== undefined;
  if (!complete || wrong.length > 0) {
    throw new ServerFault(`The server does not start:\n${wrong.map((line) => `  - ${line}`).join('\n')}`);
  }
  return {
    folder,
    databaseUrl,
    files,
    signingKey,
    secret,
    host,
    port,
    publicUrl,
    tls,
    trustsProxy: environment.BINDERY_TRUST_PROXY === '1',
    metricsToken: environment.BINDERY_METRICS_TOKEN || null,
    tracesUrl: environment.OTEL_EXPORTER_OTLP_ENDPOINT || null,
    oidc,
    reachesPrivate: environment.BINDERY_WEBHOOKS_PRIVATE === '1',
    connections,
    migrates: databaseUrl === null,
    limits,
    drainSeconds,
    times: {},
  };
}

/** The password of the embedded PostgreSQL follows from the server's secret: one secret less to keep. */
export function databasePassword(secret: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'bindery embedded postgres', 24)).toString('base64url');
}

function wanted(environment: Environment, name: string, what: string): string {
  const value = environment[name];
  if (!value) throw new Error(`${name} is missing: ${what}.`);
  return value;
}

function readSigningKey(environment: Environment): KeyObject {
  const path = wanted(
    environment,
    'BINDERY_SERVER_KEY_FILE',
    'the file with the Ed25519 key that signs receipts ("npm run server -- init" makes one)',
  );
  try {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, without what is in the file.
  }
  throw new Error('BINDERY_SERVER_KEY_FILE names no readable Ed25519 private key in PEM.');
}

function readSecret(environment: Environment): Uint8Array {
  const file = environment.BINDERY_SERVER_SECRET_FILE;
  const text = file
    ? readText(file, 'BINDERY_SERVER_SECRET_FILE')
    : wanted(
        environment,
        'BINDERY_SERVER_SECRET',
        'at least 32 random bytes in base64url, or BINDERY_SERVER_SECRET_FILE ("npm run server -- init" makes one)',
      );
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (bytes.length < 32) throw new Error('BINDERY_SERVER_SECRET is shorter than 32 bytes.');
  return bytes;
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${name} names a file that cannot be read.`);
  }
}

function readPublicUrl(environment: Environment, host: string): string | null {
  const text = environment.BINDERY_PUBLIC_URL;
  if (!text) {
    if (['127.0.0.1', '::1', 'localhost'].includes(host)) return null;
    throw new Error('BINDERY_PUBLIC_URL is missing: the address under which devices know this server.');
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash) {
    throw new Error('BINDERY_PUBLIC_URL is no address of the form https://name or https://name:port.');
  }
  return url.origin;
}

function readTls(environment: Environment): Settings['tls'] {
  const [certFile, keyFile] = [environment.BINDERY_TLS_CERT_FILE, environment.BINDERY_TLS_KEY_FILE];
  if (!certFile && !keyFile) return null;
  if (!certFile || !keyFile) throw new Error('BINDERY_TLS_CERT_FILE and BINDERY_TLS_KEY_FILE go together.');
  return { certFile, keyFile };
}

function readFiles(environment: Environment, folder: string): Settings['files'] {
  const endpoint = environment.BINDERY_S3_ENDPOINT;
  if (!endpoint) return { kind: 'folder', folder: environment.BINDERY_FILES_FOLDER || join(folder, 'files') };
  return {
    kind: 's3',
    endpoint,
    bucket: wanted(environment, 'BINDERY_S3_BUCKET', 'the bucket for vault files'),
    region: environment.BINDERY_S3_REGION || 'us-east-1',
    accessKeyId: wanted(environment, 'BINDERY_S3_ACCESS_KEY_ID', 'who writes to the bucket'),
    secretAccessKey: wanted(
      environment,
      'BINDERY_S3_SECRET_ACCESS_KEY',
      'the secret of who writes to the bucket',
    ),
  };
}

function readOidc(environment: Environment): OidcSettings | null {
  const issuer = environment.BINDERY_OIDC_ISSUER;
  if (!issuer) return null;
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (!url || (url.protocol !== 'https:' && url.hostname !== '127.0.0.1')) {
    throw new Error('BINDERY_OIDC_ISSUER is no https address.');
  }
  return {
    issuer,
    clientId: wanted(environment, 'BINDERY_OIDC_CLIENT_ID', 'what the sign-in service calls this server'),
    clientSecret: wanted(
      environment,
      'BINDERY_OIDC_CLIENT_SECRET',
      'the secret of this server at the sign-in service',
    ),
  };
}

function readLimits(environment: Environment): LimitSettings {
  const bucket = (name: string, usual: { capacity: number; perSecond: number }) => ({
    capacity: readNumber(environment, `BINDERY_LIMIT_${name}_BURST`, usual.capacity, 1, 1_000_000),
    perSecond: readNumber(environment, `BINDERY_LIMIT_${name}_PER_SECOND`, usual.perSecond, 1, 1_000_000),
  });
  return {
    address: bucket('ADDRESS', DEFAULT_LIMITS.address),
    device: bucket('DEVICE', DEFAULT_LIMITS.device),
    listeners: readNumber(environment, 'BINDERY_LIMIT_LISTENERS', DEFAULT_LIMITS.listeners, 1, 1_000_000),
    wrongCodes: DEFAULT_LIMITS.wrongCodes,
  };
}

function readNumber(
  environment: Environment,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const text = environment[name];
  if (!text) return usual;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name} is no whole number from ${least} to ${most}.`);
  }
  return value;
}
