import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { z } from 'zod';
import { LIMITS } from '../../shared/sync/wire.ts';
import { Problem } from '../access/problem.ts';
import { readBlob, takeChunk } from '../blobs/files.ts';
import { headEvent, type Listener } from '../ledger/live.ts';
import { push } from '../ledger/push.ts';
import { fetchSegments, readState } from '../ledger/read.ts';
import type { Services } from '../services.ts';
import { readJson } from './contract-calls.ts';
import { type Env, SECURITY_HEADERS } from './env.ts';
import { bodyOf } from './stream.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Fetch = z.strictObject({ ids: z.array(Hash).min(1).max(LIMITS.names) });
const Part = z.object({
  offset: z.coerce.number().int().nonnegative(),
  size: z.coerce.number().int().positive(),
  sha256: Hash,
});

/** How many bytes of hints a device may leave unread before it is hung up on. */
const UNREAD = 64 * 1024;

/** What is no JSON: segments, vault files and the live hint. */
export function addRawRoutes(app: Hono<Env>, services: Services): void {
  const base = '/v1/workspaces/:workspace';
  app.post(`${base}/segments`, async (context) =>
    context.json(await push(services, context.var.caller, context.var.body)),
  );
  app.post(`${base}/segments/fetch`, async (context) => {
    const { ids } = parse(Fetch, readJson(Buffer.from(context.var.body).toString('utf8')));
    const { bytes, parts } = await fetchSegments(services, context.var.caller, ids);
    services.metrics.bytes.inc({ kind: 'segment', direction: 'out' }, bytes);
    return new Response(bodyOf(parts), {
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes) },
    });
  });
  app.put(`${base}/blobs/:name`, async (context) => {
    const name = parse(Hash, context.req.param('name'));
    const part = parse(Part, context.req.query());
    return context.json(await takeChunk(services, context.var.caller, { name, ...part }, context.var.body));
  });
  app.get(`${base}/blobs/:name`, (context) =>
    readBlob(
      services,
      context.var.caller,
      parse(Hash, context.req.param('name')),
      parse(Hash.optional(), context.req.query('sha256')),
      context.req.header('range') ?? null,
    ),
  );
  app.get(`${base}/live`, async (context) => {
    const { caller } = context.var;
    const { outgoing } = context.env;
    const { listeners } = services.limits.settings;
    if (services.live.countOf(caller.workspace, caller.device) >= listeners) {
      throw new Problem('too-many-requests', {}, { reason: 'limit-listeners', retryAfterSeconds: 30 });
    }
    const { sequence } = await readState(services, caller, undefined);
    outgoing.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      'x-request-id': context.var.requestId,
    });
    const listener: Listener = {
      device: caller.device,
      write: (text) => {
        if (outgoing.writableLength > UNREAD) return false;
        outgoing.write(text);
        return true;
      },
      close: () => outgoing.end(),
    };
    const remove = services.live.add(caller.workspace, listener);
    outgoing.on('close', remove);
    outgoing.write(headEvent(sequence));
    context.set('status', 200);
    return RESPONSE_ALREADY_SENT;
  });
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) =>
    `${issue.path.join('.')}: ${issue.message}`.slice(0, 200),
  );
  throw new Problem('invalid-request', { errors: errors.slice(0, 10) });
}
