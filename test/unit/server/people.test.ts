import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, endPerson } from '../../../server/commands/people.ts';
import { withOwner } from '../../../server/database/driver.ts';
import { startSyncServer, type TestServer } from '../../support/sync-server.ts';

let server: TestServer;
let provider: Server;
let issuer: string;
let ahead = 0;

/** A sign-in service as there are many, which lets everybody in under the name they give. */
beforeAll(async () => {
  provider = createServer((request, response) => handle(request, response));
  let handle: (...given: Parameters<ReturnType<Provider['callback']>>) => unknown = () => {};
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  server = await startSyncServer({
    now: () => new Date(Date.now() + ahead * 1000),
    oidc: { issuer, clientId: 'bindery', clientSecret: 'only for this test' },
  });
  const service = new Provider(issuer, {
    clients: [
      {
        client_id: 'bindery',
        client_secret: 'only for this test',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [`${server.url}/v1/people/signed-in`],
      },
    ],
    pkce: { required: () => true },
    cookies: { keys: ['only for this test'] },
  });
  handle = service.callback();
  await server.firstInvite('kept', 'Acme');
  await server.firstInvite('other', 'Other');
});
afterAll(async () => {
  await server.stop();
  provider.close();
});

/** A browser: keeps cookies by their server, and goes where it is sent. */
class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async go(url: string, form?: Record<string, string>): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) jar.set(name, value);
    }
    return answer;
  }

  /** Signs in at the service and answers where it sends the browser with the code. */
  async signIn(tenant: string, who: string): Promise<string> {
    let at = `${server.url}/v1/people/sign-in?tenant=${encodeURIComponent(tenant)}`;
    for (let step = 0; step < 12; step += 1) {
      const answer = await this.go(at);
      const location = answer.headers.get('location');
      if (location) {
        at = new URL(location, at).href;
        if (at.startsWith(`${server.url}/v1/people/signed-in`)) return at;
        continue;
      }
      const page = await answer.text();
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      const [, action] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
      if (!prompt || !action) throw new Error(`no form: ${answer.status} ${page.slice(0, 300)}`);
      const sent = await this.go(new URL(action, at).href, { prompt, login: who, password: 'any' });
      at = new URL(sent.headers.get('location') ?? '', at).href;
      if (at.startsWith(`${server.url}/v1/people/signed-in`)) return at;
    }
    throw new Error('it never came back');
  }
}

async function session(
  tenant: string,
  who: string,
): Promise<{ status: number; token: string; role: string }> {
  const browser = new Browser();
  const answer = await browser.go(await browser.signIn(tenant, who));
  return { status: answer.status, ...((await answer.json()) as { token: string; role: string }) };
}

const ask = (token: string, method: string, path: string, body?: unknown) =>
  fetch(`${server.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

const add = (subject: string, role: 'viewer' | 'administrator', tenantName = 'Acme') =>
  withOwner(server.database, (owner) =>
    addPerson(owner, { tenantName, issuer, subject, name: subject, role }, new Date()),
  );

describe('a person', () => {
  test('who looks after a tenant signs in with their own account, and may do what their role may', async () => {
    await add('ada', 'administrator');
    await add('vera', 'viewer');
    const [ada, vera] = [await session('Acme', 'ada'), await session('Acme', 'vera')];
    expect([ada.status, ada.role, vera.role]).toEqual([200, 'administrator', 'viewer']);
    expect(await (await ask(vera.token, 'GET', '/tenant/workspaces')).json()).toMatchObject({
      rows: [{ id: 'kept' }],
    });
    const wanted = { name: 'ci', scopes: ['audit:read'] };
    expect((await ask(vera.token, 'POST', '/tenant/keys', wanted)).status).toBe(403);
    expect((await ask(ada.token, 'POST', '/tenant/keys', wanted)).status).toBe(200);
    const audit = (await (await ask(ada.token, 'GET', '/tenant/audit')).json()) as {
      rows: { actor: string; action: string }[];
    };
    expect(audit.rows.filter((row) => row.actor.startsWith('person:')).map((row) => row.action)).toEqual([
      'person.sign-in',
      'person.sign-in',
      'key.create',
    ]);
    expect((await ask(ada.token, 'POST', '/people/sign-out')).status).toBe(200);
    expect((await ask(ada.token, 'GET', '/tenant/audit')).status).toBe(401);
  });

  test('who has an account but is not known to the tenant is not let in, nor at another tenant', async () => {
    await add('only-acme', 'administrator');
    expect((await session('Acme', 'somebody')).status).toBe(401);
    expect((await session('Other', 'only-acme')).status).toBe(401);
    expect((await session('Nowhere', 'only-acme')).status).toBe(401);
  });

  test('who was shut out is out at once, and a session ends by itself', async () => {
    await add('gone', 'administrator');
    const { token } = await session('Acme', 'gone');
    expect((await ask(token, 'GET', '/tenant/audit')).status).toBe(200);
    ahead = 9 * 3600;
    expect((await ask(token, 'GET', '/tenant/audit')).status).toBe(401);
    ahead = 0;
    await withOwner(server.database, (owner) =>
      endPerson(owner, { tenantName: 'Acme', issuer, subject: 'gone' }, new Date()),
    );
    expect((await ask(token, 'GET', '/tenant/audit')).status).toBe(401);
    expect((await session('Acme', 'gone')).status).toBe(401);
  });

  test('is not signed in by another’s answer: wrong state, no cookie, the same code twice', async () => {
    await add('careful', 'administrator');
    const [mine, theirs] = [new Browser(), new Browser()];
    const answered = await mine.signIn('Acme', 'careful');
    await theirs.signIn('Acme', 'careful');
    expect((await new Browser().go(answered)).status).toBe(401);
    expect((await theirs.go(answered)).status).toBe(401);
    const wrong = new URL(answered);
    wrong.searchParams.set('state', 'another');
    expect((await mine.go(wrong.href)).status).toBe(401);
    expect((await mine.go(answered)).status).toBe(200);
    expect((await mine.go(answered)).status).toBe(401);
  });
});
