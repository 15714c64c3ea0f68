import { oc } from '@orpc/contract';
import { z } from 'zod';

/**
 * What a tenant's own programs and administrators ask of the server, with an API key (`Authorization: Bearer …`) or
 * signed in. It tells of devices and acts, never of a ledger's content: of that the server knows nothing.
 */
export const SCOPES = [
  'audit:read',
  'workspaces:read',
  'workspaces:write',
  'webhooks',
  'keys',
  'retention',
] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;

export const WEBHOOK_EVENTS = ['head.moved', 'device.enrol', 'device.revoke', 'invite.create'] as const;
const Event = z.enum(WEBHOOK_EVENTS);

const Id = z.string().regex(/^[0-9a-f]{32}$/);
const Instant = z.iso.datetime();
const Workspace = z.string().min(1).max(200);

export const ApiKeyRow = z.object({
  id: Id,
  name: z.string(),
  scopes: z.array(Scope),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsed: Instant.nullable(),
  revokedAt: Instant.nullable(),
});
export type ApiKeyRow = z.infer<typeof ApiKeyRow>;

export const AuditRow = z.object({
  number: z.int().positive(),
  at: Instant,
  workspace: z.string().nullable(),
  actor: z.string(),
  action: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  request: z.string().nullable(),
});
export type AuditRow = z.infer<typeof AuditRow>;

export const WebhookRow = z.object({
  id: Id,
  url: z.string(),
  events: z.array(Event),
  createdAt: Instant,
});
export type WebhookRow = z.infer<typeof WebhookRow>;

export const DeadDelivery = z.object({
  id: Id,
  webhook: Id,
  event: z.string(),
  createdAt: Instant,
  attempts: z.int(),
  lastFault: z.string().nullable(),
});
export type DeadDelivery = z.infer<typeof DeadDelivery>;

const Days = z.int().min(30).max(3650);

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: `/${string}`, summary: string) =>
  oc.route({ method, path: `/tenant${path}`, summary });

/** A list is read on from the last number or id of the page before. */
const Page = { limit: z.coerce.number().int().positive().max(500).default(100) };

export const tenantContract = {
  audit: call('GET', '/audit', 'Lists what was done at the server, oldest first')
    .input(z.object({ after: z.coerce.number().int().nonnegative().default(0), ...Page }))
    .output(z.object({ rows: z.array(AuditRow), next: z.int().nullable() })),
  workspaces: call('GET', '/workspaces', 'Lists the tenant’s workspaces')
    .input(z.object({ after: z.string().max(200).default(''), ...Page }))
    .output(
      z.object({
        rows: z.array(z.object({ id: Workspace, createdAt: Instant, segments: z.int(), devices: z.int() })),
        next: z.string().nullable(),
      }),
    ),
  createWorkspace: call(
    'POST',
    '/workspaces',
    'Makes room for a workspace and answers the invite of its first device',
  )
    .input(z.object({ id: Workspace, expiresInHours: z.int().positive().max(168).default(24) }))
    .output(z.object({ invite: z.string() })),
  keys: call('GET', '/keys', 'Lists API keys, without their secrets').output(
    z.object({ rows: z.array(ApiKeyRow) }),
  ),
  createKey: call('POST', '/keys', 'Makes an API key; its secret is told once')
    .input(
      z.object({
        name: z.string().trim().min(1).max(200),
        scopes: z.array(Scope).min(1),
        expiresInDays: z.int().positive().max(366).default(90),
      }),
    )
    .output(z.object({ key: ApiKeyRow, secret: z.string() })),
  rotateKey: call(
    'POST',
    '/keys/{id}/rotate',
    'Gives a key a new secret; the old one works for the hours named',
  )
    .input(z.object({ id: Id, oldForHours: z.int().nonnegative().max(168).default(24) }))
    .output(z.object({ key: ApiKeyRow, secret: z.string() })),
  revokeKey: call('DELETE', '/keys/{id}', 'Ends an API key')
    .input(z.object({ id: Id }))
    .output(z.object({ key: ApiKeyRow })),
  webhooks: call('GET', '/webhooks', 'Lists webhooks').output(z.object({ rows: z.array(WebhookRow) })),
  createWebhook: call(
    'POST',
    '/webhooks',
    'Tells an address of events; the secret that signs them is told once',
  )
    .input(z.object({ url: z.url({ protocol: /^https?$/ }).max(500), events: z.array(Event).min(1) }))
    .output(z.object({ webhook: WebhookRow, secret: z.string() })),
  removeWebhook: call('DELETE', '/webhooks/{id}', 'Tells an address no more')
    .input(z.object({ id: Id }))
    .output(z.object({ id: Id })),
  deadDeliveries: call('GET', '/webhooks/dead', 'Lists what could not be delivered').output(
    z.object({ rows: z.array(DeadDelivery) }),
  ),
  retryDelivery: call('POST', '/webhooks/dead/{id}/retry', 'Delivers it again')
    .input(z.object({ id: Id }))
    .output(z.object({ id: Id })),
  retention: call('GET', '/retention', 'How long the audit list is kept').output(
    z.object({ auditDays: Days }),
  ),
  setRetention: call('PUT', '/retention', 'Sets how long the audit list is kept; ledgers are never thinned')
    .input(z.object({ auditDays: Days }))
    .output(z.object({ auditDays: Days })),
};

/** What each call needs. */
export const TENANT_SCOPES: Readonly<Record<keyof typeof tenantContract, Scope>> = {
  audit: 'audit:read',
  workspaces: 'workspaces:read',
  createWorkspace: 'workspaces:write',
  keys: 'keys',
  createKey: 'keys',
  rotateKey: 'keys',
  revokeKey: 'keys',
  webhooks: 'webhooks',
  createWebhook: 'webhooks',
  removeWebhook: 'webhooks',
  deadDeliveries: 'webhooks',
  retryDelivery: 'webhooks',
  retention: 'retention',
  setRetention: 'retention',
};
