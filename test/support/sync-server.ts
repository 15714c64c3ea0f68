import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../server/access/limits.ts';
import { createTenant, createWorkspace, firstInvite } from '../../server/commands/tenants.ts';
import { withOwner } from '../../server/database/driver.ts';
import { type Embedded, startEmbedded } from '../../server/database/embedded.ts';
import { jsonLog } from '../../server/http/log.ts';
import { type Running, serve } from '../../server/serve.ts';
import { databasePassword, type Settings } from '../../server/settings.ts';

export interface TestDatabase {
  readonly embedded: Embedded;
  readonly folder: string;
  stop(): Promise<void>;
}

/** PostgreSQL in a temporary folder: the one from npm, or else the one this machine has. */
export async function startTestDatabase(secret: Uint8Array = randomBytes(32)): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-server-'));
  // PostgreSQL's own user has to get to its folder below.
  chmodSync(folder, 0o711);
  const embedded = await startEmbedded(join(folder, 'postgres'), databasePassword(secret));
  // A test that is broken off leaves no PostgreSQL behind.
  const end = () => {
    try {
      process.kill(embedded.pid, 'SIGINT');
    } catch {
      // It has ended.
    }
  };
  process.once('exit', end);
  return {
    embedded,
    folder,
    stop: async () => {
      process.removeListener('exit', end);
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface TestServer {
  readonly url: string;
  /** SPKI in base64url, as in an invite. */
  readonly serverKey: string;
  readonly database: string;
  readonly folder: string;
  readonly settings: Settings;
  readonly running: Running;
  /** What it has logged, one event a line. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Makes room for a workspace, under a tenant of its own unless one is named, and answers its first invite. */
  firstInvite(workspace: string, tenant?: string): Promise<string>;
  /** Another process of the same server, as far as it can be one in here. */
  another(more?: Partial<Settings>): Promise<Running>;
  stop(): Promise<void>;
}

/** A real server on a real PostgreSQL, in this process. */
export async function startSyncServer(
  more: Partial<Settings> & { readonly now?: () => Date } = {},
): Promise<TestServer> {
  const { now = () => new Date(), ...others } = more;
  const secret = randomBytes(32);
  const database = await startTestDatabase(secret);
  const settings: Settings = {
    folder: database.folder,
    databaseUrl: null,
    files: { kind: 'folder', folder: join(database.folder, 'files') },
    signingKey: generateKeyPairSync('ed25519').privateKey,
    secret,
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    tls: null,
    trustsProxy: false,
    metricsToken: null,
    tracesUrl: null,
    oidc: null,
    reachesPrivate: true,
    connections: 10,
    migrates: true,
    limits: DEFAULT_LIMITS,
    drainSeconds: 1,
    times: {},
    ...others,
  };
  const log: Readonly<Record<string, unknown>>[] = [];
  const logger = jsonLog((line) => log.push(JSON.parse(line) as Record<string, unknown>), now);
  const { url: databaseUrl } = database.embedded;
  const running = await serve(settings, databaseUrl, logger, now);
  const tenants = new Set<string>();
  const beside: Running[] = [];
  return {
    url: running.url,
    serverKey: running.services.signer.publicKey,
    database: databaseUrl,
    folder: database.folder,
    settings,
    running,
    log,
    firstInvite: (workspace, tenant = `tenant of ${workspace}`) =>
      withOwner(databaseUrl, async (owner) => {
        if (!tenants.has(tenant)) await createTenant(owner, tenant, now());
        tenants.add(tenant);
        const id = await createWorkspace(owner, tenant, workspace, now());
        return firstInvite(owner, settings, { tenant: id, workspace, url: running.url }, 24, now());
      }),
    another: async (changed = {}) => {
      const process = await serve({ ...settings, ...changed }, databaseUrl, logger, now);
      beside.push(process);
      return process;
    },
    stop: async () => {
      for (const one of [...beside, running]) await one.stop();
      await database.stop();
    },
  };
}
