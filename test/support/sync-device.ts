import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { systemPorts } from '../../core/ports.ts';
import { signedHeaders } from '../../core/sync/server/sign-request.ts';
import { readInvite } from '../../shared/sync/invite.ts';
import { encodeFrames } from '../../shared/sync/wire.ts';

/** A device as the server sees it: signs what it asks, and knows nothing else. */
export interface TestDevice {
  readonly id: string;
  readonly url: string;
  readonly workspace: string;
  readonly privateKey: KeyObject;
  readonly publicKey: string;
  /** Asks below the workspace, signed. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same at another address of the same server. */
  at(url: string): TestDevice;
}

export function makeDevice(url: string, workspace: string, id = randomBytes(16).toString('hex')): TestDevice {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64url');
  return device(url, workspace, id, privateKey, spki);
}

function device(
  url: string,
  workspace: string,
  id: string,
  privateKey: KeyObject,
  publicKey: string,
): TestDevice {
  return {
    id,
    url,
    workspace,
    privateKey,
    publicKey,
    ask: (method, path, body, headers) =>
      askSigned(
        { id, privateKey },
        method,
        `${url}/v1/workspaces/${encodeURIComponent(workspace)}${path}`,
        body,
        headers,
      ),
    at: (other) => device(other, workspace, id, privateKey, publicKey),
  };
}

export async function askSigned(
  key: { readonly id: string; readonly privateKey: KeyObject },
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const isBytes = body instanceof Uint8Array;
  const bytes =
    body === undefined ? undefined : isBytes ? body : new TextEncoder().encode(JSON.stringify(body));
  return fetch(url, {
    method,
    headers: {
      ...(bytes ? { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' } : {}),
      ...signedHeaders({ method, url, body: bytes }, key, systemPorts),
      ...headers,
    },
    ...(bytes ? { body: Buffer.from(bytes) } : {}),
  });
}

/** A new device that takes an invite. */
export async function enrolDevice(invite: string, name = 'Laptop', url?: string): Promise<TestDevice> {
  const read = readInvite(invite);
  if (!read) throw new Error('no invite');
  const made = makeDevice(url ?? read.url, read.workspace);
  const answer = await askEnrol(made, read.code, name);
  if (!answer.ok) throw new Error(`enrol: ${answer.status} ${await answer.text()}`);
  return made;
}

export function askEnrol(made: TestDevice, code: string, name = 'Laptop'): Promise<Response> {
  return askSigned(made, 'POST', `${made.url}/v1/enrol`, {
    code,
    workspace: made.workspace,
    device: { id: made.id, name, publicKey: made.publicKey },
  });
}

export interface TestSegment {
  readonly label: {
    readonly writer: string;
    readonly from: number;
    readonly count: number;
    readonly head: string;
  };
  readonly sealed: Uint8Array;
  readonly id: string;
}

/** What looks like a sealed segment to who cannot read one. */
export function makeSegment(writer: string, from: number, count = 1, bytes = 200): TestSegment {
  const sealed = Buffer.concat([Buffer.from('BSEG3'), randomBytes(bytes)]);
  return {
    label: { writer, from, count, head: randomBytes(32).toString('hex') },
    sealed,
    id: createHash('sha256').update(sealed).digest('hex'),
  };
}

export function pushBody(segments: readonly TestSegment[]): Uint8Array {
  return encodeFrames(
    segments.flatMap(({ label, sealed }) => [new TextEncoder().encode(JSON.stringify(label)), sealed]),
  );
}
