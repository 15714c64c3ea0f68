import { z } from 'zod';
import { addedPrefix, deriveId, joinedDeviceId } from '../domain/identity.ts';
import { type Access, mayAccess, mayAttest, maySignAs } from '../domain/permissions.ts';
import { mayDecide, type Replaced, takesReview } from '../domain/programme/decisive.ts';
import type { ProgrammeFact } from '../domain/programme/facts.ts';
import { isProgrammeKind, PROGRAMME_KINDS, ProgrammeOf } from '../domain/programme/shapes.ts';
import type { Sha256 } from './canonical.ts';
import { custodyFlaw } from './custody-flaw.ts';
import { kindOf, type Operation, type Position, type Vector } from './entry.ts';
import { Begun, DeviceAbout, MemberKey, nameFlaw, RoleGrant, valueFlaw } from './fields.ts';

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
  const replaced = new Set(grants.flatMap(({ parents }) => parents.map(([w, s]) => `${w}:${s}`)));
  const standing = grants
    .filter(({ at: [w, s] }) => !replaced.has(`${w}:${s}`))
    .map(({ grant }) => grant.role);
  return (
    standing.reduce<RoleGrant['role'] | null>(
      (least, role) => (least === null || outranks(least, role) ? role : least),
      null,
    ) ?? 'none'
  );
}

interface ActionRule {
  readonly needs: Access;
  /** The kinds of records it may touch: an action is no cover for another. */
  readonly touches: readonly string[];
}

const WORK = ['assessment', 'link', 'subject'];
const ROLLED = ['rolled', 'engagement', ...WORK, ...PROGRAMME_KINDS];

/** Actions that are missing here are unknown: kept and forwarded, not applied. */
export const ACTIONS: Readonly<Record<string, ActionRule>> = {
  'workspace.configure@1': { needs: 'administer', touches: ['workspace'] },
  // The second version may say how binders look.
  'workspace.configure@2': { needs: 'administer', touches: ['workspace'] },
  'member.add@1': { needs: 'administer', touches: ['member'] },
  'member.role@1': { needs: 'administer', touches: ['member'] },
  'member.key@1': { needs: 'read', touches: ['member'] },
  'device.enrol@1': { needs: 'administer', touches: ['device'] },
  // Whoever may read may work on a further device of their own.
  'device.join@1': { needs: 'read', touches: ['device'] },
  // Whoever may read may carry a copy, and that is a fact about the copy.
  'copy.carry@1': { needs: 'read', touches: ['carriage'] },
  'framework.import@1': { needs: 'prepare', touches: ['framework'] },
  'engagement.create@2': { needs: 'prepare', touches: ['engagement', 'subject'] },
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
  // The second version of an action writes fields that builds before it do not know.
  'evidence.add@2': { needs: 'prepare', touches: ['evidence', 'custody', 'proof', ...WORK] },
  'evidence.update@2': { needs: 'prepare', touches: ['evidence'] },
  'evidence.add@3': { needs: 'prepare', touches: ['evidence', 'custody', 'proof', 'renewal', ...WORK] },
  'evidence.update@3': { needs: 'prepare', touches: ['evidence', 'renewal'] },
  'evidence.revise@2': { needs: 'prepare', touches: ['evidence', 'custody', 'renewal'] },
  'review.sign@2': { needs: 'read', touches: ['signoff'] },
  'review.return@2': { needs: 'review', touches: ['signoff'] },
  'evidence.change@1': { needs: 'prepare', touches: ['change'] },
  'evidence.linkcheck@1': { needs: 'prepare', touches: ['linkcheck', 'custody'] },
  'evidence.hold@1': { needs: 'administer', touches: ['hold', 'custody'] },
  // Whoever may read may take files out, and that is a step of their custody.
  'evidence.export@1': { needs: 'read', touches: ['custody'] },
  'programme.put@1': { needs: 'prepare', touches: PROGRAMME_KINDS },
  'programme.put@2': { needs: 'prepare', touches: PROGRAMME_KINDS },
  'programme.remove@1': { needs: 'prepare', touches: PROGRAMME_KINDS },
  'programme.measure@2': { needs: 'prepare', touches: ['measurement'] },
  'programme.attest@3': { needs: 'read', touches: ['attestation', 'custody'] },
  'programme.accept@1': { needs: 'review', touches: ['acceptance', 'withdrawal'] },
  'programme.prove@1': { needs: 'prepare', touches: ['proof'] },
  // The second version begins the section it attaches to.
  'programme.prove@2': { needs: 'prepare', touches: ['proof', 'section'] },
  'packet.waive@1': { needs: 'review', touches: ['waiver'] },
  // The second version names the packet as it was called.
  'packet.waive@2': { needs: 'review', touches: ['waiver'] },
  'packet.finalise@2': { needs: 'prepare', touches: ['finalisation'] },
  'packet.handover@1': { needs: 'prepare', touches: ['handover'] },
  // The second version proves what its author had seen; the first claimed it.
  'engagement.lock@2': { needs: 'review', touches: ['lockdown', 'engagement'] },
  'engagement.roll@1': { needs: 'prepare', touches: ROLLED },
  'engagement.roll@2': { needs: 'prepare', touches: ROLLED },
  'binder.export@1': { needs: 'prepare', touches: ['binder'] },
  'binder.countersign@1': { needs: 'review', touches: ['countersignature'] },
  'conflict.resolve@1': {
    needs: 'prepare',
    touches: ['evidence', 'engagement', 'note', ...WORK, ...PROGRAMME_KINDS],
  },
  'conflict.resolve-admin@1': { needs: 'administer', touches: ['workspace', 'member', 'device'] },
  'undo@1': { needs: 'prepare', touches: ['evidence', 'engagement', 'proof', ...WORK, ...PROGRAMME_KINDS] },
};

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

function roleFlaw({ role }: JudgedAuthor, rule: ActionRule): string | null {
  if (role === 'none') return 'its author was not a member';
  const access = mayAccess(role, rule.needs);
  return access.allowed ? null : access.because;
}

function repeated(ops: readonly Operation[]): string | null {
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
function mayBeLate({ needs }: ActionRule, ops: readonly Operation[]): boolean {
  return needs !== 'read' || ops.some(({ record }) => JUDGED_BY_THEMSELVES.includes(kindOf(record)));
}

const SignOffClaim = z.looseObject({ capacity: z.enum(['preparer', 'reviewer', 'approver']) });

function judgeOperation(
  op: Operation,
  { member, role }: JudgedAuthor,
  { action, rule, ops }: { action: string; rule: ActionRule; ops: readonly Operation[] },
): string | null {
  const kind = kindOf(op.record);
  if (OWN_RECORD_ONLY.has(action) && (op.record !== `member:${member}` || op.field !== 'key')) {
    return 'it changes more than its author’s own keys';
  }
  if (action === 'member.role@1' && op.field === 'name') return 'it changes more than what a member may do';
  // Why something was added after lockdown stands in the same entry as what was added.
  if (kind === 'late') return mayBeLate(rule, ops) ? null : `the action ${action} needs no such reason`;
  if (!rule.touches.includes(kind)) return `the action ${action} does not touch ${kind} records`;
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
  }
  return null;
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
