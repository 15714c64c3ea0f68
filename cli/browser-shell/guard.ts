import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request is not from our own page, or null. A rebound DNS name shows in `Host`; a page of another site
 * shows in `Origin` or in `Sec-Fetch-Site`.
 */
export function strangerIn(headers: IncomingHttpHeaders, origin: string): string | null {
  if (headers.host !== new URL(origin).host) return 'This host name is not served here.';
  if (headers.origin !== undefined && headers.origin !== origin) return 'Another site may not call this.';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'Another site may not call this.';
  return null;
}

/** One-time tokens for links, and the bearers they were exchanged for. */
export interface Sessions {
  /** A new one-time token; an older one that nobody used stops working. */
  invite(): string;
  /** The bearer for a token, once; null for anything else. */
  exchange(token: string): string | null;
  admits(authorization: string | undefined): boolean;
}

/** Keeps only hashes, in memory; comparing hashes takes the same time however much of a guess is right. */
export function sessions(): Sessions {
  let invited: Buffer | null = null;
  const bearers: Buffer[] = [];
  return {
    invite() {
      const token = secret();
      invited = hash(token);
      return token;
    },
    exchange(token) {
      if (invited === null || !timingSafeEqual(invited, hash(token))) return null;
      invited = null;
      const bearer = secret();
      bearers.push(hash(bearer));
      return bearer;
    },
    admits(authorization) {
      const [scheme, bearer] = authorization?.split(' ') ?? [];
      if (scheme?.toLowerCase() !== 'bearer' || bearer === undefined) return false;
      const given = hash(bearer);
      return bearers.reduce((admitted, known) => timingSafeEqual(known, given) || admitted, false);
    },
  };
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
