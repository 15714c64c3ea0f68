import type { HttpBindings } from '@hono/node-server';
import type { Caller } from '../access/caller.ts';
import type { SignatureClaim } from '../access/signed-request.ts';

/** What stands beside a request while it is answered. */
export interface Env {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    address: string;
    /** Set once a request's signature has been held to a device. */
    caller: Caller;
    claim: SignatureClaim;
    /** Whose key it is, where a program asks for its tenant. */
    actor: string | undefined;
    body: Uint8Array;
    /** Where a raw answer went past hono. */
    status: number | undefined;
  };
}

/** On every answer: it is for the caller alone, and no page may use it. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
