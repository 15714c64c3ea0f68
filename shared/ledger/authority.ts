import { z } from 'zod';
import { deriveId } from '../domain/identity.ts';
import { type Access, mayAccess, maySignAs } from '../domain/permissions.ts';
import { Role } from '../domain/results.ts';
import type { Sha256 } from './canonical.ts';
import { kindOf, type Operation, type Position, type Vector } from './entry.ts';

/** The value of `member:… role`. `cutoff` is what the giver had seen: later entries of that member fall under it. */
export const RoleGrant = z.strictObject({
  role: z.union([Role, z.literal('none')]),
  cutoff: z.record(z.string(), z.int()),
});
export type RoleGrant = z.infer<typeof RoleGrant>;

/** A role operation with where it stands and what it replaced. */
export interface PlacedGrant {
  readonly at: Position;
  readonly parents: readonly Position[];
  readonly grant: RoleGrant;
}

/** Kinds whose records decide who may do what; entries that touch them are administrative. */
export const ADMIN_KINDS: ReadonlySet<string> = new Set(['workspace', 'member', 'device']);

export function isAdministrative(ops: readonly Pick<Operation, 'record'>[]): boolean {
  return ops.some((op) => ADMIN_KINDS.has(kindOf(op.record)));
}

const RANK: readonly RoleGrant['role'][] = [
  'none',
  'viewer',
  'service',
  'reviewer',
  'auditor',
  'admin',
  'owner',
];

/**
 * The role an entry's author had, as that entry's own history knows it. `grants` are all role operations on the
 * author. Those inside `history` count, and those whose cutoff the entry lies beyond, because a demotion binds also
 * whoever pretends not to have heard of it. Of several that nobody replaced, the least holds.
 */
export function roleAt(grants: readonly PlacedGrant[], entry: Position, history: Vector): RoleGrant['role'] {
  const [writer, seq] = entry;
  const counting = grants.filter(({ at: [w, s], grant }) => {
    if ((history[w] ?? 0) >= s || (w === writer && s < seq)) return true;
    const cut = grant.cutoff[writer];
    return Object.keys(grant.cutoff).length > 0 && seq > (cut ?? 0);
  });
  const replaced = new Set(counting.flatMap(({ parents }) => parents.map(([w, s]) => `${w}:${s}`)));
  const standing = counting
    .filter(({ at: [w, s] }) => !replaced.has(`${w}:${s}`))
    .map(({ grant }) => grant.role);
  if (standing.length === 0) return 'none';
  return standing.reduce((least, role) => (RANK.indexOf(role) < RANK.indexOf(least) ? role : least));
}

interface ActionRule {
  readonly needs: Access;
  /** The kinds of records it may touch: an action is no cover for another. */
  readonly touches: readonly string[];
}

const WORK = ['assessment', 'link', 'subject'];

/** Actions that are missing here are unknown: kept and forwarded, not applied. */
const ACTIONS: Readonly<Record<string, ActionRule>> = {
  'workspace.configure@1': { needs: 'administer', touches: ['workspace'] },
  'member.add@1': { needs: 'administer', touches: ['member'] },
  'member.role@1': { needs: 'administer', touches: ['member'] },
  'member.key@1': { needs: 'read', touches: ['member'] },
  'device.enrol@1': { needs: 'administer', touches: ['device'] },
  'framework.import@1': { needs: 'prepare', touches: ['framework'] },
  'engagement.create@1': { needs: 'prepare', touches: ['engagement', 'subject'] },
  'assess@1': { needs: 'prepare', touches: WORK },
  'assess.many@1': { needs: 'prepare', touches: WORK },
  'evidence.add@1': { needs: 'prepare', touches: ['evidence', 'custody', ...WORK] },
  'evidence.revise@1': { needs: 'prepare', touches: ['evidence', 'custody'] },
  'evidence.update@1': { needs: 'prepare', touches: ['evidence'] },
  'evidence.link@1': { needs: 'prepare', touches: WORK },
  'evidence.unlink@1': { needs: 'prepare', touches: WORK },
  'evidence.remove@1': { needs: 'prepare', touches: ['evidence', ...WORK] },
  'review.sign@1': { needs: 'read', touches: ['signoff'] },
  'review.return@1': { needs: 'review', touches: ['signoff'] },
  'review.note@1': { needs: 'review', touches: ['note'] },
  'review.answer@1': { needs: 'prepare', touches: ['note'] },
  'review.clear@1': { needs: 'review', touches: ['note'] },
  'binder.export@1': { needs: 'prepare', touches: ['binder'] },
  'conflict.resolve@1': { needs: 'prepare', touches: ['evidence', 'engagement', 'note', ...WORK] },
  'conflict.resolve-admin@1': { needs: 'administer', touches: ['workspace', 'member', 'device'] },
  'undo@1': { needs: 'prepare', touches: ['evidence', 'engagement', ...WORK] },
};

