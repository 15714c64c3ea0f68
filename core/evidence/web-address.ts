import { lookup as systemLookup } from 'node:dns';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { LinkFinding } from '../../shared/contract/register.ts';

/**
 * Asks whether a page is still there. The rule against being sent where nobody meant to go: only `http` and `https`
 * without a name and password in them; each host is resolved once, every address it has must be a public one, and the
 * connection goes to exactly the address that was judged; a redirect is a new address under the same rule, at most
 * five of them. Nothing is sent but the request itself: no cookies, no referrer, no body.
 */
export interface WebRules {
  readonly lookup: LookupFunction;
  readonly mayAsk: (address: string) => boolean;
  readonly timeoutMs: number;
}

export const WEB_RULES: WebRules = {
  lookup: systemLookup as LookupFunction,
  mayAsk: isPublic,
  timeoutMs: 10_000,
};

const MOST_REDIRECTS = 5;
/** What a server says that does not answer to HEAD, though the page may be there. */
const NO_HEAD: ReadonlySet<number> = new Set([400, 403, 404, 405, 501]);

type Found = Pick<LinkFinding, 'outcome' | 'detail'>;

export async function askWeb(address: string, signal: AbortSignal, rules = WEB_RULES): Promise<Found> {
  try {
    return await follow(address, signal, rules);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotAsked) return { outcome: 'not-checked', detail: error.message };
    return { outcome: 'unreachable', detail: reason(error) };
  }
}

class NotAsked extends Error {}

async function follow(address: string, signal: AbortSignal, rules: WebRules): Promise<Found> {
  let at = address;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const url = demandAskable(at);
    const head = await ask(url, 'HEAD', signal, rules);
    const { status, location } = NO_HEAD.has(head.status) ? await ask(url, 'GET', signal, rules) : head;
    if (status < 300 || status >= 400 || location === null) return judged(status, at === address ? '' : at);
    at = new URL(location, url).href;
  }
  return { outcome: 'unreachable', detail: `It redirects more than ${MOST_REDIRECTS} times.` };
}

function judged(status: number, redirected: string): Found {
  const where = redirected === '' ? '' : ` at ${redirected}`;
  // Whoever has to sign in first is told so by a server that has the page.
  const there = (status >= 200 && status < 400) || status === 401 || status === 403;
  return { outcome: there ? 'ok' : 'unreachable', detail: `It answered ${status}${where}.` };
}

function demandAskable(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new NotAsked('It is no address on the web.');
  if (url.username !== '' || url.password !== '')
    throw new NotAsked('It holds a name or password, which are never sent.');
  return url;
}

function ask(
  url: URL,
  method: 'HEAD' | 'GET',
  signal: AbortSignal,
  rules: WebRules,
): Promise<{ status: number; location: string | null }> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address that stands in the link itself is never looked up, so it is judged here.
  if (isIP(host) !== 0 && !rules.mayAsk(host)) throw new NotAsked(PRIVATE);
  const send = url.protocol === 'https:' ? secure : plain;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent: false,
      lookup: judgedLookup(rules),
      signal: AbortSignal.any([signal, AbortSignal.timeout(rules.timeoutMs)]),
      headers: { accept: '*/*', 'user-agent': 'Bindery link check' },
    } as const;
    const sent = send(url, options, (response) => {
      resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null });
      // The page itself is of no interest.
      response.on('error', () => {});
      response.destroy();
    });
    sent.on('error', reject);
    sent.end();
  });
}

const PRIVATE = 'It leads to an address that is not public, which is never asked.';

/** Resolves a host and hands on one address only, so that what connects is what was judged. */
function judgedLookup({ lookup, mayAsk }: WebRules): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 4);
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => mayAsk(address)))
        return done(new NotAsked(PRIVATE), '', 4);
      if (options.all === true) done(null, [first]);
      else done(null, first.address, first.family);
    });
  };
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && cause.name === 'TimeoutError') return 'It did not answer in time.';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return SAID[code] ?? `It cannot be reached${code === '' ? '' : ` (${code})`}.`;
}

const SAID: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no host of that name.',
  ECONNREFUSED: 'The host refused the connection.',
  ECONNRESET: 'The host ended the connection.',
  EAI_AGAIN: 'Names cannot be resolved here now.',
};

/** Everything that is not the public internet: this machine, private and shared networks, and reserved ranges. */
const NOT_PUBLIC = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, 'ipv4');

/** Of IPv6 only global unicast is public, and of that not what wraps an IPv4 address or is for documents. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
const WRAPPED = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  WRAPPED.addSubnet(net, bits, 'ipv6');

export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !NOT_PUBLIC.check(address, 'ipv4');
  return family === 6 && GLOBAL.check(address, 'ipv6') && !WRAPPED.check(address, 'ipv6');
}
