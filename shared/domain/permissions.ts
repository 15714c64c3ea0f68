import { ALLOWED, type Verdict } from '../fault.ts';
import type { Capacity, Role } from './results.ts';

/** What a procedure needs; `open` needs no unlocked workspace. */
export const ACCESSES = ['open', 'read', 'prepare', 'review', 'administer'] as const;
export type Access = (typeof ACCESSES)[number];

const GRANTS: Readonly<Record<Role, readonly Access[]>> = {
  owner: ['open', 'read', 'prepare', 'review', 'administer'],
  admin: ['open', 'read', 'prepare', 'review', 'administer'],
  auditor: ['open', 'read', 'prepare'],
  reviewer: ['open', 'read', 'review'],
  viewer: ['open', 'read'],
  // A pipeline asks a gate; with the right to prepare its credential could turn the gate it asks.
  service: ['open', 'read'],
};

/** May this role do what needs this access? The one table that the core, the screens and the ledger ask. */
export function mayAccess(role: Role, access: Access): Verdict {
  if (GRANTS[role].includes(access)) return ALLOWED;
  return {
    allowed: false,
    rule: 'role',
    because: `A member with the role ${role} cannot do this; it needs the right to ${access}.`,
  };
}

/** May this role sign in this capacity? A service never signs: a sign-off is always a named person's. */
export function maySignAs(role: Role, capacity: Capacity): Verdict {
  if (role === 'service') {
    return {
      allowed: false,
      rule: 'named-person',
      because: 'A service cannot sign; a sign-off is always a named person’s.',
    };
  }
  return mayAccess(role, capacity === 'preparer' ? 'prepare' : 'review');
}

/** May this role say in its own name that something holds? A viewer only looks, and a service is nobody. */
export function mayAttest(role: Role): Verdict {
  if (role !== 'viewer' && role !== 'service') return ALLOWED;
  return {
    allowed: false,
    rule: 'named-person',
    because: `A member with the role ${role} cannot attest; an attestation is a named person’s who takes part.`,
  };
}
