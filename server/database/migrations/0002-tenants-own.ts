import type { Migration } from '../migrate.ts';

/** What a tenant's own programs use: API keys, webhooks with what is still to deliver, retention, repeated requests. */
const TENANT_TABLES = ['api_key', 'webhook', 'delivery', 'idempotency'];

const isolation = TENANT_TABLES.map(
  (table) => `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON ${table}
  USING (tenant = current_setting('app.tenant', true))
  WITH CHECK (tenant = current_setting('app.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO bindery_app;`,
).join('\n');

const tenantsOwn: Migration = {
  number: 2,
  name: 'tenants-own',
  kind: 'expand',
  sql: `
ALTER TABLE tenant ADD COLUMN audit_days integer NOT NULL DEFAULT 730 CHECK (audit_days >= 30);
GRANT UPDATE (audit_days) ON tenant TO bindery_app;

CREATE TABLE api_key (
  tenant text NOT NULL REFERENCES tenant (id),
  id text NOT NULL UNIQUE,
  name text NOT NULL,
  scopes text[] NOT NULL,
  secret_sha256 text NOT NULL,
  old_sha256 text,
  old_until timestamptz,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE webhook (
  tenant text NOT NULL REFERENCES tenant (id),
  id text NOT NULL,
  url text NOT NULL,
  events text[] NOT NULL,
  sealed_secret text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE delivery (
  tenant text NOT NULL,
  id text NOT NULL,
  webhook text NOT NULL,
  event text NOT NULL,
  payload jsonb NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz,
  last_fault text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, webhook) REFERENCES webhook (tenant, id) ON DELETE CASCADE
);
CREATE INDEX delivery_by_due ON delivery (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE idempotency (
  tenant text NOT NULL REFERENCES tenant (id),
  key text NOT NULL,
  request_sha256 text NOT NULL,
  sealed_answer text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, key)
);
${isolation}

CREATE FUNCTION tenant_of_api_key(wanted text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT tenant FROM public.api_key WHERE id = wanted $$;

CREATE FUNCTION tenants_with_due(instant timestamptz) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT DISTINCT tenant FROM public.delivery WHERE due_at <= instant LIMIT 100 $$;

CREATE OR REPLACE FUNCTION prune_expired(instant timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    DELETE FROM public.nonce WHERE expires_at < instant;
    DELETE FROM public.limit_bucket WHERE at < instant - interval '1 day';
    DELETE FROM public.idempotency WHERE created_at < instant - interval '1 day';
    DELETE FROM public.audit a USING public.tenant t
      WHERE t.id = a.tenant AND a.at < instant - make_interval(days => t.audit_days);
    DELETE FROM public.delivery WHERE due_at IS NULL AND created_at < instant - interval '30 days';
  $$;

REVOKE EXECUTE ON FUNCTION tenant_of_api_key(text), tenants_with_due(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_api_key(text), tenants_with_due(timestamptz) TO bindery_app;
`,
};

export default tenantsOwn;
