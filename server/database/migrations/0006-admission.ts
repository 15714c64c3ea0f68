import type { Migration } from '../migrate.ts';

/**
 * What lets a request of a device in, as one statement: whose the device is, whether it was shut out, its nonce and its
 * token. It sees one tenant's rows, as everything of a request does. Its commit is not waited for: whatever the request
 * goes on to change is committed after it and takes it to the disk.
 */
const admission: Migration = {
  number: 6,
  name: 'admission',
  kind: 'expand',
  sql: `
CREATE FUNCTION admit(
  of_tenant text, of_workspace text, of_device text, by_key text, new_nonce text, nonce_ends timestamptz,
  bucket_key text, capacity float8, per_second float8, instant timestamptz
) RETURNS text
  LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, public
  AS $$
DECLARE
  found_device public.device%ROWTYPE;
BEGIN
  PERFORM set_config('app.tenant', of_tenant, true), set_config('synchronous_commit', 'off', true);
  SELECT * INTO found_device FROM public.device
    WHERE tenant = of_tenant AND workspace = of_workspace AND id = of_device;
  IF NOT FOUND THEN RETURN 'unknown'; END IF;
  IF found_device.public_key <> by_key THEN RETURN 'other-key'; END IF;
  IF found_device.revoked_at IS NOT NULL THEN RETURN 'revoked'; END IF;
  INSERT INTO public.nonce (tenant, workspace, device, nonce, expires_at)
    VALUES (of_tenant, of_workspace, of_device, new_nonce, nonce_ends) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 'replayed'; END IF;
  INSERT INTO public.limit_bucket AS bucket (key, tokens, at) VALUES (bucket_key, capacity - 1, instant)
    ON CONFLICT (key) DO UPDATE SET
      tokens = LEAST(capacity, bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM instant - bucket.at)) * per_second) - 1,
      at = GREATEST(bucket.at, instant)
    WHERE LEAST(capacity, bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM instant - bucket.at)) * per_second) >= 1;
  IF NOT FOUND THEN
    -- Neither is spent without the other.
    DELETE FROM public.nonce
      WHERE tenant = of_tenant AND workspace = of_workspace AND device = of_device AND nonce = new_nonce;
    RETURN 'limited';
  END IF;
  IF found_device.last_contact IS NULL OR found_device.last_contact < instant - interval '30 seconds' THEN
    UPDATE public.device SET last_contact = instant
      WHERE tenant = of_tenant AND workspace = of_workspace AND id = of_device;
  END IF;
  RETURN 'admitted';
END $$;
REVOKE EXECUTE ON FUNCTION
  admit(text, text, text, text, text, timestamptz, text, float8, float8, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  admit(text, text, text, text, text, timestamptz, text, float8, float8, timestamptz) TO bindery_app;
`,
};

export default admission;