export type AuthorityVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'unknown-action' | 'forbidden'; readonly because: string };

/** Actions by which members change their own record and nobody else's. */
const OWN_RECORD_ONLY: ReadonlySet<string> = new Set(['member.key@1']);

/**
 * May this member, in this role, have written this entry? The same judgement at every replica. The first entry of a
 * workspace and a recovery are judged by the keys that signed them, before this is asked.
 */
export function judgeEntry(
  sha256: Sha256,
  workspace: string,
  role: RoleGrant['role'],
  member: string,
  action: string,
  ops: readonly Operation[],
): AuthorityVerdict {
  const rule = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (rule === undefined) {
    return {
      ok: false,
      reason: 'unknown-action',
      because: `this version does not know the action ${action}`,
    };
  }
  if (role === 'none') return { ok: false, reason: 'forbidden', because: 'its author was not a member' };
  const access = mayAccess(role, rule.needs);
  if (!access.allowed) return { ok: false, reason: 'forbidden', because: access.because };
  for (const op of ops) {
    const flaw =
      judgeOperation(op, member, action, rule, role) ?? judgeFirstKey(sha256, workspace, op, action);
    if (flaw !== null) return { ok: false, reason: 'forbidden', because: flaw };
  }
  return { ok: true };
}

/** The value of `member:… key`: the public halves a member signs with, and whether somebody else set the passphrase. */
export const MemberKey = z.strictObject({
  /** Raw Ed25519 public key, base64url: signs segments and checkpoints. */
  ledger: z.string(),
  /** X.509 certificate over the P-256 key that signs PDFs, PEM. */
  certificate: z.string(),
  passphraseSetByOther: z.boolean(),
});
export type MemberKey = z.infer<typeof MemberKey>;

/** A member's id commits to the first ledger key, so nobody can introduce a key in another's name. */
export function memberIdOf(sha256: Sha256, workspace: string, ledgerKey: string): string {
  return deriveId(sha256, 'member', workspace, ledgerKey);
}

const SignOffClaim = z.looseObject({ capacity: z.enum(['preparer', 'reviewer', 'approver']) });

function judgeOperation(
  op: Operation,
  member: string,
  action: string,
  rule: ActionRule,
  role: Exclude<RoleGrant['role'], 'none'>,
): string | null {
  const kind = kindOf(op.record);
  if (OWN_RECORD_ONLY.has(action) && (op.record !== `member:${member}` || op.field !== 'key')) {
    return 'it changes more than its author’s own keys';
  }
  if (!rule.touches.includes(kind)) return `the action ${action} does not touch ${kind} records`;
  if (kind === 'member' && op.field === 'role' && role !== 'owner') {
    const grant = RoleGrant.safeParse(op.value);
    if (grant.success && grant.data.role === 'owner') return 'only an owner makes owners';
  }
  if (kind === 'signoff') {
    const claim = SignOffClaim.safeParse(op.value);
    if (!claim.success) return 'its sign-off names no capacity';
    const verdict = maySignAs(role, claim.data.capacity);
    if (!verdict.allowed) return verdict.because;
  }
  return null;
}

function judgeFirstKey(sha256: Sha256, workspace: string, op: Operation, action: string): string | null {
  if (action !== 'member.add@1' || op.field !== 'key') return null;
  const key = MemberKey.safeParse(op.value);
  if (!key.success) return 'its member has no readable key';
  const own = op.record === `member:${memberIdOf(sha256, workspace, key.data.ledger)}`;
  return own ? null : 'it introduces a key in somebody else’s name';
}
