import { describe, expect, it } from 'vitest';
import type { Role } from '../../../../shared/domain/results.ts';
import {
  isVoid,
  mayPrepare,
  mayReview,
  preparersOf,
  reviewState,
  type SignOffFact,
  type SignTarget,
} from '../../../../shared/domain/review.ts';

const fact = (id: string, by: string, more: Partial<SignOffFact> = {}): SignOffFact => ({
  id,
  by,
  capacity: 'reviewer',
  verdict: 'signed',
  digest: 'd',
  after: [],
  ...more,
});
const prepared = (by = 'Ben', more: Partial<SignOffFact> = {}) =>
  fact('p', by, { capacity: 'preparer', ...more });
const target = (...signOffs: SignOffFact[]): SignTarget => ({ digest: 'd', contributors: ['Ben'], signOffs });
const status = (...signOffs: SignOffFact[]) => reviewState(target(...signOffs)).status;
const who = (member: string, role: Role) => ({ member, role });
const ruleOf = (verdict: ReturnType<typeof mayReview>) => (verdict.allowed ? 'allowed' : verdict.rule);

describe('where work stands', () => {
  it('follows from its sign-offs alone', () => {
    expect(status()).toBe('draft');
    expect(status(prepared())).toBe('submitted');
    expect(status(prepared(), fact('r', 'Rita', { after: ['p'] }))).toBe('accepted');
    expect(status(prepared(), fact('r', 'Rita', { verdict: 'returned', after: ['p'] }))).toBe('returned');
  });

  it('is accepted only while a preparer’s signature stands', () => {
    expect(status(fact('r', 'Rita'))).toBe('draft');
    expect(status(prepared('Ben', { digest: 'old' }), fact('r', 'Rita', { after: ['p'] }))).toBe('draft');
  });

  it('is returned until it is signed again, and returned where two reviewers differ', () => {
    const returned = fact('r', 'Rita', { verdict: 'returned', after: ['p'] });
    expect(status(prepared(), returned, prepared('Ben', { id: 'p2', after: ['p', 'r'] }))).toBe('submitted');
    expect(status(prepared(), returned, fact('r2', 'Rolf', { after: ['p'] }))).toBe('returned');
  });

  it('does not heed a preparer’s own review, whatever it says and whatever it claims to replace', () => {
    const own = fact('x', 'Ben', { after: ['p'] });
    expect(status(prepared(), own)).toBe('submitted');
    expect(status(prepared(), fact('x', 'Ben', { verdict: 'returned', after: ['p'] }))).toBe('submitted');
    const accepted = fact('r', 'Rita', { after: ['p'] });
    expect(status(prepared(), accepted, fact('x', 'Ben', { after: ['p', 'r'] }))).toBe('accepted');
    expect(status(prepared('Cem'), own)).toBe('submitted');
  });

  it('is the same in whatever order sign-offs came', () => {
    const facts = [
      prepared(),
      fact('r', 'Rita', { after: ['p'] }),
      fact('a', 'Dora', { capacity: 'approver', after: ['p', 'r'] }),
    ];
    expect(reviewState(target(...facts))).toEqual(reviewState(target(...[...facts].reverse())));
    expect(status(...facts)).toBe('accepted');
  });

  it('says when the newest sign-offs no longer cover what is there', () => {
    expect(reviewState(target(prepared('Ben', { digest: 'old' })))).toEqual({
      status: 'draft',
      voided: true,
    });
    const again = prepared('Ben', { id: 'p2', after: ['p'] });
    expect(reviewState(target(prepared('Ben', { digest: 'old' }), again))).toEqual({
      status: 'submitted',
      voided: false,
    });
    expect(isVoid({ verdict: 'returned', digest: 'old' }, 'd')).toBe(false);
  });
});

describe('who may sign', () => {
  it('preparers are those whose values stand in it and whose signature stands', () => {
    expect(
      [...preparersOf(target(prepared('Cem'), prepared('Eve', { id: 'q', digest: 'old' })))].sort(),
    ).toEqual(['Ben', 'Cem']);
  });

  it('as preparer: with a result, without a conflict, once', () => {
    const auditor = who('Ben', 'auditor');
    expect(mayPrepare(target(), auditor, true, 0).allowed).toBe(true);
    expect(ruleOf(mayPrepare(target(), auditor, false, 0))).toBe('result-missing');
    expect(ruleOf(mayPrepare(target(), auditor, true, 1))).toBe('conflict-open');
    expect(ruleOf(mayPrepare(target(prepared()), auditor, true, 0))).toBe('already-submitted');
    expect(ruleOf(mayPrepare(target(prepared(), fact('r', 'Rita')), auditor, true, 0))).toBe(
      'already-accepted',
    );
    expect(ruleOf(mayPrepare(target(), who('Vic', 'viewer'), true, 0))).toBe('role');
    expect(ruleOf(mayPrepare(target(), who('Sam', 'service'), true, 0))).toBe('named-person');
  });

  it('as reviewer: somebody else, once it is submitted', () => {
    const rita = who('Rita', 'reviewer');
    expect(mayReview(target(prepared()), rita, 0).allowed).toBe(true);
    expect(ruleOf(mayReview(target(prepared()), who('Ben', 'owner'), 0))).toBe('segregation-of-duties');
    expect(ruleOf(mayReview(target(), rita, 0))).toBe('not-submitted');
    expect(ruleOf(mayReview(target(prepared()), rita, 2))).toBe('conflict-open');
    expect(ruleOf(mayReview(target(prepared(), fact('r', 'Rolf')), rita, 0))).toBe('already-accepted');
    expect(
      ruleOf(
        mayReview(target(prepared(), fact('r', 'Rolf', { verdict: 'returned', after: ['p'] })), rita, 0),
      ),
    ).toBe('returned');
    expect(ruleOf(mayReview(target(prepared()), who('Cem', 'auditor'), 0))).toBe('role');
  });

  it('as approver: after a reviewer', () => {
    const dora = who('Dora', 'admin');
    expect(ruleOf(mayReview(target(prepared()), dora, 0, 'approver'))).toBe('not-accepted');
    expect(mayReview(target(prepared(), fact('r', 'Rita')), dora, 0, 'approver').allowed).toBe(true);
  });
});
