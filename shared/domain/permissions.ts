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

/** A member as one who changes roles sees them; `none` has left. */
export interface RoleHolder {
  readonly id: string;
  readonly role: Role | 'none';
  /** They began the workspace. */
  readonly founder: boolean;
}

/**
 * May this member give that one another role, or take theirs? Only downwards: the founder changes owners, an owner admins,
 * an admin everybody else. So no two can end each other before they meet, and an owner always remains. Who left comes in
 * again as a new member, since their way in and their keys ended with their role.
 */
export function mayGiveRole(giver: RoleHolder, member: RoleHolder, role: Role | 'none'): Verdict {
  const no = (because: string): Verdict => ({ allowed: false, rule: 'role', because });
  if (giver.role === 'none') return no('You are no longer a member of this workspace.');
  const access = mayAccess(giver.role, 'administer');
  if (!access.allowed) return access;
  if (giver.id === member.id) return no('Nobody changes their own role; somebody above them does it.');
  if (member.founder) return no('Whoever began the workspace stays its owner, so that it always has one.');
  if (member.role === 'none')
    return no('They left. To let them work here again, add them as a new member under a name of its own.');
  if (member.role === 'owner' && !giver.founder)
    return no('Only the owner who began the workspace changes the role of another owner.');
  if (giver.role !== 'owner' && member.role === 'admin')
    return no('Only an owner changes the role of an admin.');
  if (giver.role !== 'owner' && role === 'owner') return no('Only an owner makes owners.');
  if (member.role === role) return no('They have this role already.');
  return ALLOWED;
}

/** Whether a role lets its holder do all that another one does, so that giving it takes nothing away. */
export function coversRole(role: Role | 'none', other: Role | 'none'): boolean {
  if (role === other) return true;
  const rights = (one: Role | 'none') => (one === 'none' ? [] : GRANTS[one]);
  // An owner alone decides on owners, which no access of the table says.
  if (other === 'owner') return false;
  return rights(other).every((access) => rights(role).includes(access));
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
