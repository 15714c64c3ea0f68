import { z } from 'zod';
import type { Database } from '../../db/driver.ts';
import { all } from '../../db/sql.ts';
import { keyIdOf } from '../ledger/keys.ts';

const Held = z.object({ certificate: z.string(), ledger: z.string() });
type Held = z.infer<typeof Held>;

/**
 * Whether a certificate (PEM) is or was a member's. A new passphrase or a recovery brings a new one; the person who
 * signed with the old is the same.
 */
export function wasCertificateOf(db: Database, member: string, pem: string): boolean {
  return heldBy(db, member).some(({ certificate }) => certificate.trim() === pem.trim());
}

/** The same of a ledger key, by its id. */
export function wasKeyOf(db: Database, member: string, key: string): boolean {
  return heldBy(db, member).some(({ ledger }) => keyIdOf(ledger) === key);
}

function heldBy(db: Database, member: string): Held[] {
  return all<{ value: string }>(
    db,
    `SELECT o.value FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE o.record = ? AND o.field = 'key' AND o.value IS NOT NULL`,
    `member:${member}`,
  ).flatMap(({ value }) => Held.safeParse(JSON.parse(value)).data ?? []);
}
