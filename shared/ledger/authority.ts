import { z } from 'zod';
import { addedPrefix, deriveId, joinedDeviceId } from '../domain/identity.ts';
import { mayAccess, mayAttest, maySignAs } from '../domain/permissions.ts';
import { mayDecide, type Replaced, takesReview } from '../domain/programme/decisive.ts';
import type { ProgrammeFact } from '../domain/programme/facts.ts';
import { isProgrammeKind, ProgrammeOf } from '../domain/programme/shapes.ts';
import { ACTIONS, type ActionRule } from './actions.ts';
import type { Json, Sha256 } from './canonical.ts';
import { custodyFlaw } from './custody-flaw.ts';
import { kindOf, type Operation, type Position, type Vector } from './entry.ts';
import { Begun, DeviceAbout, MemberKey, nameFlaw, RoleGrant, valueFlaw } from './fields.ts';
import { signOffFlaw } from './sign-off-flaw.ts';

export { MemberKey, RoleGrant };

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

/** Whether one role weighs at least as much as another. */
export function outranks(role: RoleGrant['role'], other: RoleGrant['role']): boolean {
  return RANK.indexOf(role) >= RANK.indexOf(other);
}

/** Whether a place lies within what an entry's author knew: in the vector, or earlier in the same chain. */
export function isWithin(history: Vector, [writer, seq]: Position, [ownWriter, ownSeq]: Position): boolean {
  return writer === ownWriter ? seq < ownSeq : (history[writer] ?? 0) >= seq;
}

/** Whether a grant binds an entry beyond its cutoff although the entry's author pretends not to have heard of it. */
export function reaches(grant: RoleGrant, [writer, seq]: Position): boolean {
  const { cutoff } = grant;
  return reachesBack(grant) && seq > (Object.hasOwn(cutoff, writer) ? (cutoff[writer] ?? 0) : 0);
}

/** Whether a grant names a cutoff at all, and so may bind entries of before. */
export function reachesBack({ cutoff }: RoleGrant): boolean {
  return Object.keys(cutoff).length > 0;
}

/** What these grants amount to: of several that nobody replaced, the least holds. */
export function roleOf(grants: readonly PlacedGrant[]): RoleGrant['role'] {
  return leastRole(unreplaced(grants, grants).map(({ grant }) => grant.role));
}

/** Those of some grants that none of others replaced. */
export function unreplaced<T extends PlacedGrant>(grants: readonly T[], by: readonly PlacedGrant[]): T[] {
  const replaced = new Set(by.flatMap(({ parents }) => parents.map(([w, s]) => `${w}:${s}`)));
  return grants.filter(({ at: [w, s] }) => !replaced.has(`${w}:${s}`));
}

/** Of roles that were given apart the one that holds; none where none was given. */
export function leastRole(roles: readonly RoleGrant['role'][]): RoleGrant['role'] {
  return (
    roles.reduce<RoleGrant['role'] | null>(
      (least, role) => (least === null || outranks(least, role) ? role : least),
      null,
    ) ?? 'none'
  );
}

/** Of some roles the one that weighs most; none where there are none. */
export function mostRole(roles: readonly RoleGrant['role'][]): RoleGrant['role'] {
  return roles.reduce((most, role) => (outranks(role, most) ? role : most), 'none');
}

/** Why an entry does not count although its author knew of nothing against it. */
export const REVOKED = 'its author’s access had ended before it';

/** How the reason of an entry begins that a later build may understand. */
export const UNKNOWN_ACTION = 'this version does not know the action';

export type AuthorityVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'unknown-action' | 'forbidden'; readonly because: string };

/** Actions by which members change their own record and nobody else's. */
const OWN_RECORD_ONLY: ReadonlySet<string> = new Set(['member.key@1']);

/** Who wrote what, as authority is judged. */
export interface JudgedAuthor {
  readonly workspace: string;
  readonly member: string;
  readonly writer: string;
  readonly role: RoleGrant['role'];
  /** The number of the entry in its writer's chain. */
  readonly seq: number;
  readonly known?: KnownBefore;
}

