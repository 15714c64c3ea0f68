import type { Migration } from '../migrate.ts';

/** People who look after a tenant: known by what their own sign-in service calls them, with no password here. */
const people: Migration = {
  number: 3,
  name: 'people',
  kind: 'expand',
  sql: `
CREATE TABLE person (
  tenant text NOT NULL REFERENCES tenant (id),
  id text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('viewer', 'administrator')),
  created_at timestamptz NOT NULL,
  last_seen timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, issuer, subject)
);

CREATE TABLE session (
  tenant text NOT NULL,
  id text NOT NULL UNIQUE,
  person text NOT NULL,
  secret_sha256 text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, person) REFERENCES person (tenant, id) ON DELETE CASCADE
);

ALTER TABLE person ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON person
  USING (tenant = current_setting('app.tenant', true)) WITH CHECK (tenant = current_setting('app.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON person TO bindery_app;
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON session
  USING (tenant = current_setting('app.tenant', true)) WITH CHECK (tenant = current_setting('app.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO bindery_app;

CREATE FUNCTION tenant_of_session(wanted text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT tenant FROM public.session WHERE id = wanted $$;
CREATE FUNCTION tenant_by_name(wanted text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT id FROM public.tenant WHERE name = wanted $$;

CREATE OR REPLACE FUNCTION prune_expired(instant timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    DELETE FROM public.nonce WHERE expires_at < instant;
    DELETE FROM public.session WHERE expires_at < instant;
    DELETE FROM public.limit_bucket WHERE at < instant - interval '1 day';
    DELETE FROM public.idempotency WHERE created_at < instant - interval '1 day';
    DELETE FROM public.audit a USING public.tenant t
      WHERE t.id = a.tenant AND a.at < instant - make_interval(days => t.audit_days);
    DELETE FROM public.delivery WHERE due_at IS NULL AND created_at < instant - interval '30 days';
  $$;

REVOKE EXECUTE ON FUNCTION tenant_of_session(text), tenant_by_name(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_session(text), tenant_by_name(text) TO bindery_app;
`,
};

export default people;
