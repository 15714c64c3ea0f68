import type { Migration } from '../migrate.ts';

/** Who has begun uploads that nobody goes on with: so that what lies of them can be swept. */
const begunUploads: Migration = {
  number: 4,
  name: 'begun-uploads',
  kind: 'expand',
  sql: `
CREATE INDEX blob_upload_by_age ON blob_upload (updated_at);
CREATE FUNCTION tenants_with_uploads_before(instant timestamptz) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT DISTINCT tenant FROM public.blob_upload WHERE updated_at < instant LIMIT 100 $$;
REVOKE EXECUTE ON FUNCTION tenants_with_uploads_before(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_with_uploads_before(timestamptz) TO bindery_app;
`,
};

export default begunUploads;
