import type { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { Problem } from '../access/problem.ts';
import { SIGN_IN_COOKIE, type SignIn, signOut } from '../people/sign-in.ts';
import type { Services } from '../services.ts';
import type { Env } from './env.ts';

/** People sign in with a browser; what comes of it is a session that is borne like an API key. */
export function addPeopleRoutes(app: Hono<Env>, services: Services): void {
  const signIn = (): SignIn => {
    if (!services.signIn) throw new Problem('not-found', {}, { reason: 'no-sign-in-service' });
    return services.signIn;
  };
  const cookie = (value: string, seconds: number) =>
    `${SIGN_IN_COOKIE}=${value}; Path=/v1/people; Max-Age=${seconds}; HttpOnly; SameSite=Lax` +
    (services.publicUrl().startsWith('https:') ? '; Secure' : '');
  app.get('/v1/people/sign-in', async (context) => {
    const tenant = context.req.query('tenant') ?? '';
    if (tenant === '' || tenant.length > 200)
      throw new Problem('invalid-request', { detail: 'Name the tenant.' });
    const begun = await signIn().begin(services, tenant);
    return context.body(null, 302, { location: begun.location, 'set-cookie': cookie(begun.cookie, 600) });
  });
  app.get('/v1/people/signed-in', async (context) => {
    await services.limits.demandUnlocked(services.tenancy, context.var.address, services.now());
    const { search } = new URL(context.req.url);
    try {
      const made = await signIn().finish(
        services,
        search,
        getCookie(context, SIGN_IN_COOKIE),
        context.var.requestId,
      );
      return context.json(made, 200, { 'set-cookie': cookie('', 0) });
    } catch (error) {
      if (error instanceof Problem && error.code === 'wrong-key') {
        await services.limits.countWrongCode(services.tenancy, context.var.address, services.now());
      }
      throw error;
    }
  });
  app.post('/v1/people/sign-out', async (context) => {
    await signOut(services, context.req.header('authorization'));
    return context.json({ signedOut: true });
  });
}
