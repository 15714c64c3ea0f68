import { z } from 'zod';
import type { Database } from '../../db/driver.ts';
import { all } from '../../db/sql.ts';

const Held = z.object({ certificate: z.string() });

/**
 * Whether a certificate (PEM) is or was a member's. A new passphrase or a recovery brings a new one; the person who
 * signed with the old is the same.
 */
export function wasCertificateOf(db: Database, member: string, pem: string): boolean {
  return all<{ value: string }>(
    db,
    "SELECT value FROM operation WHERE record = ? AND field = 'key' AND value IS NOT NULL",
    `member:${member}`,
  ).some(({ value }) => Held.safeParse(JSON.parse(value)).data?.certificate.trim() === pem.trim());
}
