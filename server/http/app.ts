import { randomUUID, timingSafeEqual } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { LIMITS } from '../../shared/sync/wire.ts';
import { bearerOf } from '../access/bearer.ts';
import { identify } from '../access/caller.ts';
import { asProblem, Problem } from '../access/problem.ts';
import { demandBody, readClaim, type SignatureClaim } from '../access/signed-request.ts';
import type { Services } from '../services.ts';
import { demandLength, hasBody, readBody } from './body.ts';
import { controlCalls } from './control.ts';
import { type Env, SECURITY_HEADERS } from './env.ts';
import { openApiDocument } from './open-api.ts';
import { addPeopleRoutes } from './people-routes.ts';
import { addRawRoutes } from './raw.ts';
import { tenantCalls } from './tenant-calls.ts';

/** Everything the server answers, in the order in which a request meets it. */
export function createApp(services: Services): Hono<Env> {
  const app = new Hono<Env>();
  app.use('*', observed(services));
  app.onError((error, context) => refusal(services, context, error));
  app.notFound((context) => refusal(services, context, new Problem('not-found', {}, { reason: 'no-route' })));
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', async (context) => {
    await services.tenancy.ping();
    await services.blobs.ping();
    return context.json({ ok: true });
  });
  app.get('/metrics', async (context) => {
    demandToken(services.metricsToken, context.req.header('authorization'));
    const { registry } = services.metrics;
    return context.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
  app.get('/v1/openapi.json', async (context) => context.json(await openApiDocument()));
  const control = controlCalls(services);
  app.post('/v1/enrol', async (context) => {
    context.set('claim', claimOf(services, context));
    await takeBody(context, LIMITS.json);
    return control(context);
  });
  app.use('/v1/workspaces/:workspace/*', signed(services));
  addRawRoutes(app, services);
  app.all('/v1/workspaces/:workspace/*', control);
  addPeopleRoutes(app, services);
  app.all('/v1/tenant/*', tenantCalls(services));
  return app;
}

/** Names, counts and logs every request, and sets the headers that all answers have. */
function observed(services: Services): MiddlewareHandler<Env> {
  return async (context, next) => {
    const begun = performance.now();
    const given = context.req.header('x-request-id') ?? '';
    const requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    context.set('requestId', requestId);
    context.set('address', addressOf(services, context));
    const span = services.traces.begin(context.req.header('traceparent'), services.now().getTime());
    services.limits.demand('address', context.var.address, services.now());
    if (/%00/.test(context.req.url)) throw new Problem('invalid-request', {}, { reason: 'zero-in-address' });
    await next();
    const { method } = context.req;
    const route = routeOf(context.req.path);
    const status = context.var.status ?? context.res.status;
    const seconds = (performance.now() - begun) / 1000;
    services.metrics.requests.observe({ method, route, status: String(status) }, seconds);
    const facts = { 'http.request.method': method, 'http.route': route, 'bindery.request': requestId };
    services.traces.end(span, `${method} ${route}`, status, services.now().getTime(), facts);
    services.log.info('request', {
      requestId,
      trace: span.traceId,
      method,
      route,
      status,
      ms: Math.round(seconds * 1000),
      address: context.var.address,
      workspace: context.var.caller?.workspace,
      device: context.var.caller?.device,
      actor: context.var.actor,
    });
    if (context.var.status === undefined) setHeaders(context, requestId);
  };
}

function setHeaders(context: Context<Env>, requestId: string): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value);
  context.res.headers.set('x-request-id', requestId);
}

/** **The one place where a request of a device is let in**: its form, its length, whose it is, then its body. */
function signed(services: Services): MiddlewareHandler<Env> {
  return async (context, next) => {
    const request = context.req.raw;
    const limit = bodyLimit(context.req.method, context.req.path);
    demandLength(request, limit);
    const claim = claimOf(services, context);
    const workspace = context.req.param('workspace') ?? '';
    context.set('claim', claim);
    context.set('caller', await identify(services, claim, workspace, context.var.requestId));
    await takeBody(context, limit);
    await next();
  };
}

