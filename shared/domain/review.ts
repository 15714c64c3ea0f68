import { ALLOWED, type Verdict } from '../fault.ts';
import { maySignAs } from './permissions.ts';
import type { Capacity, Role, Status } from './results.ts';

/** A sign-off or return as the rules see it. */
export interface SignOffFact {
  readonly id: string;
  readonly capacity: Capacity;
  readonly verdict: 'signed' | 'returned';
  readonly by: string;
  readonly digest: string;
  /** The sign-offs on the same record its author had seen. */
  readonly after: readonly string[];
}

/** What is being signed, as it stands now. */
export interface SignTarget {
  readonly digest: string;
  /** Members whose values stand inside the digest, and those who took something out of it. */
  readonly contributors: readonly string[];
  readonly signOffs: readonly SignOffFact[];
}

export interface ReviewState {
  readonly status: Status;
  /** *Void: changed after sign-off*: the newest sign-offs no longer cover what is there. */
  readonly voided: boolean;
}

/** A sign-off is void as soon as what it signed has changed. */
export function isVoid(signOff: Pick<SignOffFact, 'verdict' | 'digest'>, digest: string): boolean {
  return signOff.verdict === 'signed' && signOff.digest !== digest;
}

/** Whoever signed this as preparer or changed something inside it; they cannot review it. */
export function preparersOf(target: SignTarget): ReadonlySet<string> {
  const signed = target.signOffs.filter((s) => s.capacity === 'preparer' && stands(s, target.digest));
  return new Set([...target.contributors, ...signed.map((s) => s.by)]);
}

/** Where the work stands, from its sign-offs alone; the same at every replica whatever order they came in. */
export function reviewState(target: SignTarget): ReviewState {
  const voided = newestOf(target.signOffs).some((s) => isVoid(s, target.digest));
  const preparers = preparersOf(target);
  // A preparer's own review counts for nothing, so it does not take the place of somebody else's either.
  const newest = newestOf(target.signOffs.filter((s) => s.capacity === 'preparer' || !preparers.has(s.by)));
  if (newest.some((s) => s.verdict === 'returned')) return { status: 'returned', voided };
  const prepared = target.signOffs.some((s) => s.capacity === 'preparer' && stands(s, target.digest));
  if (!prepared) return { status: 'draft', voided };
  const accepted = newest.some((s) => s.capacity !== 'preparer' && stands(s, target.digest));
  return { status: accepted ? 'accepted' : 'submitted', voided };
}

function newestOf(signOffs: readonly SignOffFact[]): SignOffFact[] {
  const superseded = new Set(signOffs.flatMap((s) => s.after));
  return signOffs.filter((s) => !superseded.has(s.id));
}

function stands(signOff: SignOffFact, digest: string): boolean {
  return signOff.verdict === 'signed' && signOff.digest === digest;
}

/** Who asks, and what holds them back beside the sign-offs themselves. */
export interface Signatory {
  readonly member: string;
  readonly role: Role;
}

function refusal(rule: string, because: string): Verdict {
  return { allowed: false, rule, because };
}

/** May this member sign as preparer now? `worked` is false while no result was recorded. */
export function mayPrepare(target: SignTarget, who: Signatory, worked: boolean, conflicts: number): Verdict {
  return mayPrepareAt(reviewState(target).status, who, worked, conflicts);
}

/** The same of work that is known to stand somewhere. */
export function mayPrepareAt(status: Status, who: Signatory, worked: boolean, conflicts: number): Verdict {
  const role = maySignAs(who.role, 'preparer');
  if (!role.allowed) return role;
  if (!worked) return refusal('result-missing', 'Record a result first; there is nothing to sign yet.');
  if (conflicts > 0)
    return refusal('conflict-open', 'Resolve the values that stand side by side before signing.');
  if (status === 'submitted')
    return refusal('already-submitted', 'It is already signed as prepared and waits for review.');
  if (status === 'accepted')
    return refusal('already-accepted', 'It is already accepted; change it first if it must be signed again.');
  return ALLOWED;
}

/** May this member review (accept or return) now? A preparer cannot review their own work. */
export function mayReview(
  target: SignTarget,
  who: Signatory,
  conflicts: number,
  capacity: Capacity = 'reviewer',
): Verdict {
  const role = maySignAs(who.role, capacity);
  if (!role.allowed) return role;
  if (preparersOf(target).has(who.member)) {
    return refusal(
      'segregation-of-duties',
      'You prepared this or changed something in it, so somebody else has to review it.',
    );
  }
  if (conflicts > 0)
    return refusal('conflict-open', 'Resolve the values that stand side by side before signing.');
  const { status } = reviewState(target);
  if (capacity === 'approver') {
    return status === 'accepted'
      ? ALLOWED
      : refusal('not-accepted', 'A reviewer has to accept it before it can be approved.');
  }
  if (status === 'submitted') return ALLOWED;
  if (status === 'accepted') return refusal('already-accepted', 'It is already accepted.');
  if (status === 'returned') return refusal('returned', 'It was returned and waits for its preparer.');
  return refusal('not-submitted', 'The preparer has not signed it yet.');
}
