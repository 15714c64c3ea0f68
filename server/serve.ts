import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Limits } from './access/limits.ts';
import { FolderStore } from './blobs/folder-store.ts';
import { S3Store } from './blobs/s3-store.ts';
import { sweepUploads } from './blobs/sweep.ts';
import { listeningClient, openPool, withOwner } from './database/driver.ts';
import { demandSchema, migrate } from './database/migrate.ts';
import { MIGRATIONS } from './database/migrations/index.ts';
import { ServerFault, wordsOf } from './fault.ts';
import { createApp } from './http/app.ts';
import type { Log } from './http/log.ts';
import { Metrics } from './http/metrics.ts';
import { Traces } from './http/traces.ts';
import { Live } from './ledger/live.ts';
import { ReceiptSigner } from './ledger/receipts.ts';
import { SignIn } from './people/sign-in.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { Tenancy } from './tenancy/tenancy.ts';
import { deliverAlways } from './tenants/deliver.ts';
import { Sealing } from './tenants/sealing.ts';

export interface Running {
  /** Where devices find it. */
  readonly url: string;
  readonly port: number;
  readonly services: Services;
  /** Takes no more requests, answers those under way, then ends. */
  stop(): Promise<void>;
}

/** One process of the server. Any number of them work on one database. */
export async function serve(
  settings: Settings,
  databaseUrl: string,
  log: Log,
  now: () => Date = () => new Date(),
): Promise<Running> {
  await withOwner(databaseUrl, async (owner) => {
    if (settings.migrates) await migrate(owner, MIGRATIONS, now());
    await demandSchema(owner, MIGRATIONS);
  });
  const pool = openPool(databaseUrl, settings.connections, (error) =>
    log.warn('database-broken', { detail: error.message }),
  );
  const metrics = new Metrics();
  const live = new Live(
    () => listeningClient(databaseUrl),
    log,
    (count) => metrics.live.set(count),
  );
  const services: Services = {
    tenancy: new Tenancy(pool),
    limits: new Limits(settings.limits, settings.secret),
    signer: new ReceiptSigner(settings.signingKey),
    blobs:
      settings.files.kind === 'folder' ? new FolderStore(settings.files.folder) : new S3Store(settings.files),
    live,
    log,
    metrics,
    traces: new Traces(settings.tracesUrl, log),
    sealing: new Sealing(settings.secret),
    signIn: settings.oidc === null ? null : new SignIn(settings.oidc),
    reachesPrivate: settings.reachesPrivate,
    publicUrl: () => url,
    authority: settings.publicUrl === null ? null : new URL(settings.publicUrl).host,
    trustsProxy: settings.trustsProxy,
    metricsToken: settings.metricsToken,
    now,
  };
  let url = settings.publicUrl ?? '';
  const server = await begin(settings, services).catch(async (error: unknown) => {
    await live.stop();
    await pool.end();
    throw error;
  });
  const pruning = setInterval(() => {
    services.tenancy
      .prune(now())
      .then(() => sweepUploads(services))
      .catch((error: unknown) => log.warn('prune-failed', { detail: wordsOf(error) }));
  }, 60_000);
  pruning.unref();
  const delivering = deliverAlways(services);
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  url = settings.publicUrl ?? `${settings.tls ? 'https' : 'http'}://${host}:${port}`;
  log.info('listening', { url, port });
  return {
    url,
    port,
    services,
    stop: async () => {
      clearInterval(pruning);
      await delivering.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await live.stop();
      // A connection that is kept alive ends as soon as its last answer is out.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => server.closeAllConnections(), settings.drainSeconds * 1000);
      await closed;
      clearTimeout(late);
      clearInterval(idle);
      await services.traces.stop();
      await pool.end();
      log.info('stopped');
    },
  };
}

/** Nobody holds a connection by being slow: headers and bodies have their time. */
const TIMES = {
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};

async function begin(settings: Settings, services: Services): Promise<Server> {
  await services.live.start();
  try {
    return await listen(settings, services);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const because = UNHEARD[code];
    if (because === undefined) throw error;
    throw new ServerFault(
      `Port ${settings.port} of ${settings.host} ${because} Set BINDERY_PORT and BINDERY_HOST to where it may listen.`,
    );
  }
}

/** Why the system lets nobody listen there. */
const UNHEARD: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program.',
  EACCES: 'is not open to this user.',
  EADDRNOTAVAIL: 'is not of this machine.',
};

async function listen(settings: Settings, services: Services): Promise<Server> {
  const app = createApp(services);
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
    hostname: settings.host,
  });
  const times = { ...TIMES, ...settings.times };
  const { tls } = settings;
  const server = tls
    ? createSecureServer(
        { ...times, cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile), minVersion: 'TLSv1.2' },
        listener,
      )
    : createServer(times, listener);
  server.maxRequestsPerSocket = 10_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, () => resolve(server));
  });
}
