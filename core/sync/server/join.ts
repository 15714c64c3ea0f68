import { readFileSync } from 'node:fs';
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { z } from 'zod';
import { refuse } from '../../../shared/fault.ts';
import { writeInvite } from '../../../shared/sync/invite.ts';
import { UNWATCHED } from '../../jobs.ts';
import type { Ports } from '../../ports.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import { newCopy } from '../new-copy.ts';
import {
  connectedServer,
  demandConnection,
  demandInvite,
  enrol,
  keptKey,
  newDeviceKey,
  serverFor,
  writeConnection,
} from './connection.ts';
import { syncOnce } from './sync.ts';

/** What lies at the server for one new device, encrypted to a key that only the invite has. */
const Parcel = z.strictObject({
  schema: z.literal('bindery.parcel/1'),
  workspace: z.string(),
  /** The text of `keys.json`: key slots, which only passphrases open. */
  keys: z.string(),
});

/** Makes an invite for one new device of this workspace, and leaves its parcel at the server. */
export async function makeInvite(
  ws: OpenWorkspace,
  { hours, administers }: { readonly hours: number; readonly administers: boolean },
): Promise<{ invite: string; expiresAt: string }> {
  const { url, serverKey } = demandConnection(ws.db);
  const identity = await generateIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const parcel: z.infer<typeof Parcel> = {
    schema: 'bindery.parcel/1',
    workspace: ws.workspace,
    keys: readFileSync(ws.paths.keys, 'utf8'),
  };
  const server = connectedServer(ws);
  try {
    const sealed = await encrypter.encrypt(JSON.stringify(parcel));
    const { code, expiresAt } = await server.invite(sealed, { hours, administers });
    return { invite: writeInvite({ url, serverKey, workspace: ws.workspace, code, identity }), expiresAt };
  } finally {
    server.close();
  }
}

export interface Joining {
  /** A folder that is empty or not there yet. */
  readonly dir: string;
  readonly invite: string;
  readonly passphrase: string;
  readonly member?: string | undefined;
  readonly device: string;
  readonly proxy?: string | null | undefined;
}

/**
 * Makes a copy of a workspace from its server, by an invite and a member's passphrase. A wrong passphrase uses the
 * invite up: its code is good for one device, and the parcel comes only for the code.
 */
export async function joinByInvite(ports: Ports, wish: Joining): Promise<OpenWorkspace> {
  const invite = demandInvite(wish.invite);
  if (invite.identity === null) {
    refuse({
      code: 'invalid-input',
      detail: 'This invite is for a copy that has the workspace already.',
      where: 'invite',
      remedy: 'Open that copy and connect it; then make an invite there for this one.',
    });
  }
  const made = newDeviceKey(ports);
  const proxy = wish.proxy ?? null;
  const sealed = await enrol(ports, invite, proxy, made, wish.device);
  const parcel = await openParcel(sealed, invite.identity, invite.workspace);
  const to = { url: invite.url, serverKey: invite.serverKey, workspace: invite.workspace, proxy };
  const server = serverFor(ports, to, made.key);
  try {
    return await newCopy(ports, {
      dir: wish.dir,
      keyFile: Buffer.from(parcel.keys),
      passphrase: wish.passphrase,
      member: wish.member,
      deviceName: wish.device,
      devicePublicKey: made.publicKey,
      fill: async (ws) => {
        await syncOnce(ws, server, UNWATCHED);
        writeConnection(ws.db, {
          url: invite.url,
          serverKey: invite.serverKey,
          device: keptKey(made),
          proxy,
          paused: false,
          since: new Date(ports.clock.now()).toISOString(),
        });
      },
    });
  } finally {
    server.close();
  }
}

async function openParcel(
  sealed: string | null,
  identity: string,
  workspace: string,
): Promise<z.infer<typeof Parcel>> {
  const damaged = () =>
    refuse({
      code: 'unavailable',
      what: 'The sync server',
      detail: 'what it keeps for this invite does not open',
      remedy: 'Make a new invite on a device that has the workspace.',
    });
  if (sealed === null) return damaged();
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const text = await decrypter.decrypt(Buffer.from(sealed, 'base64'), 'text');
    const parcel = Parcel.parse(JSON.parse(text));
    return parcel.workspace === workspace ? parcel : damaged();
  } catch {
    return damaged();
  }
}