/** What the ledger holds before an entry, the same at every replica: what it names, and its writer's own chain. */
export interface KnownBefore {
  replaces(op: Operation): readonly Replaced[];
  /** Whether the record began in the writer's chain. */
  began(record: string): boolean;
}

/**
 * May this member, in this role, have written this entry? The same judgement at every replica. The first entry of a
 * workspace and a recovery are judged by the keys that signed them, before this is asked.
 */
export function judgeEntry(
  sha256: Sha256,
  author: JudgedAuthor,
  action: string,
  ops: readonly Operation[],
): AuthorityVerdict {
  const rule = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (rule === undefined) {
    return {
      ok: false,
      reason: 'unknown-action',
      because: `${UNKNOWN_ACTION} ${action}`,
    };
  }
  const because =
    roleFlaw(author, rule) ??
    repeated(ops) ??
    operationsFlaw(sha256, author, action, rule, ops) ??
    engagementFlaw(action, ops) ??
    lockdownFlaw(ops);
  return because === null ? { ok: true } : { ok: false, reason: 'forbidden', because };
}

function roleFlaw({ role }: Pick<JudgedAuthor, 'role'>, rule: ActionRule): string | null {
  if (role === 'none') return 'its author was not a member';
  const access = mayAccess(role, rule.needs);
  return access.allowed ? null : access.because;
}

function repeated(ops: readonly Operation[]): string | null {
  if (ops.length === 1) return null;
  const fields = new Set(ops.map((op) => JSON.stringify([op.record, op.field])));
  return fields.size === ops.length ? null : 'it sets a field twice';
}

function operationsFlaw(
  sha256: Sha256,
  author: JudgedAuthor,
  action: string,
  rule: ActionRule,
  ops: readonly Operation[],
): string | null {
  for (const op of ops) {
    const flaw =
      judgeOperation(op, author, { action, rule, ops }) ??
      decisiveFlaw(op, author, ops) ??
      judgeKey(sha256, author.workspace, op, action) ??
      joinFlaw(sha256, author, op, action) ??
      valueFlaw(op.record, op.field, op.value) ??
      custodyFlaw(op, action, ops) ??
      nameFlaw(sha256, author.writer, op) ??
      signOffFlaw(sha256, op) ??
      placeFlaw(op, author);
    if (flaw !== null) return flaw;
  }
  return null;
}

/** An engagement's own fields are stated as it begins; of one that stands, a lockdown says that it is final, and no more. */
function engagementFlaw(action: string, ops: readonly Operation[]): string | null {
  const begins = (record: string) => ops.some((op) => op.record === record && op.field === 'begun');
  const locks = (record: string) =>
    ops.some(({ record: fact, value }) => kindOf(fact) === 'lockdown' && isAbout(value, record));
  const isMeant = ({ record, field, value }: Operation) => {
    if (action === 'engagement.create@2') return begins(record);
    return action !== 'engagement.lock@2' || (field === 'state' && value === 'final' && locks(record));
  };
  const flawed = ops.filter(({ record }) => kindOf(record) === 'engagement').some((op) => !isMeant(op));
  return flawed ? `the action ${action} changes nothing else of an engagement that stands` : null;
}

const isAbout = (value: unknown, record: string): boolean =>
  typeof value === 'object' && value !== null && 'record' in value && value.record === record;

/** A lockdown is stated as its engagement is made final, and of no other. */
function lockdownFlaw(ops: readonly Operation[]): string | null {
  const final = (record: string) =>
    ops.some((op) => op.record === record && op.field === 'state' && op.value === 'final');
  const stands = ops
    .filter(({ record }) => kindOf(record) === 'lockdown')
    .map(({ value }) => value as ProgrammeFact<'lockdown'>)
    .every(({ engagement, record }) => record === `engagement:${engagement}` && final(record));
  return stands ? null : 'it states a lockdown without making that engagement final';
}

