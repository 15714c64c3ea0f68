import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { writeInvite } from '../../shared/sync/invite.ts';
import { SCOPES, Scope } from '../../shared/sync/tenant-contract.ts';
import { FIRST_ROOT } from '../../shared/sync/wire.ts';
import type { Client } from '../database/driver.ts';
import { drizzle, eq } from '../database/drizzle.ts';
import { tenant, workspace } from '../database/schema.ts';
import { makeInvite } from '../devices/devices.ts';
import { ServerFault } from '../fault.ts';
import { ReceiptSigner } from '../ledger/receipts.ts';
import type { Settings } from '../settings.ts';
import { createKey } from '../tenants/api-keys.ts';
import { type Command, hours, text, withDatabase } from './command.ts';

export const tenantCommand: Command = async (given) => {
  const [what, name] = given.positionals;
  return withDatabase(given.environment, async (owner) => {
    if (what === 'list') {
      const rows = await drizzle(owner).select().from(tenant).orderBy(tenant.name);
      for (const row of rows) console.log(`${row.id}  ${row.name}`);
      return 0;
    }
    if (what !== 'create' || !name?.trim())
      throw new ServerFault('Say "tenant create NAME" or "tenant list".');
    console.log(await createTenant(owner, name.trim(), new Date()));
    return 0;
  });
};

export const workspaceCommand: Command = async (given) => {
  const [what] = given.positionals;
  if (what !== 'create' && what !== 'invite') {
    throw new ServerFault('Say "workspace create" or "workspace invite".');
  }
  const id = text(given, 'id');
  return withDatabase(given.environment, async (owner, settings) => {
    const at = new Date();
    const home =
      what === 'create'
        ? await createWorkspace(owner, text(given, 'tenant'), id, at)
        : await tenantOf(owner, id);
    const invite = await firstInvite(
      owner,
      settings,
      { tenant: home, workspace: id, url: publicUrl(settings) },
      hours(given),
      at,
    );
    console.log(invite);
    return 0;
  });
};

export async function createTenant(owner: Client, name: string, at: Date): Promise<string> {
  const id = randomBytes(16).toString('hex');
  const made = await drizzle(owner)
    .insert(tenant)
    .values({ id, name, createdAt: at })
    .onConflictDoNothing()
    .returning();
  if (made.length === 0) throw new ServerFault(`There is a tenant named ${name} already.`);
  return id;
}

/** Makes room for a workspace, under a new epoch. Answers its tenant. */
export async function createWorkspace(
  owner: Client,
  tenantName: string,
  id: string,
  at: Date,
): Promise<string> {
  const [home] = await drizzle(owner).select().from(tenant).where(eq(tenant.name, tenantName));
  if (!home) throw new ServerFault(`There is no tenant named ${tenantName}.`);
  const made = await drizzle(owner)
    .insert(workspace)
    .values({
      tenant: home.id,
      id,
      epoch: randomBytes(16).toString('hex'),
      counter: 0,
      root: FIRST_ROOT,
      createdAt: at,
    })
    .onConflictDoNothing()
    .returning();
  if (made.length === 0) throw new ServerFault('This workspace is at this server already.');
  return home.id;
}

async function tenantOf(owner: Client, id: string): Promise<string> {
  const [found] = await drizzle(owner).select().from(workspace).where(eq(workspace.id, id));
  if (!found) throw new ServerFault('This workspace is not at this server.');
  return found.tenant;
}

/** An invite without a parcel: its device brings the workspace's keys with it, or gets them by another way. */
export async function firstInvite(
  owner: Client,
  settings: Pick<Settings, 'signingKey'>,
  place: { readonly tenant: string; readonly workspace: string; readonly url: string },
  expiresInHours: number,
  at: Date,
): Promise<string> {
  const { tenant, workspace, url } = place;
  const { code } = await makeInvite(
    drizzle(owner),
    { tenant, workspace, parcel: null, administers: true, by: 'operator', expiresInHours, request: null },
    at,
  );
  const serverKey = new ReceiptSigner(settings.signingKey).publicKey;
  return writeInvite({ url, serverKey, workspace, code, identity: null });
}

function publicUrl(settings: Settings): string {
  return settings.publicUrl ?? `${settings.tls ? 'https' : 'http'}://${settings.host}:${settings.port}`;
}

/** A tenant's first API key, from which it can make others that may do no more. */
export const keyCommand: Command = async (given) => {
  const [what, name] = given.positionals;
  if (what !== 'create' || !name?.trim()) throw new ServerFault('Say "key create NAME".');
  const asked = text(given, 'scopes').split(',');
  const scopes = z.array(Scope).min(1).safeParse(asked);
  if (!scopes.success) throw new ServerFault(`--scopes is a list out of: ${SCOPES.join(', ')}.`);
  const days = Number(given.values.days ?? 90);
  if (!Number.isInteger(days) || days < 1 || days > 366)
    throw new ServerFault('--days is a whole number from 1 to 366.');
  const tenantName = text(given, 'tenant');
  return withDatabase(given.environment, async (owner) => {
    const [home] = await drizzle(owner).select().from(tenant).where(eq(tenant.name, tenantName));
    if (!home) throw new ServerFault(`There is no tenant named ${tenantName}.`);
    const wanted = { tenant: home.id, name: name.trim(), scopes: scopes.data, expiresInDays: days };
    const { secret } = await createKey(
      drizzle(owner),
      { ...wanted, by: 'operator', request: null },
      new Date(),
    );
    console.log(secret);
    return 0;
  });
};
