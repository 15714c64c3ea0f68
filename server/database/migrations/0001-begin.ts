import type { Migration } from '../migrate.ts';

/**
 * Everything a tenant has stands under the tenant's id, and PostgreSQL itself shows the server's role no other: without
 * `app.tenant` a query sees nothing and can write nothing. The functions below are all that may look across tenants.
 */
const TENANT_TABLES = [
  'workspace',
  'device',
  'invite',
  'segment',
  'writer_chain',
  'blob',
  'blob_upload',
  'nonce',
  'audit',
];

const isolation = TENANT_TABLES.map(
  (table) => `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON ${table}
  USING (tenant = current_setting('app.tenant', true))
  WITH CHECK (tenant = current_setting('app.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO bindery_app;`,
).join('\n');

const begin: Migration = {
  number: 1,
  name: 'begin',
  kind: 'expand',
  sql: `
DO $$ BEGIN
  CREATE ROLE bindery_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'bindery_app', 'MEMBER') THEN GRANT bindery_app TO CURRENT_USER; END IF;
END $$;

CREATE TABLE tenant (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{32}$'),
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);

CREATE TABLE workspace (
  tenant text NOT NULL REFERENCES tenant (id),
  id text NOT NULL UNIQUE,
  epoch text NOT NULL,
  counter bigint NOT NULL DEFAULT 0,
  root text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE device (
  tenant text NOT NULL,
  workspace text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  public_key text NOT NULL,
  enrolled_at timestamptz NOT NULL,
  last_contact timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant, workspace, id),
  FOREIGN KEY (tenant, workspace) REFERENCES workspace (tenant, id)
);

CREATE TABLE invite (
  tenant text NOT NULL,
  workspace text NOT NULL,
  id text NOT NULL,
  code_sha256 text NOT NULL,
  parcel text,
  created_by text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_by text,
  used_at timestamptz,
  PRIMARY KEY (tenant, workspace, id),
  UNIQUE (tenant, workspace, code_sha256),
  FOREIGN KEY (tenant, workspace) REFERENCES workspace (tenant, id)
);

CREATE TABLE segment (
  tenant text NOT NULL,
  workspace text NOT NULL,
  sequence bigint NOT NULL,
  id text NOT NULL,
  writer text NOT NULL,
  first bigint NOT NULL,
  count integer NOT NULL,
  head text NOT NULL,
  root text NOT NULL,
  bytes integer NOT NULL,
  body bytea NOT NULL,
  pushed_by text NOT NULL,
  stored_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, workspace, sequence),
  UNIQUE (tenant, workspace, id),
  FOREIGN KEY (tenant, workspace) REFERENCES workspace (tenant, id)
);
ALTER TABLE segment ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX segment_by_writer ON segment (tenant, workspace, writer, first);

CREATE TABLE writer_chain (
  tenant text NOT NULL,
  workspace text NOT NULL,
  writer text NOT NULL,
  held bigint NOT NULL,
  PRIMARY KEY (tenant, workspace, writer),
  FOREIGN KEY (tenant, workspace) REFERENCES workspace (tenant, id)
);

CREATE TABLE blob (
  tenant text NOT NULL,
  workspace text NOT NULL,
  name text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  stored_by text NOT NULL,
  stored_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, workspace, name),
  FOREIGN KEY (tenant, workspace) REFERENCES workspace (tenant, id)
);

CREATE TABLE blob_upload (
  tenant text NOT NULL,
  workspace text NOT NULL,
  name text NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  received bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, workspace, name, sha256),
  FOREIGN KEY (tenant, workspace) REFERENCES workspace (tenant, id)
);

CREATE TABLE nonce (
  tenant text NOT NULL,
  workspace text NOT NULL,
  device text NOT NULL,
  nonce text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, workspace, device, nonce)
);
CREATE INDEX nonce_by_end ON nonce (expires_at);

CREATE TABLE audit (
  tenant text NOT NULL REFERENCES tenant (id),
  number bigint GENERATED ALWAYS AS IDENTITY,
  workspace text,
  actor text NOT NULL,
  action text NOT NULL,
  detail jsonb NOT NULL,
  request text,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, number)
);
${isolation}
REVOKE UPDATE, DELETE ON audit FROM bindery_app;

ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON tenant USING (id = current_setting('app.tenant', true));
GRANT SELECT ON tenant TO bindery_app;

-- Of nobody: keyed hashes of addresses and devices, and how much they have left.
CREATE TABLE limit_bucket (
  key text PRIMARY KEY,
  tokens double precision NOT NULL,
  at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON limit_bucket TO bindery_app;
GRANT SELECT ON migration TO bindery_app;

CREATE FUNCTION tenant_of_workspace(wanted text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT tenant FROM public.workspace WHERE id = wanted $$;

CREATE FUNCTION device_is_elsewhere(wanted text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT EXISTS (SELECT FROM public.device WHERE id = wanted) $$;
CREATE INDEX device_by_id ON device (id);

CREATE FUNCTION prune_expired(instant timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    DELETE FROM public.nonce WHERE expires_at < instant;
    DELETE FROM public.limit_bucket WHERE at < instant - interval '1 day';
  $$;

REVOKE EXECUTE ON FUNCTION tenant_of_workspace(text), device_is_elsewhere(text), prune_expired(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_workspace(text), device_is_elsewhere(text), prune_expired(timestamptz)
  TO bindery_app;
`,
};

export default begin;
