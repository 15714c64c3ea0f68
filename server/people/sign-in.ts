import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { SCOPES, type Scope } from '../../shared/sync/tenant-contract.ts';
import { bearerOf } from '../access/bearer.ts';
import { Problem } from '../access/problem.ts';
import { writeAudit } from '../audit.ts';
import { and, eq } from '../database/drizzle.ts';
import { person, session } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantCaller } from '../tenants/api-keys.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export const ROLES = ['viewer', 'administrator'] as const;
export type PersonRole = (typeof ROLES)[number];

const ROLE_SCOPES: Readonly<Record<PersonRole, readonly Scope[]>> = {
  viewer: ['audit:read', 'workspaces:read'],
  administrator: SCOPES,
};

/** How long a person has to sign in, and stays so. */
const SIGN_IN_SECONDS = 600;
const SESSION_HOURS = 8;
export const SIGN_IN_COOKIE = 'bindery_sign_in';

/** What a browser carries through the sign-in service and back, sealed: it binds the answer to who asked. */
const Pending = z.object({
  tenant: z.string(),
  verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  until: z.number(),
});

/** People sign in where they have their account (OpenID Connect, code and PKCE); the server keeps no password. */
export class SignIn {
  readonly #settings: OidcSettings;
  #configuration: Promise<oidc.Configuration> | null = null;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  /** Where to send the browser, and what it has to bring back. */
  async begin(services: Services, tenantName: string): Promise<{ location: string; cookie: string }> {
    const configuration = await this.#configured();
    // A tenant that does not exist is found out at the end, like a person who is not known.
    const pending = {
      tenant: tenantName,
      verifier: oidc.randomPKCECodeVerifier(),
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      until: services.now().getTime() + SIGN_IN_SECONDS * 1000,
    };
    const location = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: callback(services),
      scope: 'openid profile',
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    });
    return { location: location.href, cookie: services.sealing.seal(JSON.stringify(pending), 'sign-in') };
  }

  /** The session of the person whom the sign-in service names; refused is who is not known to the tenant. */
  async finish(
    services: Services,
    query: string,
    cookie: string | undefined,
    requestId: string,
  ): Promise<{ token: string; expiresAt: string; role: PersonRole }> {
    const at = services.now();
    const pending = readPending(services, cookie);
    if (!pending || pending.until < at.getTime())
      throw new Problem('wrong-key', {}, { reason: 'sign-in-not-begun-here' });
    const subject = await this.#subject(`${callback(services)}${query}`, pending);
    const tenant = await services.tenancy.tenantByName(pending.tenant);
    const made =
      tenant === null
        ? null
        : await services.tenancy.asTenant(tenant, async (tx) => {
            const [known] = await tx
              .select()
              .from(person)
              .where(
                and(
                  eq(person.tenant, tenant),
                  eq(person.issuer, this.#settings.issuer),
                  eq(person.subject, subject),
                ),
              );
            if (!known || known.revokedAt !== null) return null;
            const [id, secret] = [randomBytes(16).toString('hex'), randomBytes(32).toString('base64url')];
            const expiresAt = new Date(at.getTime() + SESSION_HOURS * 3_600_000);
            await tx.insert(session).values({
              tenant,
              id,
              person: known.id,
              secretSha256: sha256(secret),
              createdAt: at,
              expiresAt,
            });
            await tx
              .update(person)
              .set({ lastSeen: at })
              .where(and(eq(person.tenant, tenant), eq(person.id, known.id)));
            const actor = `person:${known.id}`;
            await writeAudit(tx, {
              tenant,
              actor,
              action: 'person.sign-in',
              detail: {},
              request: requestId,
              at,
            });
            return {
              token: `session_${id}_${secret}`,
              expiresAt: expiresAt.toISOString(),
              role: role(known.role),
            };
          });
    if (!made) throw new Problem('wrong-key', {}, { reason: 'unknown-person' });
    return made;
  }

  async #subject(url: string, pending: z.infer<typeof Pending>): Promise<string> {
    const configuration = await this.#configured();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, new URL(url), {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      const subject = tokens.claims()?.sub;
      if (subject) return subject;
    } catch (error) {
      throw new Problem(
        'wrong-key',
        {},
        { reason: error instanceof Error ? `sign-in: ${error.message}` : 'sign-in' },
      );
    }
    throw new Problem('wrong-key', {}, { reason: 'sign-in-without-subject' });
  }

  #configured(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const isLocal = new URL(issuer).hostname === '127.0.0.1';
    this.#configuration ??= oidc
      .discovery(
        new URL(issuer),
        clientId,
        undefined,
        oidc.ClientSecretPost(clientSecret),
        // Plain HTTP to this machine alone.
        isLocal ? { execute: [oidc.allowInsecureRequests] } : {},
      )
      .catch((error: Error) => {
        this.#configuration = null;
        throw new Problem(
          'unavailable',
          {},
          { reason: `sign-in service: ${error.message}`, retryAfterSeconds: 5 },
        );
      });
    return this.#configuration;
  }
}

const TOKEN = /^session_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** Who bears a session; null where it is none, has ended, or its person was shut out. */
export async function identifyPerson(
  services: Services,
  header: string | undefined,
  requestId: string,
): Promise<TenantCaller | null> {
  const [, id, secret] = TOKEN.exec(bearerOf(header) ?? '') ?? [];
  if (id === undefined || secret === undefined) return null;
  const tenant = await services.tenancy.tenantOfSession(id);
  if (tenant === null) return null;
  return services.tenancy.asTenant(tenant, async (tx) => {
    const [found] = await tx
      .select({ session, person })
      .from(session)
      .innerJoin(person, and(eq(person.tenant, session.tenant), eq(person.id, session.person)))
      .where(and(eq(session.tenant, tenant), eq(session.id, id)));
    if (!found || found.session.expiresAt <= services.now() || found.person.revokedAt !== null) return null;
    if (!timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(found.session.secretSha256))) return null;
    return {
      tenant,
      actor: `person:${found.person.id}`,
      scopes: ROLE_SCOPES[role(found.person.role)],
      requestId,
    };
  });
}

/** Ends the session that a request bears. */
export async function signOut(services: Services, header: string | undefined): Promise<void> {
  const caller = await identifyPerson(services, header, '');
  const [, id] = TOKEN.exec(bearerOf(header) ?? '') ?? [];
  if (!caller || id === undefined) throw new Problem('wrong-key');
  await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx.delete(session).where(and(eq(session.tenant, caller.tenant), eq(session.id, id))),
  );
}

function role(text: string): PersonRole {
  return z.enum(ROLES).parse(text);
}

function callback(services: Services): string {
  return `${services.publicUrl()}/v1/people/signed-in`;
}

function readPending(services: Services, cookie: string | undefined): z.infer<typeof Pending> | null {
  if (!cookie) return null;
  try {
    return Pending.parse(JSON.parse(services.sealing.open(cookie, 'sign-in')));
  } catch {
    return null;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