/** A member's id commits to the first ledger key, so nobody can introduce a key in another's name. */
export function memberIdOf(sha256: Sha256, workspace: string, ledgerKey: string): string {
  return deriveId(sha256, 'member', workspace, ledgerKey);
}

/** Acts whose own rules say who may do them: whoever may read the workspace reaches those. */
const JUDGED_BY_THEMSELVES = ['signoff', 'attestation'];

/** Whether what an entry does can come after lockdown with a reason; reading and one's own keys cannot. */
function mayBeLate({ needs }: ActionRule, ops: readonly Pick<Operation, 'record'>[]): boolean {
  return needs !== 'read' || ops.some(({ record }) => JUDGED_BY_THEMSELVES.includes(kindOf(record)));
}

const SignOffClaim = z.looseObject({
  capacity: z.enum(['preparer', 'reviewer', 'approver']),
  verdict: z.enum(['signed', 'returned']),
});

/** What an entry does, and what its action may. */
interface Acted {
  readonly action: string;
  readonly rule: ActionRule;
  readonly ops: readonly Pick<Operation, 'record'>[];
}

function judgeOperation(op: Operation, { member, role }: JudgedAuthor, acted: Acted): string | null {
  return touchFlaw(op, member, acted) ?? claimFlaw(op, role, acted.action);
}

/** Whether the action may touch this field of this record at all. */
function touchFlaw(
  op: Pick<Operation, 'record' | 'field'>,
  member: string,
  { action, rule, ops }: Acted,
): string | null {
  const kind = kindOf(op.record);
  if (OWN_RECORD_ONLY.has(action) && (op.record !== `member:${member}` || op.field !== 'key')) {
    return 'it changes more than its author’s own keys';
  }
  if (action === 'member.role@1' && op.field === 'name') return 'it changes more than what a member may do';
  // Why something was added after lockdown stands in the same entry as what was added.
  if (kind === 'late') return mayBeLate(rule, ops) ? null : `the action ${action} needs no such reason`;
  if (!rule.touches.includes(kind)) return `the action ${action} does not touch ${kind} records`;
  return null;
}

/** Whether somebody in this role may say this. */
function claimFlaw(op: Operation, role: RoleGrant['role'], action: string): string | null {
  const kind = kindOf(op.record);
  if (kind === 'member' && op.field === 'role' && role !== 'owner') {
    const grant = RoleGrant.safeParse(op.value);
    if (grant.success && grant.data.role === 'owner') return 'only an owner makes owners';
  }
  if (kind === 'attestation' && role !== 'none') {
    const verdict = mayAttest(role);
    if (!verdict.allowed) return verdict.because;
  }
  if (kind === 'signoff' && role !== 'none') {
    const claim = SignOffClaim.safeParse(op.value);
    if (!claim.success) return 'its sign-off names no capacity';
    const verdict = maySignAs(role, claim.data.capacity);
    if (!verdict.allowed) return verdict.because;
    const returns = action.startsWith('review.return@');
    if ((claim.data.verdict === 'returned') !== returns)
      return `the action ${action} states another verdict than it is for`;
    if (returns && claim.data.capacity === 'preparer') return 'a preparer returns nothing';
  }
  return null;
}

/** An operation of which only the hash of its value may be known. */
export type ShownOperation = Pick<Operation, 'record' | 'field'> & { readonly value?: Json | undefined };

/**
 * What an entry's author lacked the right to, by role and action alone: what of `judgeEntry` can be asked of an entry of
 * which not every value is shown. Null where nothing is against it.
 */
export function rightFlaw(
  author: Pick<JudgedAuthor, 'member' | 'role'>,
  action: string,
  ops: readonly ShownOperation[],
): string | null {
  const rule = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (rule === undefined) return `${UNKNOWN_ACTION} ${action}`;
  const flaws = ops.map(
    ({ value, ...op }) =>
      touchFlaw(op, author.member, { action, rule, ops }) ??
      (value === undefined ? null : claimFlaw({ ...op, parents: [], value }, author.role, action)),
  );
  return roleFlaw(author, rule) ?? flaws.find((flaw) => flaw !== null) ?? null;
}

