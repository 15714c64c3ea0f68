import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { writeAudit } from '../audit.ts';
import type { Client } from '../database/driver.ts';
import { and, drizzle, eq } from '../database/drizzle.ts';
import { person, session, tenant } from '../database/schema.ts';
import { ServerFault } from '../fault.ts';
import { type PersonRole, ROLES } from '../people/sign-in.ts';
import { type Command, text, withDatabase } from './command.ts';

/** Who may sign in for a tenant. Nobody is let in because they have an account somewhere. */
export const personCommand: Command = async (given) => {
  const [what, name] = given.positionals;
  if (what !== 'add' && what !== 'end') throw new ServerFault('Say "person add NAME" or "person end".');
  const [tenantName, subject] = [text(given, 'tenant'), text(given, 'subject')];
  return withDatabase(given.environment, async (owner, settings) => {
    const issuer = settings.oidc?.issuer;
    if (!issuer) throw new ServerFault('BINDERY_OIDC_ISSUER is missing: the service people sign in with.');
    if (what === 'end') await endPerson(owner, { tenantName, issuer, subject }, new Date());
    else {
      const role = z.enum(ROLES).safeParse(given.values.role);
      if (!name?.trim() || !role.success)
        throw new ServerFault(`Name the person, and --role ${ROLES.join(' or ')}.`);
      await addPerson(owner, { tenantName, issuer, subject, name: name.trim(), role: role.data }, new Date());
    }
    return 0;
  });
};

export async function addPerson(
  owner: Client,
  wanted: { tenantName: string; issuer: string; subject: string; name: string; role: PersonRole },
  at: Date,
): Promise<string> {
  const { tenantName, ...facts } = wanted;
  const home = await tenantNamed(owner, tenantName);
  const id = randomBytes(16).toString('hex');
  await owner.query('BEGIN');
  const made = await drizzle(owner)
    .insert(person)
    .values({ tenant: home, id, ...facts, createdAt: at })
    .onConflictDoNothing()
    .returning({ id: person.id });
  if (made.length > 0) {
    const detail = { person: id, name: facts.name, role: facts.role };
    await writeAudit(drizzle(owner), { tenant: home, actor: 'operator', action: 'person.add', detail, at });
  }
  await owner.query('COMMIT');
  if (made.length === 0) throw new ServerFault('This person is there already.');
  return id;
}

export async function endPerson(
  owner: Client,
  wanted: { tenantName: string; issuer: string; subject: string },
  at: Date,
): Promise<void> {
  const home = await tenantNamed(owner, wanted.tenantName);
  const [ended] = await drizzle(owner)
    .update(person)
    .set({ revokedAt: at })
    .where(and(eq(person.tenant, home), eq(person.issuer, wanted.issuer), eq(person.subject, wanted.subject)))
    .returning({ id: person.id });
  if (!ended) throw new ServerFault('There is no such person.');
  await drizzle(owner)
    .delete(session)
    .where(and(eq(session.tenant, home), eq(session.person, ended.id)));
  const detail = { person: ended.id };
  await writeAudit(drizzle(owner), { tenant: home, actor: 'operator', action: 'person.end', detail, at });
}

async function tenantNamed(owner: Client, name: string): Promise<string> {
  const [home] = await drizzle(owner).select().from(tenant).where(eq(tenant.name, name));
  if (!home) throw new ServerFault(`There is no tenant named ${name}.`);
  return home.id;
}