function claimOf(services: Services, context: Context<Env>): SignatureClaim {
  const request = context.req.raw;
  const authority = services.authority ?? new URL(request.url).host;
  return readClaim(request, authority, hasBody(request), services.now());
}

async function takeBody(context: Context<Env>, limit: number): Promise<void> {
  demandLength(context.req.raw, limit);
  const body = await readBody(context.req.raw, limit);
  demandBody(context.var.claim, body);
  if (body.length > 0 && context.var.claim.bodySha256 === null) throw new Problem('bad-signature');
  context.set('body', body);
}

function bodyLimit(method: string, path: string): number {
  if (method === 'PUT' && /\/blobs\/[^/]+$/.test(path)) return LIMITS.blobChunk;
  if (method === 'POST' && path.endsWith('/segments')) return LIMITS.pushBody;
  return LIMITS.json;
}

/** Every refusal comes through here: one answer, one line in the log, one count. */
export function refusal(services: Services, context: Context<Env>, error: unknown): Response {
  const problem = asProblem(error);
  const requestId = context.var.requestId ?? randomUUID();
  const facts = {
    requestId,
    method: context.req.method,
    route: routeOf(context.req.path),
    reason: problem.reason,
    address: context.var.address,
    workspace: workspaceOf(context.req.path),
    device: context.var.caller?.device ?? context.var.claim?.device,
    actor: context.var.actor,
  };
  if (problem.status >= 500) services.log.error('failed', facts);
  else services.log.warn('refused', facts);
  services.metrics.refused.inc({ reason: problem.code === 'internal' ? 'internal' : shortReason(problem) });
  const response = problem.response(requestId);
  // What is left of a body nobody reads is not waited for.
  if (context.req.raw.body && !context.req.raw.bodyUsed) response.headers.set('connection', 'close');
  if (problem.code === 'too-large') response.headers.set('connection', 'close');
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
  response.headers.set('x-request-id', requestId);
  return response;
}

/** Reasons are a short list of ours; a text of the database's is no label. */
function shortReason(problem: Problem): string {
  return /^[a-z-]{1,40}$/.test(problem.reason) ? problem.reason : problem.code;
}

function demandToken(token: string | null, header: string | undefined): void {
  if (token === null) return;
  const borne = bearerOf(header);
  const [given, wanted] = [Buffer.from(borne ?? ''), Buffer.from(token)];
  if (borne === null || given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new Problem('unsigned');
}

function addressOf(services: Services, context: Context<Env>): string {
  const forwarded = services.trustsProxy
    ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
    : null;
  return forwarded || context.env.incoming.socket.remoteAddress || 'unknown';
}

const PEOPLE = ['/v1/people/sign-in', '/v1/people/signed-in', '/v1/people/sign-out'];

/** A path without what is in it: for metrics and logs. */
export function routeOf(path: string): string {
  const [, version, area, ...more] = path.split('/');
  if (version === 'v1' && area === 'tenant') {
    const known = ['audit', 'workspaces', 'keys', 'webhooks', 'retention', 'dead', 'rotate', 'retry'];
    return `/v1/tenant/${more.map((step) => (known.includes(step) ? step : '{id}')).join('/')}`.slice(0, 60);
  }
  if (version !== 'v1' || area !== 'workspaces') {
    return ['/healthz', '/readyz', '/metrics', '/v1/enrol', '/v1/openapi.json', ...PEOPLE].includes(path)
      ? path
      : 'other';
  }
  const [, what, which] = more;
  const known = ['state', 'held', 'segments', 'blobs', 'live', 'devices', 'invites'];
  if (what === undefined || !known.includes(what)) return 'other';
  const tail = which === undefined ? '' : which === 'held' || which === 'fetch' ? `/${which}` : '/{id}';
  return `/v1/workspaces/{workspace}/${what}${tail}`;
}

function workspaceOf(path: string): string | undefined {
  const [, encoded] = /^\/v1\/workspaces\/([^/]{1,200})/.exec(path) ?? [];
  return encoded;
}