/** Acts of which a later one supersedes, or answers, what its author knew. */
const SUPERSEDING = ['attestation', 'finalisation', 'measurement', 'renewal'];

/**
 * Such an act names the entry it stands in, so that it is stated once and its place in the chain is beyond doubt. A word
 * on evidence belongs to no engagement: it holds in each.
 */
function placeFlaw({ record, value }: Operation, { seq }: JudgedAuthor): string | null {
  const kind = kindOf(record);
  if (!SUPERSEDING.includes(kind)) return null;
  const act = value as ProgrammeFact<'attestation' | 'finalisation' | 'measurement' | 'renewal'>;
  if (act.seq !== seq) return `its ${kind} does not say which entry it stands in`;
  const misplaced = kindOf(act.record) === 'evidence' && act.engagement !== '';
  return misplaced ? `its ${kind} of evidence names an engagement` : null;
}

/** What decides a gate is not for whoever only prepares: neither on a record nor by the scope it is judged over. */
function decisiveFlaw(
  op: Operation,
  { role, writer, seq, known }: JudgedAuthor,
  ops: readonly Operation[],
): string | null {
  if (role === 'none' || mayDecide(role).allowed) return null;
  const { record, field, value, parents } = op;
  const kind = kindOf(record);
  const prefix = addedPrefix(writer, seq);
  const begins = parents.length === 0 && ops.some((op) => op.record === record && isBeginning(op, prefix));
  const rescoped = kind === 'engagement' && RESCOPES.includes(field) && !begins;
  const raised = parents.length === 0 && ops.some((op) => op.record === record && isRaising(op, prefix));
  const setting = {
    ...{ kind, field, value },
    replaces: known?.replaces(op) ?? [],
    own: known?.began(record) ?? false,
  };
  const takes = rescoped || (isProgrammeKind(kind) && takesReview(setting, raised, parents.length === 0));
  const verdict = takes ? mayDecide(role) : null;
  return verdict === null || verdict.allowed ? null : verdict.because;
}

/** What an engagement is known by, judged over, and whether it is final. */
const RESCOPES: readonly string[] = ['frameworks', 'name', 'state'];

/** The beginning of an engagement, in the very entry that its id commits to. */
function isBeginning({ field, value }: Operation, prefix: string): boolean {
  const begun = field === 'begun' ? Begun.safeParse(value) : undefined;
  return begun?.data?.nonce.startsWith(prefix) ?? false;
}

/**
 * The beginning of a record whose id commits to the very entry it begins in, so that no record that stands already can
 * be begun again.
 */
function isRaising({ field, value }: Operation, prefix: string): boolean {
  const of = field === 'of' ? ProgrammeOf.safeParse(value) : undefined;
  return of?.data?.nonce?.startsWith(prefix) ?? false;
}

/** A key enters with its member, whose id commits to it, or by the member's own act; no other action carries one. */
function judgeKey(sha256: Sha256, workspace: string, op: Operation, action: string): string | null {
  if (kindOf(op.record) !== 'member' || op.field !== 'key' || OWN_RECORD_ONLY.has(action)) return null;
  const key = MemberKey.safeParse(op.value);
  const own =
    action === 'member.add@1' &&
    key.success &&
    op.record === `member:${memberIdOf(sha256, workspace, key.data.ledger)}`;
  return own ? null : 'it introduces a key in somebody else’s name';
}

/** A device joins under an id that commits to its member, and once: no record that stands already can be meant. */
function joinFlaw(
  sha256: Sha256,
  { workspace, member }: JudgedAuthor,
  op: Operation,
  action: string,
): string | null {
  if (action !== 'device.join@1') return null;
  const about = op.field === 'about' ? DeviceAbout.safeParse(op.value).data : undefined;
  const own =
    op.parents.length === 0 &&
    about?.member === member &&
    about.nonce !== undefined &&
    op.record === `device:${joinedDeviceId(sha256, workspace, member, about.nonce)}`;
  return own ? null : 'it adds no device of its author’s own';
}
