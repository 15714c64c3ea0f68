import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../../../db/driver.ts';
import { dropSetting, readSetting, writeSetting } from '../../../db/queries/ledger.ts';
import { forgetServer } from '../../../db/queries/sync.ts';
import { refuse } from '../../../shared/fault.ts';
import { type Invite, readInvite } from '../../../shared/sync/invite.ts';
import type { Ports } from '../../ports.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import { type HttpServer, httpServer } from './http-server.ts';
import { dropPlace } from './place.ts';
import type { DeviceKey } from './sign-request.ts';

/** How this copy reaches its server. Stands in the encrypted database of this copy alone; no copy inherits it. */
const Connection = z.object({
  url: z.string(),
  /** The pinned key of the server: Ed25519, SPKI in base64url. */
  serverKey: z.string(),
  device: z.object({
    /** What the server knows this device by. */
    id: z.string(),
    /** Ed25519, PKCS #8 in base64. */
    privateKey: z.string(),
  }),
  proxy: z.string().nullable(),
  paused: z.boolean(),
  since: z.string(),
});
export type Connection = z.infer<typeof Connection>;

const KEY = 'sync.connection';
const LAST = 'sync.last';

/** How the last tries to meet the server ended. */
const LastTries = z.object({
  metAt: z.string().nullable(),
  triedAt: z.string().nullable(),
  /** What was in the way at the last try, in words. */
  problem: z.string().nullable(),
});
export type LastTries = z.infer<typeof LastTries>;

export function readConnection(db: Database): Connection | null {
  const text = readSetting(db, KEY);
  return text === undefined ? null : Connection.parse(JSON.parse(text));
}

export function writeConnection(db: Database, connection: Connection): void {
  writeSetting(db, KEY, JSON.stringify(connection));
}

/** This copy no longer knows of a server; what it wrote and received stays. */
export function dropConnection(db: Database): void {
  db.transaction(() => {
    dropSetting(db, KEY);
    dropSetting(db, LAST);
    dropPlace(db);
    forgetServer(db);
  })();
}

export function readLastTries(db: Database): LastTries {
  const text = readSetting(db, LAST);
  return text === undefined
    ? { metAt: null, triedAt: null, problem: null }
    : LastTries.parse(JSON.parse(text));
}

export function writeLastTries(db: Database, last: LastTries): void {
  writeSetting(db, LAST, JSON.stringify(last));
}

/** A key of a device and what the server knows it by: drawn here, and never sent but for its public half. */
export interface NewDeviceKey {
  readonly key: DeviceKey;
  /** Ed25519, SPKI in base64url. */
  readonly publicKey: string;
}

export function newDeviceKey(ports: Pick<Ports, 'ids'>): NewDeviceKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    key: { id: ports.ids.next(), privateKey },
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
  };
}

/** An invite's parts; refuses a text that is none. */
export function demandInvite(text: string): Invite {
  return (
    readInvite(text) ??
    refuse({
      code: 'invalid-input',
      detail: 'This is not an invite to a sync server.',
      where: 'invite',
      remedy: 'Copy the whole text that begins with "bindery-invite-1." and try again.',
    })
  );
}

/** The server as a device with this key reaches it. */
export function serverFor(
  ports: Ports,
  to: { url: string; serverKey: string; workspace: string; proxy: string | null },
  device: DeviceKey,
): HttpServer {
  return httpServer({ ...to, device, ports });
}

/** The server this copy is connected to; refuses where there is none. */
export function connectedServer(ws: OpenWorkspace): HttpServer {
  const connection = demandConnection(ws.db);
  const { id, privateKey } = connection.device;
  return serverFor(
    ws.ports,
    { ...connection, workspace: ws.workspace },
    { id, privateKey: readKey(privateKey) },
  );
}

export function demandConnection(db: Database): Connection {
  return (
    readConnection(db) ??
    refuse({
      code: 'unavailable',
      what: 'Sync',
      detail: 'this copy is not connected to a server',
      remedy: 'Connect it by an invite, on the Sync screen or by "sync connect".',
    })
  );
}

/** What a connection keeps of a key that was made. */
export function keptKey({ key }: NewDeviceKey): Connection['device'] {
  const der = key.privateKey.export({ type: 'pkcs8', format: 'der' });
  return { id: key.id, privateKey: der.toString('base64') };
}

function readKey(text: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
}

/**
 * Connects this copy to a server by an invite: enrols a key drawn for it, and pins the server's. Refuses an invite to
 * another workspace before anything is sent.
 */
export async function connect(
  ws: OpenWorkspace,
  input: { readonly invite: string; readonly proxy?: string | null | undefined },
): Promise<Connection> {
  const invite = demandInvite(input.invite);
  if (readConnection(ws.db) !== null) {
    refuse({
      code: 'conflict',
      detail: 'This copy is connected to a sync server already.',
      remedy: 'Disconnect it first.',
    });
  }
  if (invite.workspace !== ws.workspace) {
    refuse({
      code: 'invalid-input',
      detail: 'This invite is to another workspace.',
      where: 'invite',
      remedy: 'Open that workspace, or join it in an empty folder.',
    });
  }
  const made = newDeviceKey(ws.ports);
  const proxy = input.proxy ?? null;
  await enrol(ws.ports, invite, proxy, made, ws.device.name);
  const connection: Connection = {
    url: invite.url,
    serverKey: invite.serverKey,
    device: keptKey(made),
    proxy,
    paused: false,
    since: new Date(ws.now()).toISOString(),
  };
  writeConnection(ws.db, connection);
  return connection;
}

/** Enrols a device at the server an invite names; answers the parcel that was left for it. */
export async function enrol(
  ports: Ports,
  invite: Invite,
  proxy: string | null,
  made: NewDeviceKey,
  name: string,
): Promise<string | null> {
  const server = serverFor(ports, { ...invite, proxy }, made.key);
  try {
    const answer = await server.enrol(invite.code, { id: made.key.id, name, publicKey: made.publicKey });
    if (answer.serverKey !== invite.serverKey) {
      refuse({
        code: 'unavailable',
        what: 'The sync server',
        detail: 'its key is not the one the invite names',
        remedy: 'Ask whoever made the invite for a new one, and say that this happened.',
      });
    }
    return answer.parcel;
  } finally {
    server.close();
  }
}
